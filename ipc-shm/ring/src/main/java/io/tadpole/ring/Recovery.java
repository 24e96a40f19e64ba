package io.tadpole.ring;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a producer or a consumer ended that was killed, and believes neither's words.
 */
final class Recovery
{
    /** A producer at work ends a count sooner: a position holds it back. Only a word that is scribbled goes on. */
    private static final int MAX_COUNTS = 100_000;

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
        if (!RecordCount.isPosition(ring, stored))
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
                checkConsumers(ring, channel, tail);
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
     * Whole records lie between each consumer and the tail, for a consumer holds the producer back: so a stored tail
     * that only looks like one, or a consumer that is somewhere in a message, is found here and not by what gets lost.
     */
    private static void checkConsumers(final Ring ring, final Path channel, final long tail) throws ChannelException
    {
        final long[] positions = IntStream.range(0, ring.consumers())
            .mapToLong(ring::rawConsumerPosition)
            .filter(ConsumerFileLayout::isHeld)
            .sorted()
            .toArray();
        for (int i = 0; i < positions.length; i++)
        {
            final long next = i + 1 < positions.length ? positions[i + 1] : tail;
            if (tail - positions[i] > ring.capacity() || RecordCount.between(ring, positions[i], next) == null)
            {
                throw new ChannelException(
                    ChannelException.Reason.CORRUPT,
                    channel + ": between a consumer at position " + positions[i] + " and the tail at " + tail +
                    " lie no whole records, which cannot be; keep the files for inspection, and evict that consumer " +
                    "or create the channel anew");
            }
        }
    }

    /**
     * Takes a consumer over under a new epoch: checks where it ended, and lets it join where it was evicted. Counts
     * anew what lies before the position: a kill may have come between the count and the position, and who joins has
     * missed messages. For the owner of the consumer's role.
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
        final long position = ConsumerFileLayout.isHeld(found) ? found : RingConsumer.join(ring, file);
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
        for (int counts = 0; counts < MAX_COUNTS; counts++)
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
        return null;
    }

    private static ChannelException corrupt(final Path channel, final String what)
    {
        return new ChannelException(
            ChannelException.Reason.CORRUPT,
            channel + ": " + what + " cannot be; keep the files for inspection and create the channel anew");
    }
}
