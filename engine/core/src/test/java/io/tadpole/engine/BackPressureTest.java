package io.tadpole.engine;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Channel;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
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

/** The slowest stage, inside or outside, holds the publisher back; nothing is written over; nobody runs ahead. */
@Timeout(60)
class BackPressureTest
{
    private static final int CAPACITY = 64 << 10;
    private static final int UNIT = RecordLayout.UNIT;
    private static final int ONE_UNIT = UNIT - RecordLayout.HEADER_LENGTH;
    /** Messages of one unit that a ring holds: the header word behind the last one stays free. */
    private static final int FULL = CAPACITY / UNIT - 1;
    private static final EngineConfig CONFIG = EngineConfig.of(CAPACITY);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Where a consumer's file has its position. */
    private static final long POSITION_OFFSET = 128;
    /** Marks the position of a consumer that has begun to join. */
    private static final long JOINING = 1;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    /** Waits at one message for the test. */
    private static final class Gated extends CheckingMessages
    {
        private final Gate gate = new Gate();
        private final long at;

        Gated(final Script script, final long at)
        {
            super(script);
            this.at = at;
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch)
        {
            if (handled() == at)
            {
                gate.pass();
            }
            super.onMessage(buffer, offset, length, sequence, endOfBatch);
        }
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldBeHeldBackByASlowStage(final Memory memory) throws IOException
    {
        final Script script = units(3 * FULL);
        final Gated slow = new Gated(script, 100);
        final CheckingBatches quick = new CheckingBatches(script);
        final StageGraph graph = new StageGraph().stage("slow", slow).stage("quick", quick);
        try (Engine engine = memory.start(directory, CONFIG, graph))
        {
            final Feed feed = new Feed(engine, script, 1);
            assertEquals(Status.BACK_PRESSURED, publishUntilRefused(feed));
            slow.gate.awaitReached(engine);
            // Each stage tells how far it is only when its batch ends: the slow one has not told of its last messages,
            // and until the quick one has, the ring may seem full before it is.
            final long told = engine.counters().getFirst().position() / UNIT;
            assertTrue(told <= 100, () -> "" + told);
            Await.until(engine, () -> publishUntilRefused(feed) < 0 && feed.published() == told + FULL);
            for (int i = 0; i < 1000; i++)
            {
                assertEquals(Status.BACK_PRESSURED, feed.tryPublish());
            }
            slow.gate.open();
            feed.publishAll();
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(script.count(), slow.handled());
        assertEquals(script.count(), quick.handled());
    }

    @Test
    void shouldBeHeldBackFromTheFirstMessageByAStageOutsideThatDoesNotRun() throws IOException
    {
        final Script script = units(3 * FULL);
        final CheckingMessages inside = new CheckingMessages(script);
        final CheckingMessages after = new CheckingMessages(script);
        final StageGraph graph =
            new StageGraph().stage("inside", inside).outside("native").stage("after", after, "native");
        final Path channel = directory.resolve("channel");
        try (Engine engine = Engine.create(channel, CONFIG, graph))
        {
            final Feed feed = new Feed(engine, script, 1);
            assertEquals(Status.BACK_PRESSURED, publishUntilRefused(feed));
            assertEquals(FULL, feed.published());
            Await.until(engine, () -> inside.handled() == FULL);
            assertEquals(Status.BACK_PRESSURED, feed.tryPublish());
            assertEquals(0, after.handled());
            try (CheckingConsumer outside = new CheckingConsumer(channel, 0, script))
            {
                outside.poll(10);
                Await.until(engine, () -> after.handled() == 10);
                final Thread thread = outside.start(script.count());
                feed.publishAll();
                assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
                join(thread);
            }
        }
        assertEquals(script.count(), after.handled());
    }

    /** By the stage outside itself, not by another one that waits for it. */
    @Test
    void shouldBeHeldBackByAStageOutsideThatNobodyWaitsFor() throws IOException
    {
        final Script script = units(2 * FULL);
        final CheckingMessages inside = new CheckingMessages(script);
        final Path channel = directory.resolve("channel");
        try (Engine engine =
            Engine.create(channel, CONFIG, new StageGraph().stage("inside", inside).outside("native")))
        {
            final Feed feed = new Feed(engine, script, 1);
            // The stage inside may be slower for a moment, but not for ever.
            Await.until(engine, () -> publishUntilRefused(feed) < 0 && inside.handled() == feed.published());
            assertEquals(Status.BACK_PRESSURED, publishUntilRefused(feed));
            assertEquals(FULL, feed.published());
            try (CheckingConsumer outside = new CheckingConsumer(channel, 0, script))
            {
                outside.poll(10);
                assertEquals(Status.BACK_PRESSURED, publishUntilRefused(feed));
                assertEquals(FULL + 10, feed.published());
                final Thread thread = outside.start(script.count());
                feed.publishAll();
                assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.reason());
                join(thread);
            }
        }
        assertEquals(script.count(), inside.handled());
    }

    @Test
    void shouldGoOnWhenADeadStageOutsideIsEvicted() throws IOException
    {
        final Script script = units(20 * FULL);
        final CheckingMessages inside = new CheckingMessages(script);
        final CheckingMessages after = new CheckingMessages(script);
        final StageGraph graph =
            new StageGraph().stage("inside", inside).outside("native").stage("after", after, "native");
        final Path channel = directory.resolve("channel");
        try (Engine engine = Engine.create(channel, CONFIG, graph))
        {
            final Feed feed = new Feed(engine, script, 1);
            assertEquals(Status.BACK_PRESSURED, publishUntilRefused(feed));
            Channel.evict(channel, 0);
            // The check of each message says that nobody ran ahead of the cursor.
            feed.publish(10 * FULL);
            // Both: from here on it is to be the stage outside that holds the publisher back.
            Await.until(
                engine, () -> after.handled() == feed.published() && inside.handled() == feed.published());
            try (var joined = Channel.joinConsumer(channel, 0))
            {
                assertEquals(engine.position(), joined.position());
                assertEquals(Status.BACK_PRESSURED, publishUntilRefused(feed));
                final int held = feed.published();
                assertEquals(12 * FULL, held);
                Await.until(engine, () -> inside.handled() == held);
                assertEquals(held - FULL, after.handled());
                joined.poll((buffer, offset, length, position) -> { }, 7);
                Await.until(engine, () -> after.handled() == held - FULL + 7);
            }
            Channel.evict(channel, 0);
            feed.publishAll();
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(script.count(), after.handled());
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 40, CAPACITY * 4L, Long.MAX_VALUE - UNIT + 1, 8, UNIT + 32, -2, -UNIT, Long.MIN_VALUE})
    void shouldStopAtAForgedPosition(final long forged) throws IOException
    {
        final Script script = units(2 * FULL);
        final CheckingMessages after = new CheckingMessages(script);
        final StageGraph graph = new StageGraph().outside("native").stage("after", after, "native");
        final Path channel = directory.resolve("channel");
        try (Engine engine = Engine.create(channel, CONFIG, graph))
        {
            final Feed feed = new Feed(engine, script, 1);
            feed.publish(10);
            assertNull(engine.reason());
            forge(channel, forged);
            assertEquals(Status.CORRUPT, publishUntilRefused(feed));
            assertEquals(Status.CORRUPT, feed.tryPublish(), "for good");
            // Ahead of the tail counts as the cursor, and what is not a position counts as the one before it.
            final long seen = forged < 0 ? 0 : Math.min(feed.published(), forged / UNIT);
            Await.until(engine, () -> after.handled() == seen);
            final String reason = String.valueOf(engine.reason());
            assertTrue(reason.startsWith("CORRUPT at position " + engine.position() + ": consumer 0 ('native') says " +
                "that it is at position " + forged + ", which cannot be"), reason);
            assertEquals(forged >= engine.position(), engine.shutdown(Duration.ofMillis(50)));
            assertEquals(reason, engine.reason());
            assertEquals(seen, after.handled());
        }
    }

    @Test
    void shouldStopAtAPositionThatGoesBackward() throws IOException
    {
        final Script script = units(4 * FULL);
        final CheckingMessages after = new CheckingMessages(script);
        final StageGraph graph = new StageGraph().outside("native").stage("after", after, "native");
        final Path channel = directory.resolve("channel");
        try (Engine engine = Engine.create(channel, CONFIG, graph))
        {
            final Feed feed = new Feed(engine, script, 1);
            assertEquals(Status.BACK_PRESSURED, publishUntilRefused(feed));
            try (CheckingConsumer outside = new CheckingConsumer(channel, 0, script))
            {
                outside.pollUntil(FULL);
            }
            Await.until(engine, () -> after.handled() == FULL);
            assertEquals(Status.BACK_PRESSURED, publishUntilRefused(feed));
            forge(channel, 10 * UNIT);
            assertEquals(Status.CORRUPT, feed.tryPublish());
            assertEquals(FULL, after.handled());
            assertFalse(engine.shutdown(Duration.ZERO));
        }
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldSayThatThereIsNoSpaceWhileAStageHasNone(final Memory memory) throws IOException
    {
        final Script script = units(5 * FULL);
        final class Full extends CheckingBatches
        {
            private volatile long status = Status.NO_SPACE;
            private volatile int refusals;

            Full()
            {
                super(script);
            }

            @Override
            public long onBatch(
                final SegmentBuffer buffer, final int offset, final int length, final int messages, final long end)
                throws Exception
            {
                if (status < 0)
                {
                    refusals = 1;
                    return status;
                }
                return super.onBatch(buffer, offset, length, messages, end);
            }
        }
        final Full stage = new Full();
        final CheckingMessages after = new CheckingMessages(script, stage);
        final StageGraph graph = new StageGraph().stage("journal", stage).stage("after", after, "journal");
        try (Engine engine = memory.start(directory, CONFIG, graph))
        {
            final Feed feed = new Feed(engine, script, 1);
            assertTrue(feed.tryPublish() > 0);
            Await.until(engine, () -> stage.refusals > 0);
            // While there is room in the ring, the publisher does not notice.
            assertEquals(Status.NO_SPACE, publishUntilRefused(feed));
            assertEquals(FULL, feed.published());
            assertEquals(Status.NO_SPACE, feed.tryPublish());
            assertEquals(0, after.handled());
            stage.status = 0;
            feed.publishAll();
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(script.count(), stage.handled());
        assertEquals(script.count(), after.handled());
    }

    @Test
    void shouldKeepForTheSuccessorWhatAStageHadNoSpaceFor() throws IOException
    {
        final Script script = units(2 * FULL);
        final Path channel = directory.resolve("channel");
        final BatchStage full = (buffer, offset, length, messages, endPosition) -> Status.NO_SPACE;
        final CheckingMessages other = new CheckingMessages(script);
        final Feed feed;
        try (Engine engine =
            Engine.create(channel, CONFIG, new StageGraph().stage("journal", full).stage("other", other)))
        {
            feed = new Feed(engine, script, 1);
            assertEquals(Status.NO_SPACE, awaitRefusal(engine, feed));
            Await.until(engine, () -> other.handled() == FULL);
            assertFalse(engine.shutdown(Duration.ofMillis(20)));
            assertNull(engine.failure());
        }
        final CheckingBatches journal = new CheckingBatches(script);
        try (Engine engine =
            Engine.attach(channel, CONFIG, new StageGraph().stage("journal", journal).stage("other", other)))
        {
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(FULL, journal.handled());
        assertEquals(FULL, other.handled());
    }

    @Test
    void shouldNotTakeAJoiningConsumersPositionForAHeldOne() throws IOException
    {
        final Script script = units(100);
        final Path channel = directory.resolve("channel");
        final CheckingMessages stage = new CheckingMessages(script);
        try (Engine engine = Engine.create(channel, CONFIG, new StageGraph().stage("stage", stage).outside("native")))
        {
            Channel.evict(channel, 0);
            new Feed(engine, script, 1).publishAll();
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        // It began to join at 0, before the others were released, and was killed.
        forge(channel, JOINING);
        final CheckingMessages rewound = new CheckingMessages(script)
        {
            @Override
            public long resumeAt(final long ringId, final long mirrored)
            {
                return 0;
            }
        };
        final StageGraph graph = new StageGraph().stage("stage", rewound).outside("native");
        final IllegalArgumentException refused =
            assertThrows(IllegalArgumentException.class, () -> Engine.attach(channel, CONFIG, graph).close());
        assertTrue(
            String.valueOf(refused.getMessage()).contains("it holds those from " + 100 * UNIT + " to " + 100 * UNIT),
            refused.getMessage());
    }

    /** The stage may be offered its first stretch only after the ring is full. */
    private static long awaitRefusal(final Engine engine, final Feed feed)
    {
        publishUntilRefused(feed);
        Await.until(engine, () -> publishUntilRefused(feed) != Status.BACK_PRESSURED);
        return publishUntilRefused(feed);
    }

    private static long publishUntilRefused(final Feed feed)
    {
        long position = 0;
        while (position >= 0)
        {
            position = feed.tryPublish();
        }
        return position;
    }

    private static void forge(final Path channel, final long position) throws IOException
    {
        try (FileChannel file = FileChannel.open(channel.resolve("consumer-0"), StandardOpenOption.WRITE))
        {
            final ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals(Long.BYTES, file.write(word.putLong(0, position), POSITION_OFFSET));
        }
    }

    private static Script units(final int count)
    {
        return Script.same(count, ONE_UNIT);
    }

    private static void join(final Thread thread)
    {
        Await.until(() -> !thread.isAlive());
    }
}
