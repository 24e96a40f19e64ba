package io.tadpole.envelope;

import io.tadpole.codecs.sbe.EnvelopeEncoder;
import io.tadpole.codecs.sbe.MessageHeaderEncoder;
import io.tadpole.codecs.sbe.SemanticVersionEncoder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Where everything lies: other languages read the same bytes by these numbers.
 */
final class EnvelopeLayoutTest
{
    private static final int HEADER_WORD = 8;
    private static final int CACHE_LINE = 64;

    @Test
    void shouldKeepItsNumbers()
    {
        assertEquals(21569, EnvelopeEncoder.SCHEMA_ID);
        assertEquals(0, EnvelopeEncoder.SCHEMA_VERSION);
        assertEquals(1, EnvelopeEncoder.TEMPLATE_ID);
        assertEquals(44, EnvelopeEncoder.BLOCK_LENGTH);
    }

    @Test
    void shouldKeepEveryFieldWhereItIs()
    {
        assertEquals(0, EnvelopeEncoder.messageIdHighEncodingOffset());
        assertEquals(8, EnvelopeEncoder.messageIdLowEncodingOffset());
        assertEquals(16, EnvelopeEncoder.correlationIdEncodingOffset());
        assertEquals(24, EnvelopeEncoder.timestampEncodingOffset());
        assertEquals(32, EnvelopeEncoder.sourceEncodingOffset());
        assertEquals(34, EnvelopeEncoder.destinationEncodingOffset());
        assertEquals(36, EnvelopeEncoder.messageTypeEncodingOffset());
        assertEquals(38, EnvelopeEncoder.schemaVersionEncodingOffset());
        assertEquals(0, SemanticVersionEncoder.majorEncodingOffset());
        assertEquals(1, SemanticVersionEncoder.minorEncodingOffset());
        assertEquals(2, SemanticVersionEncoder.patchEncodingOffset());
        assertEquals(4, SemanticVersionEncoder.ENCODED_LENGTH);
        assertEquals(42, EnvelopeEncoder.priorityEncodingOffset());
        assertEquals(43, EnvelopeEncoder.deliveryGuaranteeEncodingOffset());
        assertEquals(44, EnvelopeEncoder.deliveryGuaranteeEncodingOffset() +
            EnvelopeEncoder.deliveryGuaranteeEncodingLength());
        assertEquals(0xFFFF, EnvelopeEncoder.destinationNullValue());
    }

    @Test
    void shouldFillExactlyOneCacheLineBeforeThePayload()
    {
        assertEquals(CACHE_LINE, HEADER_WORD + MessageHeaderEncoder.ENCODED_LENGTH + EnvelopeEncoder.BLOCK_LENGTH +
            EnvelopeEncoder.payloadHeaderLength());
    }

    @Test
    void shouldStartThePayloadOnACacheLine()
    {
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[256]));
        final EnvelopeMessage message = EnvelopeMessage.random(new Random(1), 0)
            .with(ByteBuffer.wrap("payload".getBytes(US_ASCII)), ByteBuffer.wrap("meta".getBytes(US_ASCII)));

        message.encode(buffer, HEADER_WORD);

        assertEquals(7, buffer.getInt(CACHE_LINE - Integer.BYTES));
        assertEquals("payload", buffer.getStringWithoutLengthAscii(CACHE_LINE, 7));
        assertEquals(4, buffer.getInt(CACHE_LINE + 7));
        assertEquals("meta", buffer.getStringWithoutLengthAscii(CACHE_LINE + 7 + Integer.BYTES, 4));
    }
}
