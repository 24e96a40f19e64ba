package io.tadpole.kernel;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChildJvm;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A process with a kernel is really killed, at random moments: its state counts each message once. */
@Timeout(300)
class KernelKillTest
{
    private static final EngineConfig CONFIG = EngineConfig.of(64 << 10);
    private static final int KILLS = 12;

    @TempDir(factory = SharedMemory.class)
    private Path folder;

    /** What has been published, as another process reads it: numbers without a gap. */
    private long published;

    @ParameterizedTest
    @ValueSource(strings = {"-DAT_MOST=INT64_MAX", "-DAT_MOST=1"})
    void shouldCountEachMessageOnce(final String option) throws IOException
    {
        final long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        final Path library = Libraries.kernel(folder, option);
        final Path channel = folder.resolve("channel");
        try (NativeKernel kernel = load(library, folder))
        {
            Engine.create(channel, CONFIG, graph(kernel)).close();
        }
        try (RingConsumer outside = Channel.attachConsumer(channel, 0))
        {
            for (int kill = 0; kill < KILLS; kill++)
            {
                try (ChildJvm child = ChildJvm.start(
                    List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx64m"),
                    ProcessBuilder.Redirect.INHERIT, Killed.class, folder, library, published))
                {
                    final long until = published + random.nextInt(1 << (8 + random.nextInt(12)));
                    while (published <= until)
                    {
                        read(outside);
                        assertTrue(child.isAlive(), "the engine ended by itself");
                    }
                    child.kill();
                }
                while (read(outside) > 0)
                {
                    Thread.onSpinWait();
                }
            }
            try (NativeKernel kernel = load(library, folder))
            {
                final Engine engine = Engine.attach(channel, CONFIG, graph(kernel));
                final long to = published + 100;
                Numbers.publish(engine, published, to);
                while (published < to)
                {
                    read(outside);
                }
                assertTrue(engine.shutdown(Duration.ofSeconds(60)), engine::reason);
                Numbers.assertCounted(to, kernel.state());
                System.out.println(to + " messages over " + KILLS + " kills, each counted once");
            }
        }
    }

    private int read(final RingConsumer outside)
    {
        final int count = outside.poll(
            (buffer, offset, length, position) -> assertEquals(published++, buffer.getLong(offset)), 1000);
        assertTrue(count >= 0, outside::failure);
        return count;
    }

    private static NativeKernel load(final Path library, final Path folder) throws IOException
    {
        return NativeKernel.load(KernelConfig.of(library).withStateFile(folder.resolve("state")));
    }

    private static StageGraph graph(final NativeKernel kernel)
    {
        return new StageGraph().stage("kernel", kernel).outside("check");
    }

    /** Takes over and publishes, until it is killed. */
    static final class Killed
    {
        private Killed()
        {
        }

        public static void main(final String[] arguments) throws IOException
        {
            final Path folder = Path.of(arguments[0]);
            try (NativeKernel kernel = load(Path.of(arguments[1]), folder))
            {
                final Engine engine = Engine.attach(folder.resolve("channel"), CONFIG, graph(kernel));
                Numbers.publish(engine, Long.parseLong(arguments[2]), Long.MAX_VALUE);
            }
        }
    }
}
