package io.tadpole.ring;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.NullMarked;

/**
 * The bytes of a very small channel, without files: one of them for each state of a test, of which there are millions,
 * so they are used again.
 */
@NullMarked
public final class StressMemory
{
    /** Bytes of records: eight lines. */
    public static final int CAPACITY = 512;

    private static final Path MEMORY = Path.of("memory");
    private static final Queue<StressMemory> FREE = new ConcurrentLinkedQueue<>();

    private final MemorySegment ringFile =
        Arena.global().allocate(RingFileLayout.HEADER_LENGTH + CAPACITY, RecordLayout.UNIT);
    private final MemorySegment consumerFile = Arena.global().allocate(ConsumerFileLayout.LENGTH, RecordLayout.UNIT);

    private StressMemory()
    {
    }

    /**
     * A ring whose tail and consumer are at a position, and whose other words are what an earlier lap left.
     *
     * @param alignment of its records in bytes.
     * @param position  in bytes.
     * @return the memory, to be given back.
     */
    public static StressMemory take(final int alignment, final long position)
    {
        final StressMemory free = FREE.poll();
        final StressMemory memory = free == null ? new StressMemory() : free;
        memory.reset(alignment, position);
        return memory;
    }

    private void reset(final int alignment, final long position)
    {
        ringFile.asSlice(0, RingFileLayout.STAGE_OFFSET + RingFileLayout.STAGE_LENGTH).fill((byte)0);
        consumerFile.asSlice(0, ConsumerFileLayout.BATCHES_OFFSET + Long.BYTES).fill((byte)0);
        Ring.put(ringFile, RingFileLayout.CAPACITY_OFFSET, CAPACITY);
        Ring.put(ringFile, RingFileLayout.ALIGNMENT_OFFSET, alignment);
        Ring.put(ringFile, RingFileLayout.CONSUMERS_OFFSET, 1);
        Ring.put(ringFile, RingFileLayout.STAGES_OFFSET, 1);
        Ring.put(ringFile, RingFileLayout.RING_ID_OFFSET, 1);
        Ring.put(ringFile, RingFileLayout.TAIL_OFFSET, position);
        Ring.put(consumerFile, ConsumerFileLayout.POSITION_OFFSET, position);
        for (int index = 0; index < CAPACITY; index += Long.BYTES)
        {
            Ring.put(ringFile, RingFileLayout.HEADER_LENGTH + index, RecordLayout.messageWord(8));
        }
        Ring.put(ringFile, RingFileLayout.HEADER_LENGTH + (position & (CAPACITY - 1)), 0);
    }

    /** Gives it back: no thread uses it any more. */
    public void give()
    {
        FREE.add(this);
    }

    /**
     * The ring.
     *
     * @return a ring with one consumer and one stage.
     */
    public Ring ring()
    {
        return new Ring(ringFile, consumerFile);
    }

    /**
     * What whoever gets the producer's lock does.
     *
     * @return the producer, whose consumer is the declared one.
     */
    public RingProducer producer()
    {
        return producer((ring, tail) -> new DeclaredConsumers(ring));
    }

    /**
     * What whoever gets the producer's lock does.
     *
     * @param downstream makes those who read the ring.
     * @return the producer.
     */
    public RingProducer producer(final Channel.DownstreamMaker downstream)
    {
        final Ring ring = ring();
        try
        {
            final long tail = Recovery.tail(ring, MEMORY);
            return new RingProducer(ring, tail, downstream.make(ring, tail), () -> { });
        }
        catch (final ChannelException corrupt)
        {
            throw new UncheckedIOException(corrupt);
        }
    }

    /**
     * What whoever gets the consumer's lock does: resumes, or joins where it was evicted.
     *
     * @return the consumer.
     */
    public RingConsumer consumer()
    {
        final Ring ring = ring();
        try
        {
            return new RingConsumer(
                ring, consumerFile, Recovery.position(ring, MEMORY, 0, consumerFile, true), () -> { });
        }
        catch (final ChannelException corrupt)
        {
            throw new UncheckedIOException(corrupt);
        }
    }

    /** What an operator does with a dead consumer, who comes back. */
    public void evict()
    {
        Ordered.setRelease(consumerFile, ConsumerFileLayout.POSITION_OFFSET, ConsumerFileLayout.DETACHED);
    }

    /**
     * Makes the consumer's file say something.
     *
     * @param position in bytes.
     */
    public void putConsumerPosition(final long position)
    {
        Ordered.setRelease(consumerFile, ConsumerFileLayout.POSITION_OFFSET, position);
    }

    /**
     * Makes the ring say the tail that a producer leaves which is killed before it stores its own.
     *
     * @param tail in bytes.
     */
    public void storeTail(final long tail)
    {
        Ordered.setRelease(ringFile, RingFileLayout.TAIL_OFFSET, tail);
    }
}
