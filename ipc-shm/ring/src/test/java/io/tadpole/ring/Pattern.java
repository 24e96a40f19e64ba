package io.tadpole.ring;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What the bytes of message number n are, whatever its length: so that each byte that arrives can be checked, and a
 * message of another number, or one that is torn, is seen.
 */
public final class Pattern
{
    private Pattern()
    {
    }

    /**
     * Writes a message.
     *
     * @param buffer to write to.
     * @param offset of its first byte.
     * @param length in bytes.
     * @param number of the message.
     */
    public static void write(final MutableDirectBuffer buffer, final int offset, final int length, final long number)
    {
        final int words = length & ~7;
        for (int i = 0; i < words; i += Long.BYTES)
        {
            buffer.putLong(offset + i, word(number, i));
        }
        final long last = word(number, words);
        for (int i = words; i < length; i++)
        {
            buffer.putByte(offset + i, (byte)(last >>> ((i & 7) << 3)));
        }
    }

    /**
     * Whether a message is the one with this number, byte by byte.
     *
     * @param buffer to read.
     * @param offset of its first byte.
     * @param length in bytes.
     * @param number of the message.
     * @return false when any byte differs.
     */
    public static boolean matches(
        final DirectBuffer buffer, final int offset, final int length, final long number)
    {
        final int words = length & ~7;
        for (int i = 0; i < words; i += Long.BYTES)
        {
            if (buffer.getLong(offset + i) != word(number, i))
            {
                return false;
            }
        }
        final long last = word(number, words);
        for (int i = words; i < length; i++)
        {
            if (buffer.getByte(offset + i) != (byte)(last >>> ((i & 7) << 3)))
            {
                return false;
            }
        }
        return true;
    }

    /**
     * Mixes a number to 64 bits that look random (the finaliser of SplitMix64): for everything in a test that two sides
     * must know of a message without telling each other.
     *
     * @param number to mix.
     * @return the mixed bits.
     */
    public static long mix(final long number)
    {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static long word(final long number, final int index)
    {
        return mix(number * 1_000_003 + index);
    }
}
