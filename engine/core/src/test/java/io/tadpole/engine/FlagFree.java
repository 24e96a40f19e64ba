package io.tadpole.engine;

import io.tadpole.ring.Channel;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.RingConsumer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Runs an engine in each memory and with each wait strategy, as a program of a user would. */
final class FlagFree
{
    private FlagFree()
    {
    }

    /**
     * Runs, and fails with an exception when a message is missing.
     *
     * @param arguments a directory that is empty.
     */
    public static void main(final String[] arguments) throws IOException
    {
        for (final Memory memory : Memory.values())
        {
            for (final String waitStrategy : EngineConfig.WAIT_STRATEGIES)
            {
                run(Path.of(arguments[0]), memory, waitStrategy);
            }
        }
    }

    private static void run(final Path directory, final Memory memory, final String waitStrategy) throws IOException
    {
        final Script script = Script.same(2000, 100);
        final CheckingMessages first = new CheckingMessages(script);
        final CheckingBatches second = new CheckingBatches(script, first);
        final StageGraph graph = new StageGraph().stage("first", first).stage("second", second, "first");
        final boolean mapped = memory == Memory.MAPPED;
        if (mapped)
        {
            graph.outside("outside");
        }
        final EngineConfig config = EngineConfig.of(1 << 20).withWaitStrategy(waitStrategy);
        try (Engine engine = memory.start(directory, config, graph))
        {
            new Feed(engine, script, 1).publishAll();
            if (mapped)
            {
                poll(directory.resolve("channel"), script);
            }
            if (!engine.shutdown(Duration.ofSeconds(60)) || second.handled() != script.count())
            {
                throw new AssertionError("not drained", engine.failure());
            }
        }
        if (mapped)
        {
            Channel.remove(directory.resolve("channel"));
        }
    }

    private static void poll(final Path channel, final Script script) throws IOException
    {
        final IdlePolicy idle = IdlePolicy.adaptive();
        int count = 0;
        try (RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            while (count < script.count())
            {
                count += consumer.poll((buffer, offset, length, position) -> { }, 100);
                idle.idle();
            }
        }
    }
}
