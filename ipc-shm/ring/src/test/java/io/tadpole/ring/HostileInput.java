package io.tadpole.ring;

/**
 * An input of a hostile peer: bytes, read as decisions. When they are spent, every decision is 0, and so each script
 * that is made of them ends. One thread.
 */
public final class HostileInput
{
    private final byte[] bytes;
    private int next;

    /**
     * Starts at the first byte.
     *
     * @param bytes of a fuzzer, or of {@link HostileInputs}.
     */
    public HostileInput(final byte[] bytes)
    {
        this.bytes = bytes;
    }

    /**
     * Whether no byte is left.
     *
     * @return true when there is none.
     */
    public boolean isSpent()
    {
        return next >= bytes.length;
    }

    /**
     * A number.
     *
     * @param bound from 1 to 2^31 - 1.
     * @return from 0 to the bound, excluding it.
     */
    public int below(final int bound)
    {
        int number = nextByte();
        if (bound > 1 << 8)
        {
            number |= nextByte() << 8;
        }
        if (bound > 1 << 16)
        {
            number |= (nextByte() << 16) | ((nextByte() & 0x7F) << 24);
        }
        return number % bound;
    }

    /**
     * Any word at all, though one that is near to an interesting one more often.
     *
     * @return a word.
     */
    public long word()
    {
        final int kind = nextByte();
        final int step = (byte)nextByte();
        return switch (kind % 8)
        {
            case 0 -> step;
            case 1 -> (1L << (kind >> 3)) + step;
            case 2 -> (1L << (32 + (kind >> 3))) + step;
            case 3 -> Long.MIN_VALUE + step;
            case 4 -> (1L << 62) + step;
            case 5 -> below(1 << 16);
            default -> below(Integer.MAX_VALUE) | ((long)below(Integer.MAX_VALUE) << 33);
        };
    }

    private int nextByte()
    {
        return next < bytes.length ? bytes[next++] & 0xFF : 0;
    }
}
