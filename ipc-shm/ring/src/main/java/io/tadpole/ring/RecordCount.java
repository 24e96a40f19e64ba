package io.tadpole.ring;

import org.jspecify.annotations.Nullable;

/**
 * What lies between two positions of a ring. Walking there also tells whether a record starts at the first and the last
 * one ends at the second.
 *
 * @param messages between them, padding not among them.
 * @param bytes    of those messages.
 */
public record RecordCount(long messages, long bytes)
{
    /** No ring gets there: 2^62 bytes are more than a century at 1 GB/s. */
    private static final long HIGHEST_POSITION = 1L << 62;

    /** Whether a position is one that a ring can reach, and at which a record may start. */
    static boolean isPosition(final Ring ring, final long position)
    {
        return position >= 0 && position <= HIGHEST_POSITION && (position & (ring.alignment() - 1)) == 0;
    }

    /**
     * Walks the records between two positions, which the producer must not write over meanwhile.
     *
     * @param ring to walk.
     * @param from position in bytes at which a record starts.
     * @param to   position in bytes behind the last record, which is published.
     * @return what lies between them, or null when no whole records do.
     */
    public static @Nullable RecordCount between(final Ring ring, final long from, final long to)
    {
        final int mask = ring.capacity() - 1;
        if (!isPosition(ring, from) || to < from || to - from > ring.capacity())
        {
            return null;
        }
        long messages = 0;
        long bytes = 0;
        long position = from;
        while (position < to)
        {
            final int index = (int)position & mask;
            final long word = ring.word(index);
            final int size = RecordLayout.size(word, index, ring.capacity(), ring.alignment());
            if (size < 0)
            {
                return null;
            }
            if (!RecordLayout.isPadding(word))
            {
                messages++;
                bytes += RecordLayout.messageLength(word);
            }
            position += size;
        }
        return position == to ? new RecordCount(messages, bytes) : null;
    }
}
