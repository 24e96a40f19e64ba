package io.tadpole.engine;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.Claim;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A clean end drains, one that takes too long says so, and what is called later answers. */
@Timeout(60)
class ShutdownTest
{
    private static final int CAPACITY = 64 << 10;
    private static final EngineConfig CONFIG = EngineConfig.of(CAPACITY);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    /** Waits at each message until the test lets it go on. */
    private static final class Gated extends CheckingMessages
    {
        private final Gate gate = new Gate();

        Gated(final Script script)
        {
            super(script);
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch)
        {
            gate.pass();
            super.onMessage(buffer, offset, length, sequence, endOfBatch);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yielding", "sleeping", "blocking"})
    void shouldDrainInsideAndOutside(final String waitStrategy) throws IOException
    {
        final Script script = Script.random(1, 300, 200);
        final Gated slow = new Gated(script);
        final CheckingMessages last = new CheckingMessages(script, slow);
        final Path channel = directory.resolve("channel");
        final StageGraph graph =
            new StageGraph().stage("slow", slow).outside("native").stage("last", last, "slow", "native");
        try (CheckingConsumer outside = create(channel, CONFIG.withWaitStrategy(waitStrategy), graph, script);
            Engine engine = Engine.attach(channel, CONFIG.withWaitStrategy(waitStrategy), graph))
        {
            new Feed(engine, script, 1).publishAll();
            slow.gate.awaitReached(engine);
            final Thread other = outside.start(script.count());
            // Opens while the shutdown waits: it has taken the role of the publisher's last act by then.
            final Thread opener = Thread.ofPlatform().start(() ->
            {
                final Claim claim = new Claim();
                Await.until(() -> engine.tryClaim(Integer.MAX_VALUE, claim) == Status.CLOSED);
                slow.gate.open();
            });
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
            assertEquals(script.count(), slow.handled());
            assertEquals(script.count(), last.handled());
            Await.until(() -> !other.isAlive() && !opener.isAlive());
            assertEquals(script.count(), outside.handled());
        }
    }

    /** Makes the channel and takes the consumer's role, before the engine starts. */
    private static CheckingConsumer create(
        final Path channel, final EngineConfig config, final StageGraph graph, final Script script) throws IOException
    {
        final StageGraph names = new StageGraph();
        for (final StageGraph.Node node : graph.nodes())
        {
            if (node.stage() == null)
            {
                names.outside(node.name());
            }
            else
            {
                names.stage(node.name(), (MessageStage)(buffer, offset, length, sequence, endOfBatch) -> { });
            }
        }
        Engine.create(channel, config, names).close();
        return new CheckingConsumer(channel, 0, script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"busy-spin", "yielding", "sleeping", "blocking"})
    void shouldGiveUpOnADeadStageOutsideAndKeepItsMessages(final String waitStrategy) throws IOException
    {
        final EngineConfig config = CONFIG.withWaitStrategy(waitStrategy);
        final Script script = Script.random(1, 100, 200);
        final CheckingMessages inside = new CheckingMessages(script);
        final CheckingMessages after = new CheckingMessages(script);
        final Path channel = directory.resolve("channel");
        final StageGraph graph =
            new StageGraph().stage("inside", inside).outside("native").stage("after", after, "native");
        try (Engine engine = Engine.create(channel, config, graph))
        {
            new Feed(engine, script, 1).publishAll();
            Await.until(engine, () -> inside.handled() == script.count());
            // The watchdog is earlier.
            assertFalse(engine.shutdown(Duration.ofHours(1)));
            assertEquals(
                "not every stage has handled the messages up to position " + engine.position() + ": 'native' is at " +
                "position 0 and no process runs it, 'after' is at position 0; the ring keeps them for a successor",
                engine.reason());
            assertFalse(engine.shutdown(PATIENCE), "the answer does not change");
            assertNull(engine.failure());
        }
        assertEquals(0, after.handled());
        try (CheckingConsumer outside = new CheckingConsumer(channel, 0, script);
            Engine engine = Engine.attach(channel, config, graph))
        {
            outside.pollUntil(script.count());
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(script.count(), after.handled());
    }

    @Test
    void shouldWaitForTheOthersWhileAStageOutsideIsDead() throws IOException
    {
        final Script script = Script.same(20, 50);
        final CheckingMessages after = new CheckingMessages(script);
        final CheckingMessages slow = new CheckingMessages(script)
        {
            @Override
            public void onMessage(
                final DirectBuffer buffer, final int offset, final int length, final long sequence,
                final boolean endOfBatch)
            {
                pause(100);
                super.onMessage(buffer, offset, length, sequence, endOfBatch);
            }
        };
        final Path channel = directory.resolve("channel");
        final StageGraph graph =
            new StageGraph().outside("native").stage("after", after, "native").stage("slow", slow);
        try (Engine engine = Engine.create(channel, CONFIG, graph))
        {
            new Feed(engine, script, 1).publishAll();
            try (CheckingConsumer outside = new CheckingConsumer(channel, 0, script))
            {
                outside.poll(7);
            }
            assertFalse(engine.shutdown(Duration.ofHours(1)));
            assertEquals(script.count(), slow.handled());
            assertEquals(7, after.handled());
        }
    }

    @Test
    void shouldWaitForAStageOutsideThatIsSlowAndAlive() throws IOException
    {
        final Script script = Script.same(20, 50);
        final Path channel = directory.resolve("channel");
        try (Engine engine = Engine.create(channel, CONFIG, new StageGraph().outside("native"));
            CheckingConsumer outside = new CheckingConsumer(channel, 0, script))
        {
            new Feed(engine, script, 1).publishAll();
            final Thread thread = Thread.ofPlatform().daemon().start(() ->
            {
                pause(1500);
                outside.pollUntil(script.count());
            });
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.reason());
            Await.until(() -> !thread.isAlive());
        }
    }

    private static void pause(final long milliseconds)
    {
        final long start = System.nanoTime();
        Await.until(() -> System.nanoTime() - start > milliseconds * 1_000_000);
    }

    @Test
    void shouldNotWaitForAnEvictedStage() throws IOException
    {
        final Path channel = directory.resolve("channel");
        try (Engine engine = Engine.create(channel, CONFIG, new StageGraph().outside("native")))
        {
            new Feed(engine, Script.random(1, 100, 200), 1).publishAll();
            assertFalse(Channel.describe(channel).consumers().getFirst().detached());
            Channel.evict(channel, 0);
            assertTrue(engine.shutdown(PATIENCE));
        }
    }

    @Test
    void shouldStopBetweenMessagesWhenPatienceEnds() throws IOException
    {
        final Script script = Script.same(200, 10);
        final Gated slow = new Gated(script);
        final Path channel = directory.resolve("channel");
        final StageGraph graph = new StageGraph().stage("slow", slow);
        try (Engine engine = Engine.create(channel, CONFIG, graph))
        {
            new Feed(engine, script, 1).publishAll();
            slow.gate.awaitReached(engine);
            final Thread opener = Thread.ofPlatform().start(() ->
            {
                Await.until(() -> engine.tryClaim(Integer.MAX_VALUE, new Claim()) == Status.CLOSED);
                Await.until(() -> Thread.getAllStackTraces().values().stream().flatMap(Arrays::stream)
                    .anyMatch(frame -> "joinUninterruptibly".equals(frame.getMethodName())));
                slow.gate.open();
            });
            assertFalse(engine.shutdown(Duration.ZERO));
            Await.until(() -> !opener.isAlive());
        }
        assertEquals(1, slow.handled(), "the message at which it was, and no more");
        try (Engine engine = Engine.attach(channel, CONFIG, graph))
        {
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(script.count(), slow.handled());
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldAnswerAfterItsEnd(final Memory memory) throws IOException
    {
        final Script script = Script.random(1, 10, 200);
        final CheckingMessages stage = new CheckingMessages(script);
        final Engine engine = memory.start(directory, CONFIG, new StageGraph().stage("one", stage));
        final Feed feed = new Feed(engine, script, 1);
        feed.publishAll();
        final long position = engine.position();
        assertNull(engine.reason());
        final Claim claim = new Claim();
        assertEquals(position, engine.tryClaim(100, claim));
        engine.close();
        engine.close();
        assertTrue(engine.shutdown(Duration.ZERO));
        assertNull(engine.reason());
        assertThrows(IllegalStateException.class, () -> claim.commit(1));
        assertThrows(IllegalStateException.class, claim::buffer);
        assertEquals(Status.CLOSED, engine.tryClaim(100, claim));
        assertEquals(Status.CLOSED, engine.tryClaimRun(100, 2, claim));
        assertEquals(Status.CLOSED, engine.offer(new SegmentBuffer(), 0, 0));
        assertEquals(position, engine.position());
        assertEquals(CAPACITY / 2 - 8, engine.maxClaimLength());
        assertEquals(CAPACITY / 2 - 8, engine.maxMessageLength());
        assertTrue(engine.ringId() != 0);
        assertNull(engine.failure());
        assertEquals(script.count(), stage.handled());
        if (memory == Memory.MAPPED)
        {
            assertThrows(IllegalStateException.class, engine::counters);
            final ChannelDescription left = Channel.describe(directory.resolve("channel"));
            assertFalse(left.producer().held());
            assertEquals(position, left.producer().tail(), "the open claim was aborted");
            assertEquals(position, left.stages().getFirst().position());
        }
    }

    @Test
    void shouldKeepTheInterruptOfWhoeverCloses()
    {
        final Engine engine = Engine.inMemory(
            CONFIG, new StageGraph().stage("one", (MessageStage)(buffer, offset, length, sequence, endOfBatch) -> { }));
        Thread.currentThread().interrupt();
        engine.close();
        assertTrue(Thread.interrupted());
        assertNull(engine.failure());
    }
}
