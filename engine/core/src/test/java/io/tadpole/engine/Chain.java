package io.tadpole.engine;

import io.tadpole.ring.Pattern;
import io.tadpole.ring.RecordLayout;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Messages whose length and bytes follow from the position at which they start: so that one process can check what
 * another wrote, whoever was killed in between, and see that nothing is missing.
 */
final class Chain
{
    /** The longest message in bytes. */
    static final int LONGEST = 300;

    private final long capacity;
    private long next;

    /**
     * Expects the messages of a ring.
     *
     * @param capacity of the ring in bytes.
     * @param start    position of the first one.
     */
    Chain(final long capacity, final long start)
    {
        this.capacity = capacity;
        this.next = start;
    }

    static int length(final long position)
    {
        return 1 + (int)Long.remainderUnsigned(Pattern.mix(position), LONGEST);
    }

    static void write(final MutableDirectBuffer buffer, final int offset, final long position)
    {
        Pattern.write(buffer, offset, length(position), position);
    }

    /** The position behind a message, rounded up. */
    static long behind(final long position)
    {
        return position +
            ((length(position) + RecordLayout.HEADER_LENGTH + RecordLayout.UNIT - 1) & -RecordLayout.UNIT);
    }

    /** Where the next message starts, or the padding before it. */
    long next()
    {
        return next;
    }

    /** Checks the next message. */
    void check(final DirectBuffer buffer, final int offset, final int length, final long position)
    {
        // A record that does not fit before the end of the ring starts behind it.
        if (position != next && position != ((next + capacity) & -capacity))
        {
            throw new AssertionError("a message at position " + position + ", expected at " + next);
        }
        if (length != length(position) || !Pattern.matches(buffer, offset, length, position))
        {
            throw new AssertionError("a message of " + length + " bytes at position " + position + " is not whole");
        }
        next = behind(position);
    }
}
