package io.tadpole.kernel;

import com.sun.management.ThreadMXBean;
import io.tadpole.engine.BatchStage;
import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A kernel's batches cost no object. */
@Timeout(120)
class KernelAllocationTest
{
    private static final ThreadMXBean THREADS = (ThreadMXBean)ManagementFactory.getThreadMXBean();
    private static final int ATTEMPTS = 5;
    private static final int WARM = 60_000;
    private static final int MESSAGES = 120_000;

    @TempDir(factory = SharedMemory.class)
    private Path folder;

    /** Asks its thread what that has allocated: when it is warm, and at the end. */
    private static final class Measured implements BatchStage
    {
        private final NativeKernel kernel;
        private int handled;
        private long atStart;
        private volatile long allocated = -1;

        Measured(final NativeKernel kernel)
        {
            this.kernel = kernel;
        }

        @Override
        public long resumeAt(final long ringId, final long mirrored)
        {
            return kernel.resumeAt(ringId, mirrored);
        }

        @Override
        public long onBatch(
            final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
        {
            final long status = kernel.onBatch(buffer, offset, length, messages, endPosition);
            final boolean cold = handled < WARM;
            handled += messages;
            if (cold && handled >= WARM)
            {
                atStart = THREADS.getCurrentThreadAllocatedBytes();
            }
            if (handled == MESSAGES)
            {
                allocated = THREADS.getCurrentThreadAllocatedBytes() - atStart;
            }
            return status;
        }
    }

    /** What the JVM itself allocates when it compiles anew is not in every attempt; a batch's would be. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingAsAStage(final boolean inFile) throws IOException
    {
        final Path library = Libraries.kernel(folder);
        long allocated = -1;
        for (int attempt = 0; attempt < ATTEMPTS && allocated != 0; attempt++)
        {
            final Path own = Files.createDirectory(folder.resolve("attempt-" + attempt));
            final KernelConfig config = KernelConfig.of(library);
            try (NativeKernel kernel = NativeKernel.load(inFile ? config.withStateFile(own.resolve("state")) : config))
            {
                final Measured measured = new Measured(kernel);
                final Engine engine = Engine.create(
                    own.resolve("channel"), EngineConfig.of(64 << 10), new StageGraph().stage("kernel", measured));
                Numbers.publish(engine, 0, MESSAGES);
                assertTrue(engine.shutdown(Duration.ofSeconds(60)), engine::reason);
                Numbers.assertCounted(MESSAGES, kernel.state());
                allocated = measured.allocated;
            }
        }
        assertEquals(0, allocated);
    }

    @Test
    void shouldAllocateNothingWhenItPolls() throws IOException
    {
        final Path channel = folder.resolve("channel");
        Channel.create(channel, ChannelConfig.plain(64 << 10));
        try (NativeKernel kernel = NativeKernel.load(Libraries.kernel(folder));
            RingConsumer consumer = Channel.attachConsumer(channel, 0);
            RingProducer producer = Channel.attachProducer(channel))
        {
            long published = 0;
            long allocated = -1;
            for (int attempt = 0; attempt < ATTEMPTS && allocated != 0; attempt++)
            {
                allocated = 0;
                for (int batch = 0; batch < 2_000; batch++)
                {
                    Numbers.publish(producer, published, published + 30);
                    published += 30;
                    final long before = THREADS.getCurrentThreadAllocatedBytes();
                    kernel.poll(consumer, 100);
                    kernel.poll(consumer, 100);
                    allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
                }
            }
            assertEquals(0, allocated);
            assertEquals(published, Numbers.counted(kernel.state()));
        }
    }
}
