package io.tadpole.engine;

import com.sun.management.ThreadMXBean;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Claim;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** No message costs an object: not the publisher, with or without back-pressure, and not a stage. */
@Timeout(120)
class AllocationTest
{
    private static final ThreadMXBean THREADS = (ThreadMXBean)ManagementFactory.getThreadMXBean();
    private static final int CAPACITY = 64 << 10;
    private static final int LENGTH = 40;
    private static final int ATTEMPTS = 5;
    private static final String NOTHING = "publisher 0, stage of messages 0, stage of batches 0";
    private static final int WARM = 60_000;
    private static final int MEASURED = 60_000;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    /** Asks its own thread what that has allocated: when it is warm, and at the end. */
    private static class Measured
    {
        private int handled;
        private long sum;
        private long atStart;
        private volatile long allocated = Long.MIN_VALUE;

        final void count(final int messages, final long value)
        {
            sum += value;
            final int before = handled;
            handled += messages;
            if (before < WARM && handled >= WARM)
            {
                atStart = THREADS.getCurrentThreadAllocatedBytes();
            }
            if (handled == WARM + MEASURED && sum != 0)
            {
                allocated = THREADS.getCurrentThreadAllocatedBytes() - atStart;
            }
        }

        final long allocated()
        {
            return allocated;
        }
    }

    private static final class Messages extends Measured implements MessageStage
    {
        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch)
        {
            count(1, buffer.getLong(offset));
        }
    }

    private static final class Stretches extends Measured implements BatchStage
    {
        @Override
        public long onBatch(
            final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
        {
            count(messages, buffer.getLong(offset));
            return 0;
        }
    }

    static Stream<Arguments> shouldAllocateNothing()
    {
        final List<Arguments> all = new ArrayList<>();
        for (final Memory memory : Memory.values())
        {
            EngineConfig.WAIT_STRATEGIES.forEach(strategy -> all.add(Arguments.of(memory, strategy)));
        }
        return all.stream();
    }

    /** What the JVM itself allocates in a thread when it compiles anew is not in every attempt; a message's is. */
    @ParameterizedTest
    @MethodSource
    void shouldAllocateNothing(final Memory memory, final String waitStrategy) throws IOException
    {
        String allocated = "";
        for (int attempt = 0; attempt < ATTEMPTS && !NOTHING.equals(allocated); attempt++)
        {
            allocated = allocated(Files.createDirectory(directory.resolve("attempt-" + attempt)), memory, waitStrategy);
            System.out.println(memory + " " + waitStrategy + ": " + allocated);
        }
        assertEquals(NOTHING, allocated);
    }

    private static String allocated(final Path directory, final Memory memory, final String waitStrategy)
        throws IOException
    {
        final Messages first = new Messages();
        final Stretches second = new Stretches();
        final StageGraph graph = new StageGraph().stage("first", first);
        // One thread that spins without a pause is enough.
        final boolean both = !"busy-spin".equals(waitStrategy);
        if (both)
        {
            graph.stage("second", second, "first");
        }
        final EngineConfig config = EngineConfig.of(CAPACITY).withWaitStrategy(waitStrategy);
        try (Engine engine = memory.start(directory, config, graph))
        {
            final Claim claim = new Claim();
            final SegmentBuffer source = new SegmentBuffer(MemorySegment.ofArray(new byte[LENGTH]));
            publish(engine, claim, source, WARM);
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            publish(engine, claim, source, MEASURED);
            final long publisher = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(engine.shutdown(Duration.ofSeconds(60)), () -> "not drained: " + engine.failure());
            return "publisher " + publisher + ", stage of messages " + first.allocated() + ", stage of batches " +
                (both ? second.allocated() : 0);
        }
    }

    /** Publishes by claim, by run and by offer in turn, in a small ring, so that the publisher often finds it full. */
    private static void publish(final Engine engine, final Claim claim, final SegmentBuffer source, final int count)
    {
        int published = 0;
        while (published < count)
        {
            final long position = switch (published % 3)
            {
                case 0 -> publishOne(engine, claim, published);
                case 1 -> published + 4 > count ? publishOne(engine, claim, published) : publishRun(engine, claim);
                default -> engine.offer(source, 0, LENGTH);
            };
            if (position > 0)
            {
                published += published % 3 == 1 && published + 4 <= count ? 4 : 1;
            }
            else
            {
                Thread.yield();
            }
        }
    }

    private static long publishOne(final Engine engine, final Claim claim, final long value)
    {
        final long position = engine.tryClaim(LENGTH, claim);
        if (position < 0)
        {
            return position;
        }
        claim.buffer().putLong(claim.offset(), value);
        return claim.commit(LENGTH);
    }

    private static long publishRun(final Engine engine, final Claim claim)
    {
        final long position = engine.tryClaimRun(LENGTH, 4, claim);
        if (position < 0)
        {
            return position;
        }
        claim.next(LENGTH);
        claim.next(LENGTH);
        claim.next(LENGTH);
        return claim.commit(LENGTH);
    }
}
