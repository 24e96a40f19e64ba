package io.tadpole.ring;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A channel is a directory with one ring. This is its control plane: create it, take a role, look at it, evict a dead
 * consumer, remove it. Every call may block on the file system; none is for the path of a message.
 *
 * <pre>
 *     channel/ring                 the producer's; everybody else maps it read-only
 *     channel/consumer-k           consumer k's; the producer maps it read-only
 *     channel/producer.lock        held by whoever has the role
 *     channel/consumer-k.lock
 * </pre>
 */
public final class Channel
{
    private Channel()
    {
    }

    /** Makes those who read what a producer is about to write. */
    @FunctionalInterface
    public interface DownstreamMaker
    {
        /**
         * Makes them.
         *
         * @param ring as the producer maps it.
         * @param tail from which the producer goes on, in bytes.
         * @return those who read it.
         */
        Downstream make(Ring ring, long tail);
    }

    /**
     * Creates a channel. Its space is written, so it is there when it is needed.
     *
     * @param channel the directory, which must not exist; its parent must.
     * @param config  how.
     * @throws ChannelException when it cannot be created; nothing is left behind.
     * @throws IOException      when the file system fails otherwise.
     */
    public static void create(final Path channel, final ChannelConfig config) throws IOException
    {
        ChannelFiles.checkFileSystem(channel);
        ChannelFiles.createDirectory(channel);
        try
        {
            ChannelFiles.createLock(ChannelFiles.producerLock(channel));
            try (MappedFile ring = MappedFile.create(
                ChannelFiles.ring(channel), RingFileLayout.HEADER_LENGTH + config.capacityBytes()))
            {
                Ring.initialise(ring.segment(), config);
                final long ringId = new Ring(ring.segment()).ringId();
                for (int k = 0; k < config.consumers().size(); k++)
                {
                    ChannelFiles.createLock(ChannelFiles.consumerLock(channel, k));
                    ChannelFiles.createConsumer(channel, k, config.consumers().get(k), ringId);
                }
                Ordered.setRelease(ring.segment(), RingFileLayout.VERSION_OFFSET, RingFileLayout.VERSION);
            }
        }
        catch (final IOException | RuntimeException failed)
        {
            ChannelFiles.delete(channel);
            throw failed;
        }
    }

    /**
     * Takes the producer's role, and goes on where the last producer ended, however it ended.
     *
     * @param channel the directory.
     * @return the producer, to be used by one thread.
     * @throws ChannelException when the role cannot be taken; also of a ring that an engine with stages of its own
     *                          created, for these would not be waited for.
     * @throws IOException      when the file system fails otherwise.
     */
    public static RingProducer attachProducer(final Path channel) throws IOException
    {
        return attachProducer(channel, (ring, tail) -> new DeclaredConsumers(ring), false);
    }

    /**
     * Takes the producer's role for an engine, whose own stages read the ring too.
     *
     * @param channel    the directory.
     * @param downstream makes those who read the ring.
     * @return the producer, to be used by one thread.
     * @throws ChannelException when the role cannot be taken.
     * @throws IOException      when the file system fails otherwise.
     */
    public static RingProducer attachProducer(final Path channel, final DownstreamMaker downstream)
        throws IOException
    {
        return attachProducer(channel, downstream, true);
    }

    private static RingProducer attachProducer(
        final Path channel, final DownstreamMaker downstream, final boolean isEngine) throws IOException
    {
        ChannelFiles.checkDirectory(channel);
        final Resources resources = new Resources();
        try
        {
            // The lock first: nobody can replace the ring from then on.
            resources.add(lockProducer(channel));
            final Ring alone = ChannelFiles.attachRing(channel, true, resources);
            final MemorySegment[] consumerFiles = new MemorySegment[alone.declared()];
            for (int k = 0; k < consumerFiles.length; k++)
            {
                consumerFiles[k] = ChannelFiles.attachConsumerFile(channel, alone, k, false, resources);
            }
            final Ring mapped = alone.with(consumerFiles);
            final Ring ring =
                isEngine ? mapped.readThrough(ChannelFiles.attachRing(channel, false, resources)) : mapped;
            if (!isEngine && ring.stages() != 0)
            {
                throw new ChannelException(
                    ChannelException.Reason.FOREIGN,
                    channel + " is an engine's: a plain producer would write over what its stages have not handled; " +
                    "start the engine again, or create another channel");
            }
            final long tail = Recovery.tail(ring, channel);
            return new RingProducer(ring, tail, downstream.make(ring, tail), resources);
        }
        catch (final IOException | RuntimeException failed)
        {
            resources.close();
            throw failed;
        }
    }

    private static RoleLock lockProducer(final Path channel) throws IOException
    {
        try
        {
            return RoleLock.acquire(ChannelFiles.producerLock(channel));
        }
        catch (final ChannelException refused)
        {
            if (refused.reason() == ChannelException.Reason.MISSING)
            {
                // A channel that is missing, foreign or half created is told as that, not as a missing lock.
                try (Resources resources = new Resources())
                {
                    ChannelFiles.attachRing(channel, false, resources);
                }
            }
            throw refused;
        }
    }

    /**
     * Takes a consumer's role and resumes at its published position: what it had handled behind that is delivered
     * again.
     *
     * @param channel the directory.
     * @param index   of the consumer, from 0.
     * @return the consumer, to be used by one thread.
     * @throws ChannelException when the role cannot be taken; {@link ChannelException.Reason#EVICTED} when an operator
     *                          detached the consumer.
     * @throws IOException      when the file system fails otherwise.
     */
    public static RingConsumer attachConsumer(final Path channel, final int index) throws IOException
    {
        return attachConsumer(channel, index, false);
    }

    /**
     * Takes the role of a consumer that was evicted: it starts with what is published from now on. A consumer that was
     * not evicted resumes as with {@link #attachConsumer(Path, int)}.
     *
     * @param channel the directory.
     * @param index   of the consumer, from 0.
     * @return the consumer, to be used by one thread.
     * @throws ChannelException when the role cannot be taken.
     * @throws IOException      when the file system fails otherwise.
     */
    public static RingConsumer joinConsumer(final Path channel, final int index) throws IOException
    {
        return attachConsumer(channel, index, true);
    }

    private static RingConsumer attachConsumer(final Path channel, final int index, final boolean join)
        throws IOException
    {
        ChannelFiles.checkDirectory(channel);
        final Resources resources = new Resources();
        try
        {
            // The ring first, since it says which consumers there are; the ring id in the consumer's file, which is
            // read under the lock, says that the ring was not replaced in between.
            final Ring ring = ChannelFiles.attachRing(channel, false, resources);
            ChannelFiles.checkDeclared(channel, ring, index);
            resources.add(RoleLock.acquire(ChannelFiles.consumerLock(channel, index)));
            final MemorySegment file = ChannelFiles.attachConsumerFile(channel, ring, index, true, resources);
            return new RingConsumer(ring, file, Recovery.position(ring, channel, index, file, join), resources);
        }
        catch (final IOException | RuntimeException failed)
        {
            resources.close();
            throw failed;
        }
    }

    /**
     * Detaches a dead consumer, so that it no longer holds the producer back. It misses what is published until it
     * joins again.
     *
     * @param channel the directory.
     * @param index   of the consumer, from 0.
     * @throws ChannelException {@link ChannelException.Reason#HELD} when a live process has the role: end it first.
     * @throws IOException      when the file system fails otherwise.
     */
    public static void evict(final Path channel, final int index) throws IOException
    {
        ChannelFiles.checkDirectory(channel);
        try (Resources resources = new Resources())
        {
            final Ring ring = ChannelFiles.attachRing(channel, false, resources);
            ChannelFiles.checkDeclared(channel, ring, index);
            resources.add(RoleLock.acquire(ChannelFiles.consumerLock(channel, index)));
            final MemorySegment file = ChannelFiles.attachConsumerFile(channel, ring, index, true, resources);
            RingConsumer.newEpoch(file);
            Ordered.setRelease(file, ConsumerFileLayout.POSITION_OFFSET, ConsumerFileLayout.DETACHED);
        }
    }

    /**
     * Removes a channel that nobody holds, also one that was not created to the end.
     *
     * @param channel the directory.
     * @throws ChannelException when a live process holds a role, or when the directory holds other files too.
     * @throws IOException      when the file system fails otherwise.
     */
    public static void remove(final Path channel) throws IOException
    {
        ChannelFiles.checkDirectory(channel);
        ChannelFiles.checkRemovable(channel);
        try (Resources locks = new Resources(); var files = Files.newDirectoryStream(channel))
        {
            for (final Path file : files)
            {
                if (!ChannelFiles.isOurs(file))
                {
                    throw new ChannelException(
                        ChannelException.Reason.FOREIGN,
                        channel + " also holds " + file.getFileName() + ": it is no channel, and nothing was removed");
                }
                if (file.toString().endsWith(".lock"))
                {
                    locks.add(RoleLock.acquire(file));
                }
            }
            ChannelFiles.delete(channel);
        }
    }

    /**
     * Whether a live process has a consumer's role. Costs two system calls or three, and no consumer anything.
     *
     * @param channel the directory.
     * @param index   of the consumer, from 0.
     * @return true when one has it; it may make no progress for all that.
     * @throws IOException when there is no such consumer, or the file system fails otherwise.
     */
    public static boolean isConsumerHeld(final Path channel, final int index) throws IOException
    {
        return RoleLock.isHeld(ChannelFiles.consumerLock(channel, index));
    }

    /**
     * Looks at a channel without a role, a lock or any cost to its owners.
     *
     * @param channel the directory.
     * @return what is there at this moment.
     * @throws ChannelException when it is not a whole channel.
     * @throws IOException      when the file system fails otherwise.
     */
    public static ChannelDescription describe(final Path channel) throws IOException
    {
        return ChannelDescription.of(channel);
    }
}
