package io.tadpole.ring;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

import static org.junit.jupiter.api.Assertions.fail;

/**
 * Inputs for the targets of the fuzzer, from a seeded generator; on demand as many times more of them as {@code
 * -Dtadpole.hostile.times} says. An input on which a target fails, or does not end, is told in full: a file
 * with these bytes beside the others that the fuzzer replays makes it a test for ever.
 */
public final class HostileInputs
{
    private static final int MAX_LENGTH = 192;
    private static final long PATIENCE_NS = 20_000_000_000L;

    private final Consumer<byte[]> target;
    private final SplittableRandom random;
    private final long number;
    /** What the target is at work on. */
    private volatile byte[] input = {};
    private volatile long done;
    private volatile @Nullable Throwable failure;

    private HostileInputs(final Consumer<byte[]> target, final long number, final long seed)
    {
        this.target = target;
        this.number = number;
        this.random = new SplittableRandom(seed);
    }

    /**
     * Gives a target its inputs.
     *
     * @param number of inputs in an ordinary run.
     * @param target throws on what must not be.
     */
    public static void feed(final int number, final Consumer<byte[]> target)
    {
        final long seed = Long.getLong("tadpole.seed", ThreadLocalRandom.current().nextLong());
        final long asked = number * Long.getLong("tadpole.hostile.times", 1);
        final HostileInputs inputs = new HostileInputs(target, asked, seed);
        final long start = System.nanoTime();
        inputs.run();
        System.out.printf(
            "-Dtadpole.seed=%d: %d hostile inputs in %.1f s%n", seed, asked, (System.nanoTime() - start) / 1e9);
    }

    private void run()
    {
        // A daemon: one that does not end is left behind.
        final Thread worker = Thread.ofPlatform().daemon().start(this::work);
        try
        {
            long seen = -1;
            long busyNs = 0;
            while (!worker.join(Duration.ofSeconds(1)))
            {
                // Of its own work, not of the clock: a machine may be busy with others, or stop us all for a while.
                final long cpuNs = ManagementFactory.getThreadMXBean().getThreadCpuTime(worker.threadId());
                if (done != seen)
                {
                    seen = done;
                    busyNs = cpuNs;
                }
                else if (cpuNs - busyNs > PATIENCE_NS)
                {
                    final StringBuilder where = new StringBuilder();
                    for (final StackTraceElement frame : worker.getStackTrace())
                    {
                        where.append("\n    at ").append(frame);
                    }
                    fail("no end of the input " + HexFormat.of().formatHex(input) + where);
                }
            }
        }
        catch (final InterruptedException interrupted)
        {
            Thread.currentThread().interrupt();
            fail("interrupted", interrupted);
        }
        if (failure != null)
        {
            fail("the input " + HexFormat.of().formatHex(input) + ": " + failure, failure);
        }
    }

    private void work()
    {
        try
        {
            for (long i = 0; i < number; i++)
            {
                final byte[] bytes = new byte[1 + random.nextInt(MAX_LENGTH)];
                random.nextBytes(bytes);
                input = bytes;
                target.accept(bytes);
                done = i + 1;
            }
        }
        catch (final Throwable thrown)
        {
            failure = thrown;
        }
    }
}
