package io.tadpole.ring;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a producer or a consumer ended that was killed, and believes neither's words.
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

    /**
     * Takes a consumer over under a new epoch: checks where it ended, and lets it join where it was evicted. Counts anew
     * what lies before the position: a kill may have come between the count and the position, and who joins has missed
     * messages. For the owner of the consumer's role.
     *
     * @param ring    of the channel.
     * @param channel that the ring belongs to, for messages.
     * @param index   of the consumer.
     * @param file    of the consumer, mapped for writing.
     * @param join    whether it may join at the tail when it was evicted.
     * @return the position at which it goes on, in bytes.
     * @throws ChannelException when it was evicted and may not join, or when no consumer can be there.
     */
    static long position(
        final Ring ring, final Path channel, final int index, final MemorySegment file, final boolean join)
        throws ChannelException
    {
        RingConsumer.newEpoch(file);
        final long found = Ordered.getAcquire(file, ConsumerFileLayout.POSITION_OFFSET);
        if (found == ConsumerFileLayout.DETACHED && !join)
        {
            throw new ChannelException(
                ChannelException.Reason.EVICTED,
                channel + ": consumer " + index + " was evicted and has missed messages; let it join at the present " +
                "tail, or create the channel anew");
        }
        final boolean joins = found == ConsumerFileLayout.DETACHED || (found & ConsumerFileLayout.JOINING) != 0;
        final long position = joins ? RingConsumer.join(ring, file) : found;
        final RecordCount before = countBefore(ring, position);
        if (before == null)
        {
            throw new ChannelException(
                ChannelException.Reason.CORRUPT,
                channel + ": the position " + position + " of consumer " + index + " cannot be: between it and the " +
                "tail at " + ring.tail() + " lie no whole records; keep the files for inspection, and evict the " +
                "consumer or create the channel anew");
        }
        Ordered.setOpaque(file, ConsumerFileLayout.MESSAGES_OFFSET, before.messages());
        Ordered.setOpaque(file, ConsumerFileLayout.BYTES_OFFSET, before.bytes());
        return position;
    }

    /**
     * What was published before a position, as the producer counts; null when no reader can be there: whole records
     * must lie between it and the tail, on either side, for a killed producer may have left a tail that is behind its
     * last records, which a consumer has seen.
     */
    private static @Nullable RecordCount countBefore(final Ring ring, final long position)
    {
        while (true)
        {
            final long messages = ring.messages();
            final long bytes = ring.bytes();
            final long tail = ring.tail();
            final RecordCount ahead = RecordCount.between(ring, tail, position);
            final RecordCount behind = RecordCount.between(ring, position, tail);
            if (ring.tail() != tail || ring.messages() != messages)
            {
                // A producer is at work: not for ever, for a position holds it back, and one that cannot be stops it.
                continue;
            }
            if (behind != null)
            {
                return new RecordCount(
                    Math.max(0, messages - behind.messages()), Math.max(0, bytes - behind.bytes()));
            }
            return ahead == null ? null : new RecordCount(messages + ahead.messages(), bytes + ahead.bytes());
        }
    }

    private static ChannelException corrupt(final Path channel, final String what)
    {
        return new ChannelException(
            ChannelException.Reason.CORRUPT,
            channel + ": " + what + " cannot be; keep the files for inspection and create the channel anew");
    }
}
