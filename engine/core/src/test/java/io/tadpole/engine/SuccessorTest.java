package io.tadpole.engine;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.DeclaredConsumers;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Where the stages of a successor start, and what it keeps until they have handled it. */
@Timeout(60)
class SuccessorTest
{
    private static final int CAPACITY = 64 << 10;
    private static final EngineConfig CONFIG = EngineConfig.of(CAPACITY);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Messages that the first engine publishes; its quick stage handles all, its slow stage so many. */
    private static final int PUBLISHED = 900;
    private static final int SLOW = 300;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final Script script = Script.same(4 * PUBLISHED, 50);
    private Path channel = Path.of("");

    /** Starts where the test says. */
    private static class Resuming extends CheckingMessages
    {
        private final LongUnaryOperator start;

        Resuming(final Script script, final LongUnaryOperator start)
        {
            super(script);
            this.start = start;
        }

        @Override
        public long resumeAt(final long ringId, final long mirrored)
        {
            final long position = start.applyAsLong(mirrored);
            resumeWith(position / RecordLayout.UNIT);
            return position;
        }
    }

    /** Leaves a ring with a lap behind it, in which a slow stage has not handled what a quick one has. */
    @BeforeEach
    void leaveABacklog() throws IOException
    {
        channel = directory.resolve("channel");
        final CheckingMessages quick = new CheckingMessages(script);
        final CheckingMessages slow = new CheckingMessages(script)
        {
            @Override
            public void onMessage(
                final DirectBuffer buffer, final int offset, final int length, final long sequence,
                final boolean endOfBatch)
            {
                if (handled() == PUBLISHED + SLOW)
                {
                    throw new IllegalStateException("killed here");
                }
                super.onMessage(buffer, offset, length, sequence, endOfBatch);
            }
        };
        try (Engine engine = Engine.create(channel, CONFIG, graph(quick, slow)))
        {
            final Feed feed = new Feed(engine, script, 1);
            for (int i = 0; i < PUBLISHED; i++)
            {
                assertTrue(feed.tryPublish() > 0);
            }
            Await.until(engine, () -> slow.handled() == PUBLISHED && quick.handled() == PUBLISHED);
            // The slow stage fails on the way, which closes the engine: the ring's own producer publishes the rest.
            while (feed.tryPublish() != Status.CLOSED && feed.published() < 2 * PUBLISHED)
            {
                Await.checkInterrupted();
            }
            Await.until(() -> engine.failure() != null);
        }
        try (var producer = Channel.attachProducer(channel, (ring, tail) -> new DeclaredConsumers(ring)))
        {
            final Feed feed = new Feed(producer, script, 1);
            feed.skipTo((int)(producer.position() / RecordLayout.UNIT));
            while (feed.published() < 2 * PUBLISHED)
            {
                assertTrue(feed.tryPublish() > 0);
            }
        }
        final CheckingMessages done = new Resuming(script, mirrored -> mirrored);
        final MessageStage failing = (buffer, offset, length, sequence, endOfBatch) ->
        {
            // Its failure halts the quick stage: that one has to be through by then.
            while (position("quick") < 2L * PUBLISHED * RecordLayout.UNIT)
            {
                Await.checkInterrupted();
            }
            throw new IllegalStateException("killed again");
        };
        try (Engine engine = Engine.attach(channel, CONFIG, graph(done, failing)))
        {
            Await.until(() -> engine.failure() != null);
        }
    }

    @Test
    void shouldResumeWhereTheStagesWere() throws IOException
    {
        final long quickAt = position("quick");
        final CheckingMessages quick = new Resuming(script, mirrored -> mirrored);
        final CheckingMessages slow = new Resuming(script, mirrored -> mirrored);
        assertEquals((PUBLISHED + SLOW) * (long)RecordLayout.UNIT, position("slow"));
        assertTrue(quickAt >= position("slow"));
        try (Engine engine = Engine.attach(channel, CONFIG, graph(quick, slow)))
        {
            assertEquals(2 * PUBLISHED * (long)RecordLayout.UNIT, engine.position());
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(2 * PUBLISHED, quick.handled());
        assertEquals(2 * PUBLISHED, slow.handled());
        assertCounted(2 * PUBLISHED);
    }

    @Test
    void shouldHoldThePublisherBackForTheBacklog() throws IOException
    {
        final Gate gate = new Gate();
        final CheckingMessages quick = new Resuming(script, mirrored -> mirrored);
        final CheckingMessages slow = new Resuming(script, mirrored -> mirrored)
        {
            @Override
            public void onMessage(
                final DirectBuffer buffer, final int offset, final int length, final long sequence,
                final boolean endOfBatch)
            {
                gate.pass();
                super.onMessage(buffer, offset, length, sequence, endOfBatch);
            }
        };
        try (Engine engine = Engine.attach(channel, CONFIG, graph(quick, slow)))
        {
            final Feed feed = new Feed(engine, script, 1);
            feed.skipTo(2 * PUBLISHED);
            long position = 0;
            while (position >= 0)
            {
                position = feed.tryPublish();
            }
            assertEquals(Status.BACK_PRESSURED, position);
            assertEquals(PUBLISHED + SLOW + CAPACITY / RecordLayout.UNIT - 1, feed.published());
            gate.open();
            feed.publishAll();
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(script.count(), quick.handled());
        assertEquals(script.count(), slow.handled());
        assertCounted(script.count());
    }

    @Test
    void shouldResumeAheadOfTheMirror() throws IOException
    {
        final long ahead = (PUBLISHED + SLOW + 100L) * RecordLayout.UNIT;
        final CheckingMessages quick = new Resuming(script, mirrored -> 2L * PUBLISHED * RecordLayout.UNIT);
        final CheckingMessages slow = new Resuming(script, mirrored -> ahead);
        try (Engine engine = Engine.attach(channel, CONFIG, graph(quick, slow)))
        {
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(2 * PUBLISHED, slow.handled());
        assertCounted(2 * PUBLISHED);
    }

    @Test
    void shouldResumeBehindTheMirrorWhileTheRingHoldsIt() throws IOException
    {
        final long behind = position("slow");
        final CheckingMessages quick = new Resuming(script, mirrored -> behind);
        final CheckingMessages slow = new Resuming(script, mirrored -> mirrored);
        try (Engine engine = Engine.attach(channel, CONFIG, graph(quick, slow)))
        {
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(2 * PUBLISHED, quick.handled());
        assertCounted(2 * PUBLISHED);
    }

    @Test
    void shouldResumeThereAgainWhenItIsKilledBeforeTheFirstMessage() throws IOException
    {
        final long behind = position("slow");
        final Gate gate = new Gate();
        final CheckingMessages quick = new Resuming(script, mirrored -> behind)
        {
            @Override
            public void onStart()
            {
                gate.pass();
                throw new IllegalStateException("killed before the first message");
            }
        };
        final CheckingMessages slow = new Resuming(script, mirrored -> mirrored);
        try (Engine engine = Engine.attach(channel, CONFIG, graph(quick, slow)))
        {
            Await.until(engine, () -> slow.handled() == 2 * PUBLISHED);
            gate.open();
            Await.until(() -> engine.failure() != null);
        }
        assertEquals(behind, position("quick"), "where it starts is said at once");
        final CheckingMessages again = new Resuming(script, mirrored -> behind);
        try (Engine engine = Engine.attach(channel, CONFIG, graph(again, slow)))
        {
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(2 * PUBLISHED, again.handled());
    }

    @Test
    void shouldRefuseAStartThatTheRingDoesNotHold() throws IOException
    {
        final long lowest = position("slow");
        final long tail = 2L * PUBLISHED * RecordLayout.UNIT;
        for (final long start : List.of(lowest - 64, tail + 64, tail - 1, -64L, Long.MAX_VALUE, Long.MIN_VALUE))
        {
            final CheckingMessages quick = new Resuming(script, mirrored -> start);
            final IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> Engine.attach(channel, CONFIG, graph(quick, new CheckingMessages(script))));
            assertEquals(
                "stage 'quick' wants to resume at position " + start + ", where no record starts that the ring " +
                "holds: it holds those from " + lowest + " to " + tail,
                refused.getMessage());
        }
        assertFalse(Channel.describe(channel).producer().held(), "a refused engine gives the role back");
        assertEquals(lowest, position("slow"), "and changes nothing");
    }

    @Test
    void shouldRefuseAStartInsideARecord() throws IOException
    {
        final Path other = directory.resolve("other");
        final Script longer = Script.same(3, 1000);
        final MessageStage failing = (buffer, offset, length, sequence, endOfBatch) ->
        {
            throw new IllegalStateException("at once");
        };
        try (Engine engine = Engine.create(other, CONFIG, new StageGraph().stage("one", failing)))
        {
            assertTrue(new Feed(engine, longer, 1).tryPublish() > 0);
            Await.until(() -> engine.failure() != null);
        }
        final CheckingMessages inside = new Resuming(longer, mirrored -> 64);
        assertThrows(
            IllegalArgumentException.class,
            () -> Engine.attach(other, CONFIG, new StageGraph().stage("one", inside)));
    }

    private static StageGraph graph(final MessageStage quick, final MessageStage slow)
    {
        return new StageGraph().stage("quick", quick).stage("slow", slow);
    }

    private long position(final String stage) throws IOException
    {
        return stages().stream().filter(one -> one.name().equals(stage)).findFirst().orElseThrow().position();
    }

    /** However often a message was handled, it counts once. */
    private void assertCounted(final long messages) throws IOException
    {
        for (final ChannelDescription.Stage stage : stages())
        {
            assertEquals(messages, stage.messages(), stage.name());
            assertEquals(0, stage.lagMessages(), stage.name());
            assertEquals(0, stage.depthBytes(), stage.name());
        }
    }

    private List<ChannelDescription.Stage> stages() throws IOException
    {
        return Channel.describe(channel).stages();
    }
}
