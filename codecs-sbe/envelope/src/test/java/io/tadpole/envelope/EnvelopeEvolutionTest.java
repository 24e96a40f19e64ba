package io.tadpole.envelope;

import io.tadpole.codecs.sbe.DeliveryGuarantee;
import io.tadpole.codecs.sbe.EnvelopeEncoder;
import io.tadpole.codecs.sbe.MessageHeaderEncoder;
import io.tadpole.codecs.sbe.Priority;
import io.tadpole.codecs.sbe.later.EnvelopeDecoder;
import io.tadpole.codecs.sbe.later.MessageHeaderDecoder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Readers and writers of different versions: {@code envelope-v1.xml} has one field more at the end of the block.
 */
final class EnvelopeEvolutionTest
{
    private static final int LATER_BLOCK_LENGTH = 48;

    @Test
    void shouldReadALaterVersionAndSkipWhatItDoesNotKnow()
    {
        final Random random = Seeds.random("shouldReadALaterVersionAndSkipWhatItDoesNotKnow");
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[1024]));
        for (int i = 0; i < 1_000; i++)
        {
            final EnvelopeMessage message = EnvelopeMessage.random(random, 100);

            final int length = encodeLater(message, random.nextInt(), buffer);

            assertEquals(message.encodedLength() + Integer.BYTES, length);
            assertEquals(message, EnvelopeMessage.decode(buffer, 0));
        }
    }

    @Test
    void shouldReadAnEarlierVersionWithTheNewFieldNull()
    {
        final Random random = Seeds.random("shouldReadAnEarlierVersionWithTheNewFieldNull");
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[1024]));
        for (int i = 0; i < 1_000; i++)
        {
            final EnvelopeMessage message = EnvelopeMessage.random(random, 100);

            message.encode(buffer, 0);

            assertEquals(EnvelopeDecoder.hopsNullValue(), laterDecoder(buffer).hops());
            assertEquals(message, decodeLater(buffer));
        }
    }

    @Test
    void shouldReadTheNewFieldInItsOwnVersion()
    {
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[1024]));

        encodeLater(EnvelopeGoldenTest.MESSAGE_V0, 77, buffer);

        assertEquals(LATER_BLOCK_LENGTH, EnvelopeDecoder.BLOCK_LENGTH);
        assertEquals(77, laterDecoder(buffer).hops());
        assertEquals(EnvelopeGoldenTest.MESSAGE_V0, decodeLater(buffer));
    }

    @Test
    void shouldReadTheGoldenMessageOfVersion0() throws IOException
    {
        final byte[] golden = EnvelopeGoldenTest.golden("v0/envelope.golden.hex");

        assertEquals(EnvelopeGoldenTest.MESSAGE_V0, decodeLater(new SegmentBuffer(MemorySegment.ofArray(golden))));
    }

    @Test
    void shouldReadALevelThatALaterVersionAdds()
    {
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[256]));
        EnvelopeGoldenTest.MESSAGE_V0.encode(buffer, 0);
        buffer.putByte(MessageHeaderEncoder.ENCODED_LENGTH + EnvelopeEncoder.priorityEncodingOffset(), (byte)5);
        buffer.putByte(
            MessageHeaderEncoder.ENCODED_LENGTH + EnvelopeEncoder.deliveryGuaranteeEncodingOffset(), (byte)4);

        final EnvelopeMessage read = EnvelopeMessage.decode(buffer, 0);

        assertEquals(Priority.SBE_UNKNOWN, read.priority());
        assertEquals(DeliveryGuarantee.SBE_UNKNOWN, read.deliveryGuarantee());
    }

    private static int encodeLater(final EnvelopeMessage message, final long hops, final SegmentBuffer buffer)
    {
        final io.tadpole.codecs.sbe.later.EnvelopeEncoder encoder = new io.tadpole.codecs.sbe.later.EnvelopeEncoder()
            .wrapAndApplyHeader(buffer, 0, new io.tadpole.codecs.sbe.later.MessageHeaderEncoder())
            .messageIdHigh(message.messageIdHigh())
            .messageIdLow(message.messageIdLow())
            .correlationId(message.correlationId())
            .timestamp(message.timestamp())
            .source(message.source())
            .destination(message.destination())
            .messageType(message.messageType())
            .priority(io.tadpole.codecs.sbe.later.Priority.get(message.priority().value()))
            .deliveryGuarantee(
                io.tadpole.codecs.sbe.later.DeliveryGuarantee.get(message.deliveryGuarantee().value()))
            .hops(hops);
        encoder.schemaVersion().major((short)message.major()).minor((short)message.minor()).patch(message.patch());
        encoder.putPayload(EnvelopeMessage.bytesOf(message.payload()), 0, message.payload().remaining());
        encoder.putMetadata(EnvelopeMessage.bytesOf(message.metadata()), 0, message.metadata().remaining());
        return io.tadpole.codecs.sbe.later.MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    private static EnvelopeDecoder laterDecoder(final SegmentBuffer buffer)
    {
        return new EnvelopeDecoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
    }

    private static EnvelopeMessage decodeLater(final SegmentBuffer buffer)
    {
        final EnvelopeDecoder decoder = laterDecoder(buffer);
        final byte[] payload = new byte[decoder.payloadLength()];
        decoder.getPayload(payload, 0, payload.length);
        final byte[] metadata = new byte[decoder.metadataLength()];
        decoder.getMetadata(metadata, 0, metadata.length);
        return new EnvelopeMessage(
            decoder.messageIdHigh(),
            decoder.messageIdLow(),
            decoder.correlationId(),
            decoder.timestamp(),
            decoder.source(),
            decoder.destination(),
            decoder.messageType(),
            decoder.schemaVersion().major(),
            decoder.schemaVersion().minor(),
            decoder.schemaVersion().patch(),
            Priority.get(decoder.priority().value()),
            DeliveryGuarantee.get(decoder.deliveryGuarantee().value()),
            ByteBuffer.wrap(payload),
            ByteBuffer.wrap(metadata));
    }
}
