package io.tadpole.envelope;

import io.tadpole.codecs.sbe.DeliveryGuarantee;
import io.tadpole.codecs.sbe.EnvelopeEncoder;
import io.tadpole.codecs.sbe.Priority;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/**
 * The bytes of a message of each released version, written down by hand from the layout. A golden file is never
 * changed: somebody's journal is full of such bytes.
 */
final class EnvelopeGoldenTest
{
    static final EnvelopeMessage MESSAGE_V0 = new EnvelopeMessage(
        0x0123_4567_89AB_CDEFL, 0xFEDC_BA98_7654_3210L, 42, 1_763_683_200_123_456_789L,
        1, 2, 3, 4, 5, 678, Priority.HIGH, DeliveryGuarantee.EXACTLY_ONCE,
        ByteBuffer.wrap(new byte[]{1, 2, 3, 4, 5, 6, 7}),
        ByteBuffer.wrap("\5\0trace\2\0007f".getBytes(US_ASCII)));

    @Test
    void shouldWriteTheBytesOfVersion0() throws IOException
    {
        assertEquals(0, EnvelopeEncoder.SCHEMA_VERSION, "a new version needs a golden file of its own beside this one");
        final byte[] golden = golden("v0/envelope.golden.hex");
        final byte[] written = new byte[golden.length];

        assertEquals(golden.length, MESSAGE_V0.encode(new SegmentBuffer(MemorySegment.ofArray(written)), 0));

        assertEquals(HexFormat.of().formatHex(golden), HexFormat.of().formatHex(written));
    }

    @Test
    void shouldReadTheBytesOfVersion0() throws IOException
    {
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(golden("v0/envelope.golden.hex")));

        assertEquals(MESSAGE_V0, EnvelopeMessage.decode(buffer, 0));
    }

    static byte[] golden(final String name) throws IOException
    {
        try (InputStream file = EnvelopeGoldenTest.class.getClassLoader().getResourceAsStream(name))
        {
            assertNotNull(file, name);
            return HexFormat.of().parseHex(new String(file.readAllBytes(), US_ASCII).replaceAll("\\s", ""));
        }
    }
}
