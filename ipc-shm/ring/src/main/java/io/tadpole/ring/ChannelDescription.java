package io.tadpole.ring;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a look at a channel from outside shows; taking it costs its owners nothing.
 *
 * @param channel       the channel's directory.
 * @param ringId        which ring it is.
 * @param createdNs     when it was created, in nanoseconds since the epoch.
 * @param capacityBytes of the ring.
 * @param alignment     of the records in bytes.
 * @param schemaId      of the messages; 0: any.
 * @param schemaVersion of that schema.
 * @param producer      the producer.
 * @param consumers     the declared consumers.
 * @param stages        the stages of an engine.
 */
public record ChannelDescription(
    Path channel,
    long ringId,
    long createdNs,
    long capacityBytes,
    int alignment,
    int schemaId,
    int schemaVersion,
    Producer producer,
    List<Consumer> consumers,
    List<Stage> stages)
{
    /**
     * The producer's side.
     *
     * @param held          whether a live process holds the role.
     * @param epoch         how often the role was taken.
     * @param tail          up to where it has published, in bytes.
     * @param messages      published since the ring was created; a kill may lose the count of the publish under way.
     * @param bytes         of those messages.
     * @param backPressured claims that were refused for want of space.
     */
    public record Producer(boolean held, long epoch, long tail, long messages, long bytes, long backPressured)
    {
    }

    /**
     * A declared consumer.
     *
     * @param index       0 and up.
     * @param name        as declared.
     * @param held        whether a live process holds the role.
     * @param detached    whether it was evicted: then it holds nobody back.
     * @param epoch       how often the role was taken or taken away.
     * @param position    up to where it has consumed, in bytes.
     * @param lagMessages published and not consumed, as the two sides count.
     * @param depthBytes  of the ring that these take.
     * @param messages    before its position since the ring was created: consumed, or missed while it was evicted.
     * @param bytes       of those messages.
     * @param batches     in which it consumed them.
     */
    public record Consumer(
        int index,
        String name,
        boolean held,
        boolean detached,
        long epoch,
        long position,
        long lagMessages,
        long depthBytes,
        long messages,
        long bytes,
        long batches)
    {
    }

    /**
     * A stage of an engine.
     *
     * @param name        as declared.
     * @param position    up to where it has handled the ring, in bytes.
     * @param lagMessages published and not handled.
     * @param depthBytes  of the ring that these take.
     * @param messages    handled since the ring was created.
     * @param batches     in which it handled them.
     */
    public record Stage(
        String name, long position, long lagMessages, long depthBytes, long messages, long batches)
    {
    }

    static ChannelDescription of(final Path channel) throws IOException
    {
        ChannelFiles.checkDirectory(channel);
        try (Resources resources = new Resources())
        {
            final Ring ring = ChannelFiles.attachRing(channel, false, resources);
            final MemorySegment header = ring.header();
            // The readers' words before the producer's: none of them then seems to be ahead.
            final List<Stage> stages = describeStages(ring);
            final List<Consumer> consumers = new ArrayList<>();
            for (int k = 0; k < ring.declared(); k++)
            {
                consumers.add(describeConsumer(channel, ring, k));
            }
            return new ChannelDescription(
                channel,
                ring.ringId(),
                Ordered.getOpaque(header, RingFileLayout.CREATED_NS_OFFSET),
                ring.capacity(),
                ring.alignment(),
                (int)Ordered.getOpaque(header, RingFileLayout.SCHEMA_ID_OFFSET),
                (int)Ordered.getOpaque(header, RingFileLayout.SCHEMA_VERSION_OFFSET),
                new Producer(
                    RoleLock.isHeld(ChannelFiles.producerLock(channel)),
                    Ordered.getAcquire(header, RingFileLayout.EPOCH_OFFSET),
                    ring.tail(),
                    ring.messages(),
                    Ordered.getOpaque(header, RingFileLayout.BYTES_OFFSET),
                    Ordered.getOpaque(header, RingFileLayout.BACK_PRESSURED_OFFSET)),
                List.copyOf(consumers),
                stages);
        }
    }

    private static List<Stage> describeStages(final Ring ring)
    {
        final List<String> names = ring.stageNames();
        final List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < names.size(); i++)
        {
            final long position = ring.stagePosition(i);
            final long messages = ring.stageMessages(i);
            stages.add(new Stage(
                names.get(i),
                position,
                lag(ring.messages() - messages, ring.tail() - position),
                Math.max(0, ring.tail() - position),
                messages,
                ring.stageBatches(i)));
        }
        return List.copyOf(stages);
    }

    private static Consumer describeConsumer(final Path channel, final Ring ring, final int index)
        throws IOException
    {
        try (Resources resources = new Resources())
        {
            final MemorySegment words = ChannelFiles.attachConsumerFile(channel, ring, index, false, resources);
            final long position = Ordered.getAcquire(words, ConsumerFileLayout.POSITION_OFFSET);
            final long messages = Ordered.getOpaque(words, ConsumerFileLayout.MESSAGES_OFFSET);
            final boolean detached = position == ConsumerFileLayout.DETACHED;
            final long published = ring.messages();
            final long depth = Math.max(0, ring.tail() - position);
            return new Consumer(
                index,
                Ring.name(words, ConsumerFileLayout.NAME_OFFSET),
                RoleLock.isHeld(ChannelFiles.consumerLock(channel, index)),
                detached,
                Ordered.getAcquire(words, ConsumerFileLayout.EPOCH_OFFSET),
                position,
                detached ? 0 : lag(published - messages, depth),
                detached ? 0 : depth,
                messages,
                Ordered.getOpaque(words, ConsumerFileLayout.BYTES_OFFSET),
                Ordered.getOpaque(words, ConsumerFileLayout.BATCHES_OFFSET));
        }
    }

    /** The positions are exact, the counts are not: see {@link Ring#messages()}. */
    private static long lag(final long messages, final long depth)
    {
        return depth <= 0 ? 0 : Math.max(0, messages);
    }
}
