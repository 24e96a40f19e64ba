package io.tadpole.engine;

import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Whatever the graph, the memory and the wait strategy: each stage sees each message once, in order, byte for byte. */
@Timeout(120)
class GraphRunTest
{
    private static final int CAPACITY = 64 << 10;
    private static final int MESSAGES = 12_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    /** The graphs that the test runs. */
    enum Shape
    {
        /** One stage. */
        ONE
        {
            @Override
            void build(final Script script, final StageGraph graph, final List<Checker> stages)
            {
                add(graph, stages, "one", new CheckingMessages(script));
            }
        },

        /** One that takes stretches. */
        ONE_OF_BATCHES
        {
            @Override
            void build(final Script script, final StageGraph graph, final List<Checker> stages)
            {
                add(graph, stages, "one", new CheckingBatches(script));
            }
        },

        /** Each after the one before. */
        PIPELINE
        {
            @Override
            void build(final Script script, final StageGraph graph, final List<Checker> stages)
            {
                final CheckingMessages a = add(graph, stages, "a", new CheckingMessages(script));
                final CheckingBatches b = add(graph, stages, "b", new CheckingBatches(script, a), "a");
                add(graph, stages, "c", new CheckingMessages(script, a, b), "b");
            }
        },

        /** Two side by side, between one before and one behind. */
        DIAMOND
        {
            @Override
            void build(final Script script, final StageGraph graph, final List<Checker> stages)
            {
                final CheckingBatches a = add(graph, stages, "a", new CheckingBatches(script));
                final CheckingMessages b = add(graph, stages, "b", new CheckingMessages(script, a), "a");
                final CheckingBatches c = add(graph, stages, "c", new CheckingBatches(script, a), "a");
                add(graph, stages, "d", new CheckingMessages(script, a, b, c), "b", "c");
            }
        },

        /** Side by side. */
        PARALLEL
        {
            @Override
            void build(final Script script, final StageGraph graph, final List<Checker> stages)
            {
                add(graph, stages, "a", new CheckingMessages(script));
                add(graph, stages, "b", new CheckingBatches(script));
                add(graph, stages, "c", new CheckingMessages(script));
            }
        };

        abstract void build(Script script, StageGraph graph, List<Checker> stages);

        private static <T extends Checker & Stage> T add(
            final StageGraph graph, final List<Checker> stages, final String name, final T stage, final String... after)
        {
            graph.stage(name, stage, after);
            stages.add(stage);
            return stage;
        }
    }

    static Stream<Arguments> shouldHandOverEachMessageOnceInOrder()
    {
        final List<Arguments> all = new ArrayList<>();
        for (final Memory memory : Memory.values())
        {
            for (final Shape shape : Shape.values())
            {
                EngineConfig.WAIT_STRATEGIES.stream()
                    // Two threads that spin without a pause are one too many for a small machine.
                    .filter(strategy -> shape == Shape.ONE || shape == Shape.ONE_OF_BATCHES ||
                        !"busy-spin".equals(strategy))
                    .forEach(strategy -> all.add(Arguments.of(memory, shape, strategy)));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource
    void shouldHandOverEachMessageOnceInOrder(final Memory memory, final Shape shape, final String waitStrategy)
        throws IOException
    {
        final long seed = ThreadLocalRandom.current().nextLong();
        final Script script = Script.random(seed, MESSAGES, CAPACITY / 8);
        final StageGraph graph = new StageGraph();
        final List<Checker> stages = new ArrayList<>();
        shape.build(script, graph, stages);
        final EngineConfig config = EngineConfig.of(CAPACITY).withWaitStrategy(waitStrategy);
        try (Engine engine = memory.start(directory, config, graph))
        {
            new Feed(engine, script, seed).publishAll();
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        stages.forEach(stage -> assertEquals(MESSAGES, stage.handled()));
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldCarryMessagesFrom1ByteTo16MebibytesAndHalfTheRing(final Memory memory) throws IOException
    {
        final int[] lengths = {
            1, 16 << 20, 57, 56, (16 << 20) - 8, 3 << 20, 1, (32 << 20) - 8, 1 << 20, (1 << 20) - 8, 1000, 64, 5 << 20,
            16 << 20, 2, 16 << 20, 31 << 20, 7};
        final Script script = Script.of(lengths);
        final CheckingMessages first = new CheckingMessages(script);
        final CheckingBatches second = new CheckingBatches(script, first);
        final StageGraph graph = new StageGraph().stage("first", first).stage("second", second, "first");
        try (Engine engine = memory.start(directory, EngineConfig.of(64 << 20), graph))
        {
            new Feed(engine, script, 16).publishAll();
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(lengths.length, first.handled());
        assertEquals(lengths.length, second.handled());
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldWrapAtEveryOffset(final Memory memory) throws IOException
    {
        // One to six units in turn: over the laps, a record meets the end at each distance that it can have.
        final int[] lengths = new int[20_000];
        for (int i = 0; i < lengths.length; i++)
        {
            lengths[i] = 1 + i % (6 * 64 - 8);
        }
        final Script script = Script.of(lengths);
        final CheckingBatches first = new CheckingBatches(script);
        final CheckingMessages second = new CheckingMessages(script, first);
        final StageGraph graph = new StageGraph().stage("first", first).stage("second", second, "first");
        try (Engine engine = memory.start(directory, EngineConfig.of(CAPACITY), graph))
        {
            new Feed(engine, script, 0).publishAll();
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(lengths.length, second.handled());
    }
}
