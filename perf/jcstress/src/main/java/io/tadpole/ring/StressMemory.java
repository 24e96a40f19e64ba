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
    /** Bytes of records: four lines. */
    public static final int CAPACITY = 256;

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
     * The ring's producer: a successor's first steps, from what the ring's words say.
     *
     * @return the producer.
     */
    public RingProducer producer()
    {
        final Ring ring = ring();
        try
        {
            return new RingProducer(
                ring, Recovery.tail(ring, Path.of("memory")), new DeclaredConsumers(ring), () -> { });
        }
        catch (final ChannelException corrupt)
        {
            throw new UncheckedIOException(corrupt);
        }
    }

    /**
     * The ring's consumer, resumed at its position.
     *
     * @return the consumer.
     */
    public RingConsumer consumer()
    {
        return new RingConsumer(
            ring(), consumerFile, Ordered.getAcquire(consumerFile, ConsumerFileLayout.POSITION_OFFSET), () -> { });
    }
}
