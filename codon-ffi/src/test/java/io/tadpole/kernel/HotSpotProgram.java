package io.tadpole.kernel;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Does what HotSpot needs its signal handlers for, while a kernel runs: null checks that are faults, stack overflows,
 * and collections, for which compiled code stops at a page that it cannot read. Arguments: channel, library, and the
 * runtime of Codon where it needs that. Prints what it saw.
 */
final class HotSpotProgram
{
    private static final int COLLECTIONS = 100;
    private static final int ROUND = 20_000;

    private HotSpotProgram()
    {
    }

    private static final class Box
    {
        private final int number;

        Box(final int number)
        {
            this.number = number;
        }
    }

    public static void main(final String[] arguments) throws IOException
    {
        final KernelConfig config = KernelConfig.of(Path.of(arguments[1]));
        try (NativeKernel kernel = NativeKernel.load(
            arguments.length == 2 ? config : config.withCodonRuntime(Path.of(arguments[2]))))
        {
            final Engine engine = Engine.create(
                Path.of(arguments[0]), EngineConfig.of(64 << 10), new StageGraph().stage("kernel", kernel));
            final Box box = new Box(1);
            final Box[] none = new Box[1];
            long sum = 0;
            int nulls = 0;
            int overflows = 0;
            for (int i = 0; i < COLLECTIONS; i++)
            {
                for (int j = 0; j < ROUND; j++)
                {
                    sum += number(box);
                }
                Numbers.publish(engine, (long)i * ROUND, (long)(i + 1) * ROUND);
                nulls += isNull(none[0]) ? 1 : 0;
                overflows += overflow(0) ? 1 : 0;
                System.gc();
            }
            final boolean ended = engine.shutdown(Duration.ofSeconds(60));
            System.out.println(ended + " " + engine.reason() + ": " + nulls + " null checks, " + overflows +
                " stack overflows, " + Numbers.counted(kernel.state()) + " messages, sum " + sum);
        }
    }

    private static int number(final Box box)
    {
        return box.number;
    }

    private static boolean isNull(final Box box)
    {
        try
        {
            return number(box) == 0;
        }
        catch (final NullPointerException fault)
        {
            return true;
        }
    }

    private static boolean overflow(final int depth)
    {
        try
        {
            return depth < 0 || overflow(depth + 1);
        }
        catch (final StackOverflowError fault)
        {
            return true;
        }
    }
}
