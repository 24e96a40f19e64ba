package io.tadpole.envelope;

import io.tadpole.codecs.sbe.EnvelopeDecoder;
import io.tadpole.codecs.sbe.MessageHeaderDecoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Bytes that nobody encoded: a reader gets nonsense or an {@link IndexOutOfBoundsException}, and in no case anything
 * from outside its memory.
 */
final class EnvelopeDistrustTest
{
    private static final int MARGIN = 512;
    private static final int MAX_LENGTH = 200;
    private static final int PAYLOAD_LENGTH = 8 + 44;
    private static final int ROUNDS = 5_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReadNothingFromOutside(final boolean part)
    {
        final Random random = Seeds.random("shouldReadNothingFromOutside");
        int refused = 0;
        int read = 0;
        try (Arena arena = Arena.ofConfined())
        {
            final MemorySegment whole = arena.allocate(MARGIN + MAX_LENGTH + MARGIN);
            for (int i = 0; i < ROUNDS; i++)
            {
                final byte[] bytes = random.nextBoolean() ? noise(random) : damagedMessage(random);
                final int offset = switch (random.nextInt(10))
                {
                    case 0 -> random.nextInt();
                    case 1 -> random.nextInt(bytes.length + 1);
                    default -> 0;
                };

                final String amidZeros = decode(amid(whole, bytes, (byte)0, part), offset);
                final String amidOnes = decode(amid(whole, bytes, (byte)-1, part), offset);

                // Whatever had been read from outside would differ.
                assertEquals(amidZeros, amidOnes);
                if (amidZeros.startsWith("refused"))
                {
                    refused++;
                }
                else
                {
                    read++;
                }
            }
        }
        assertTrue(refused > ROUNDS / 50 && read > ROUNDS / 50, "one-sided: refused " + refused + ", read " + read);
    }

    private static byte[] noise(final Random random)
    {
        final byte[] bytes = new byte[random.nextInt(MAX_LENGTH)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A message of which a byte, a length or the end is wrong. */
    private static byte[] damagedMessage(final Random random)
    {
        final EnvelopeMessage message = EnvelopeMessage.random(random, 64);
        final byte[] bytes = new byte[message.encodedLength()];
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(bytes));
        message.encode(buffer, 0);
        switch (random.nextInt(5))
        {
            case 0 -> buffer.putByte(random.nextInt(bytes.length), (byte)random.nextInt());
            case 1 -> buffer.putInt(PAYLOAD_LENGTH, random.nextInt(bytes.length));
            case 2 -> buffer.putInt(PAYLOAD_LENGTH, -random.nextInt(bytes.length));
            case 3 -> buffer.putInt(PAYLOAD_LENGTH, random.nextInt());
            default ->
            {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
        }
        return bytes;
    }

    private static SegmentBuffer amid(
        final MemorySegment whole, final byte[] bytes, final byte outside, final boolean part)
    {
        whole.fill(outside);
        MemorySegment.copy(bytes, 0, whole, ValueLayout.JAVA_BYTE, MARGIN, bytes.length);
        if (!part)
        {
            return new SegmentBuffer(whole.asSlice(MARGIN, bytes.length));
        }
        final SegmentBuffer buffer = new SegmentBuffer();
        buffer.wrap(new SegmentBuffer(whole), MARGIN, bytes.length);
        return buffer;
    }

    private static String decode(final SegmentBuffer buffer, final int offset)
    {
        final StringBuilder read = new StringBuilder();
        try
        {
            final MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(buffer, offset);
            final EnvelopeDecoder decoder = new EnvelopeDecoder().wrap(
                buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, header.blockLength(), header.version());
            read.append(header).append(decoder);
            final byte[] copy = new byte[64];
            read.append(decoder.getPayload(copy, 0, copy.length));
            final SegmentBuffer metadata = new SegmentBuffer();
            decoder.wrapMetadata(metadata);
            read.append(metadata.hashCode()).append(Arrays.hashCode(copy));
            return read.toString();
        }
        catch (final IndexOutOfBoundsException ex)
        {
            return "refused " + ex.getMessage() + read;
        }
    }
}
