package io.tadpole.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The memory around what a kernel may write. It stays zero, unless a kernel has missed its rows; then nobody knows what
 * else it wrote.
 */
final class Margins
{
    /** What is said when one is not. */
    static final String MISSED =
        "the kernel wrote outside its rows, or touched a row that it does not have: end this process, correct the " +
        "kernel, and start with a state of before";

    /** Bytes of the longest margin. */
    static final int LONGEST = 8192;

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[LONGEST]).asReadOnly();

    private final MemorySegment[] margins;

    /**
     * Watches some memory.
     *
     * @param margins that stay zero, none longer than {@link #LONGEST}.
     */
    Margins(final MemorySegment... margins)
    {
        this.margins = margins.clone();
    }

    /** Whether they are still zero. */
    boolean areZero()
    {
        for (final MemorySegment margin : margins)
        {
            final long length = margin.byteSize();
            if (MemorySegment.mismatch(margin, 0, length, ZEROS, 0, length) >= 0)
            {
                return false;
            }
        }
        return true;
    }
}
