package io.tadpole.bench;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A Disruptor as its users carry variable-length messages with it: events are views of slots outside the heap, each
 * with a length before its message. In one thing kinder than its users: {@code next} would park when the ring is full.
 */
final class DisruptorCarrier implements Carrier
{
    @Override
    public Sender create(final Path at, final int size, final int run, final Tally inside)
    {
        final int slot = Integer.highestOneBit(size + Long.BYTES - 1) << 1;
        final int slots = Scenario.ENGINE_BYTES / slot;
        final ByteBuffer memory = ByteBuffer.allocateDirect(Scenario.ENGINE_BYTES + slot);
        final ByteBuffer aligned = memory.alignedSlice(slot);
        final int[] made = new int[1];
        final RingBuffer<UnsafeBuffer> ring = RingBuffer.createSingleProducer(
            () -> new UnsafeBuffer(aligned, slot * made[0]++, slot), slots, new BusySpinWaitStrategy());
        final EventHandler<UnsafeBuffer> handler =
            (event, sequence, endOfBatch) -> inside.on(event.getLong(Long.BYTES));
        final BatchEventProcessor<UnsafeBuffer> processor =
            new BatchEventProcessorBuilder().build(ring, ring.newBarrier(), handler);
        ring.addGatingSequences(processor.getSequence());
        final Thread thread = new Thread(processor, "stage");
        thread.setDaemon(true);
        thread.start();
        return run == 1 ? new Single(ring, processor, thread, size) : new Runs(ring, processor, thread, size, run);
    }

    @Override
    public @Nullable Receiver open(final Path at, final LongConsumer numbers)
    {
        return null;
    }

    private static long claim(final RingBuffer<UnsafeBuffer> ring, final int messages)
    {
        while (true)
        {
            try
            {
                return ring.tryNext(messages);
            }
            catch (final InsufficientCapacityException full)
            {
                Thread.onSpinWait();
            }
        }
    }

    private static void fill(final UnsafeBuffer slot, final int size, final long number)
    {
        slot.putLong(0, size);
        for (int word = 0; word < size; word += Long.BYTES)
        {
            slot.putLong(Long.BYTES + word, number);
        }
    }

    private static void end(final BatchEventProcessor<UnsafeBuffer> processor, final Thread thread)
    {
        processor.halt();
        try
        {
            thread.join();
        }
        catch (final InterruptedException interrupted)
        {
            Thread.currentThread().interrupt();
        }
    }

    private record Single(
        RingBuffer<UnsafeBuffer> ring, BatchEventProcessor<UnsafeBuffer> processor, Thread thread, int size)
        implements Sender
    {
        @Override
        public void send(final long first, final int count)
        {
            for (long number = first; number < first + count; number++)
            {
                final long sequence = claim(ring, 1);
                fill(ring.get(sequence), size, number);
                ring.publish(sequence);
            }
        }

        @Override
        public void close()
        {
            end(processor, thread);
        }
    }

    private record Runs(
        RingBuffer<UnsafeBuffer> ring, BatchEventProcessor<UnsafeBuffer> processor, Thread thread, int size, int run)
        implements Sender
    {
        @Override
        public void send(final long first, final int count)
        {
            final long end = first + count;
            long number = first;
            while (number < end)
            {
                final int messages = (int)Math.min(run, end - number);
                final long last = claim(ring, messages);
                for (long sequence = last - messages + 1; sequence <= last; sequence++)
                {
                    fill(ring.get(sequence), size, number++);
                }
                ring.publish(last - messages + 1, last);
            }
        }

        @Override
        public void close()
        {
            end(processor, thread);
        }
    }
}
