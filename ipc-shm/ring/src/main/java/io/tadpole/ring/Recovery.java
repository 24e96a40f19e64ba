package io.tadpole.ring;

import java.nio.file.Path;

/**
 * Finds the tail that a killed producer left.
 */
final class Recovery
{
    /** No ring gets there: 2^62 bytes are more than a century at 1 GB/s. */
    private static final long HIGHEST_POSITION = 1L << 62;

    private Recovery()
    {
    }

    /**
     * Walks the published records from the stored tail on. The first word that is not published is the tail, and it is
     * zero: a producer zeroes it before it publishes what lies before it.
     *
     * @param ring    to look at.
     * @param channel that the ring belongs to, for messages.
     * @return the tail, in bytes.
     * @throws ChannelException when the ring holds what no producer can have left.
     */
    static long tail(final Ring ring, final Path channel) throws ChannelException
    {
        final long stored = ring.tail();
        if (stored < 0 || stored > HIGHEST_POSITION || (stored & (ring.alignment() - 1)) != 0)
        {
            throw corrupt(channel, "stored tail " + stored);
        }
        long tail = stored;
        while (true)
        {
            final int index = (int)tail & (ring.capacity() - 1);
            final long word = Ordered.getAcquire(ring.records(), index);
            if (word == 0)
            {
                return tail;
            }
            final int size = RecordLayout.size(word, index, ring.capacity(), ring.alignment());
            if (size < 0 || tail + size - stored > ring.capacity())
            {
                throw corrupt(channel, "header word 0x" + Long.toHexString(word) + " at position " + tail);
            }
            tail += size;
        }
    }

    private static ChannelException corrupt(final Path channel, final String what)
    {
        return new ChannelException(
            ChannelException.Reason.CORRUPT,
            channel + ": " + what + " cannot be; keep the files for inspection and create the channel anew");
    }
}
