package io.tadpole.envelope;

import io.tadpole.codecs.sbe.DeliveryGuarantee;
import io.tadpole.codecs.sbe.EnvelopeDecoder;
import io.tadpole.codecs.sbe.EnvelopeEncoder;
import io.tadpole.codecs.sbe.MessageHeaderDecoder;
import io.tadpole.codecs.sbe.MessageHeaderEncoder;
import io.tadpole.codecs.sbe.Priority;
import io.tadpole.codecs.sbe.SemanticVersionDecoder;
import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An envelope outside any buffer, to compare what was read with what was written.
 */
record EnvelopeMessage(
    long messageIdHigh,
    long messageIdLow,
    long correlationId,
    long timestamp,
    int source,
    int destination,
    int messageType,
    int major,
    int minor,
    int patch,
    Priority priority,
    DeliveryGuarantee deliveryGuarantee,
    ByteBuffer payload,
    ByteBuffer metadata)
{
    static final int FIXED_LENGTH = 8 + 44 + 4 + 4;

    static EnvelopeMessage random(final Random random, final int maxVarData)
    {
        return new EnvelopeMessage(
            random.nextLong(),
            random.nextLong(),
            random.nextLong(),
            random.nextLong(),
            random.nextInt(1 << 16),
            random.nextInt(1 << 16),
            random.nextInt(1 << 16),
            random.nextInt(1 << 8),
            random.nextInt(1 << 8),
            random.nextInt(1 << 16),
            Priority.get((short)random.nextInt(5)),
            DeliveryGuarantee.get((short)random.nextInt(4)),
            bytes(random, random.nextInt(maxVarData + 1)),
            bytes(random, random.nextInt(maxVarData + 1)));
    }

    static ByteBuffer bytes(final Random random, final int length)
    {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    static byte[] bytesOf(final ByteBuffer buffer)
    {
        final byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    EnvelopeMessage with(final ByteBuffer newPayload, final ByteBuffer newMetadata)
    {
        return new EnvelopeMessage(
            messageIdHigh, messageIdLow, correlationId, timestamp, source, destination, messageType,
            major, minor, patch, priority, deliveryGuarantee, newPayload, newMetadata);
    }

    /** The length that the message takes, its SBE header included. */
    int encodedLength()
    {
        return FIXED_LENGTH + payload.remaining() + metadata.remaining();
    }

    /** Writes the message with its SBE header, and gives the length that the encoder says it took. */
    int encode(final MutableDirectBuffer buffer, final int offset)
    {
        final EnvelopeEncoder encoder = new EnvelopeEncoder()
            .wrapAndApplyHeader(buffer, offset, new MessageHeaderEncoder())
            .messageIdHigh(messageIdHigh)
            .messageIdLow(messageIdLow)
            .correlationId(correlationId)
            .timestamp(timestamp)
            .source(source)
            .destination(destination)
            .messageType(messageType)
            .priority(priority)
            .deliveryGuarantee(deliveryGuarantee);
        encoder.schemaVersion().major((short)major).minor((short)minor).patch(patch);
        encoder.putPayload(bytesOf(payload), 0, payload.remaining());
        encoder.putMetadata(bytesOf(metadata), 0, metadata.remaining());
        return MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
    }

    /** Reads all of a message, its SBE header first. */
    static EnvelopeMessage decode(final DirectBuffer buffer, final int offset)
    {
        final EnvelopeDecoder decoder =
            new EnvelopeDecoder().wrapAndApplyHeader(buffer, offset, new MessageHeaderDecoder());
        final SemanticVersionDecoder version = decoder.schemaVersion();
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
            version.major(),
            version.minor(),
            version.patch(),
            decoder.priority(),
            decoder.deliveryGuarantee(),
            ByteBuffer.wrap(payload),
            ByteBuffer.wrap(metadata));
    }
}
