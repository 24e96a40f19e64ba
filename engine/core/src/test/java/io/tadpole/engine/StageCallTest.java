package io.tadpole.engine;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Channel;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How a stage is called: batches, stretches, threads, what it may do with the bytes. */
@Timeout(60)
class StageCallTest
{
    private static final int CAPACITY = 64 << 10;
    private static final int UNIT = RecordLayout.UNIT;
    /** A message whose record takes a unit. */
    private static final int ONE_UNIT = UNIT - RecordLayout.HEADER_LENGTH;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    /** Remembers where batches ended, and waits at its first message. */
    private static final class Batches extends Checker implements MessageStage
    {
        private final Gate gate = new Gate();
        private final List<Long> lastOfBatches = new ArrayList<>();

        Batches(final Script script)
        {
            super(script);
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch)
        {
            gate.pass();
            check(buffer, offset, length, sequence * UNIT, 0);
            if (endOfBatch)
            {
                lastOfBatches.add(handled());
            }
            handled(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldMarkTheLastMessageThatIsThere(final Memory memory) throws IOException
    {
        final Script script = Script.same(7, ONE_UNIT);
        final Batches stage = new Batches(script);
        try (Engine engine = memory.start(directory, EngineConfig.of(CAPACITY), new StageGraph().stage("one", stage)))
        {
            final Feed feed = new Feed(engine, script, 1);
            publish(feed, 1);
            stage.gate.awaitReached(engine);
            publish(feed, 6);
            stage.gate.open();
            assertTrue(engine.shutdown(Duration.ofSeconds(30)));
        }
        assertEquals(List.of(0L, 6L), stage.lastOfBatches);
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldSeeABatchAcrossThePaddingAtTheEndOfTheRing(final Memory memory) throws IOException
    {
        // Half the ring, almost half, then what does not fit before the end.
        final Script script = Script.of(CAPACITY / 2 - 8, CAPACITY / 2 - UNIT - 8, 100, 100);
        final Batches stage = new Batches(script);
        try (Engine engine = memory.start(directory, EngineConfig.of(CAPACITY), new StageGraph().stage("one", stage)))
        {
            final Feed feed = new Feed(engine, script, 1);
            stage.gate.open();
            publish(feed, 1);
            Await.until(engine, () -> stage.handled() == 1);
            publish(feed, 3);
            assertTrue(engine.shutdown(Duration.ofSeconds(30)));
        }
        assertEquals(4, stage.handled());
        assertEquals(CAPACITY, script.start(2));
        assertEquals(3, stage.lastOfBatches.getLast());
    }

    @Test
    void shouldMarkTheLastMessageAlsoWhenPaddingFollowsIt() throws IOException
    {
        // The first stage hands on the ring up to its end, padding included, and then takes nothing more: the message
        // before the padding is the last that the second stage gets.
        final int half = CAPACITY / 2 - 8;
        final Script script = Script.of(half, half - UNIT, 100);
        final Gate start = new Gate();
        final CheckingMessages second = new CheckingMessages(script);
        final BatchStage first = (buffer, offset, length, messages, endPosition) ->
        {
            start.pass();
            return endPosition > CAPACITY ? Status.NO_SPACE : 0;
        };
        final StageGraph graph = new StageGraph().stage("first", first).stage("second", second, "first");
        try (Engine engine = Engine.inMemory(EngineConfig.of(CAPACITY), graph))
        {
            final Feed feed = new Feed(engine, script, 1);
            publish(feed, 1);
            start.open();
            Await.until(engine, () -> second.handled() == 1);
            publish(feed, 2);
            Await.until(engine, () -> second.handled() == 2);
            assertEquals(CAPACITY, script.start(2));
            assertTrue(second.ended(), "the last message that was there did not end its batch");
            engine.shutdown(Duration.ZERO);
        }
        assertEquals(2, second.handled());
    }

    @Test
    void shouldOfferAStretchOfAtMost1MebibyteOrOneRecord() throws IOException
    {
        final int mebibyte = 1 << 20;
        final Script script = Script.of(
            56, mebibyte / 2 - 8, mebibyte / 2 - 8, 56, 3 * mebibyte, 56, mebibyte - 72, mebibyte - 8, 56, 56);
        final List<Integer> stretches = new ArrayList<>();
        final Gate gate = new Gate();
        final CheckingBatches stage = new CheckingBatches(script)
        {
            @Override
            public long onBatch(
                final SegmentBuffer buffer, final int offset, final int length, final int messages, final long end)
                throws Exception
            {
                gate.pass();
                stretches.add(messages);
                return super.onBatch(buffer, offset, length, messages, end);
            }
        };
        try (Engine engine = Engine.inMemory(EngineConfig.of(16 << 20), new StageGraph().stage("one", stage)))
        {
            final Feed feed = new Feed(engine, script, 1);
            publish(feed, 1);
            gate.awaitReached(engine);
            publish(feed, script.count() - 1);
            gate.open();
            assertTrue(engine.shutdown(Duration.ofSeconds(30)));
        }
        assertEquals(script.count(), stage.handled());
        assertEquals(List.of(1, 2, 1, 1, 2, 1, 2), stretches);
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldNotLetAStageWriteIntoTheRing(final Memory memory) throws IOException
    {
        final AtomicReference<Throwable> refusal = new AtomicReference<>();
        final BatchStage stage = (buffer, offset, length, messages, endPosition) ->
        {
            try
            {
                buffer.putByte(offset, (byte)0);
            }
            catch (final ReadOnlyBufferException refused)
            {
                refusal.set(refused);
            }
            return 0;
        };
        try (Engine engine = memory.start(directory, EngineConfig.of(CAPACITY), new StageGraph().stage("one", stage)))
        {
            publish(new Feed(engine, Script.of(5), 1), 1);
            assertTrue(engine.shutdown(Duration.ofSeconds(30)));
        }
        assertInstanceOf(ReadOnlyBufferException.class, refusal.get());
    }

    /** Remembers in which order, and on which threads, it was called. */
    private static final class Calls implements MessageStage
    {
        private final List<String> calls = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        @Override
        public long resumeAt(final long ringId, final long mirrored)
        {
            calls.add("resumeAt " + mirrored);
            return mirrored;
        }

        @Override
        public void onStart()
        {
            call("onStart");
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch)
        {
            call("onMessage " + sequence);
        }

        @Override
        public void onStop()
        {
            call("onStop");
        }

        private void call(final String what)
        {
            calls.add(what);
            threads.add(Thread.currentThread());
        }
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldCallAStageOnOneThreadOfTheConfiguredKind(final Memory memory) throws IOException
    {
        final Calls stage = new Calls();
        final List<Thread> made = new ArrayList<>();
        final EngineConfig config = EngineConfig.of(CAPACITY).withThreads(task ->
        {
            final Thread thread = new Thread(task);
            made.add(thread);
            return thread;
        });
        try (Engine engine = memory.start(directory, config, new StageGraph().stage("one", stage)))
        {
            publish(new Feed(engine, Script.of(5, 100), 1), 2);
            assertTrue(engine.shutdown(Duration.ofSeconds(30)));
        }
        assertEquals(List.of("resumeAt 0", "onStart", "onMessage 0", "onMessage 1", "onStop"), stage.calls);
        assertEquals(1, made.size());
        stage.threads.forEach(thread -> assertEquals(made.getFirst(), thread));
        assertEquals("tadpole-one", made.getFirst().getName());
        assertEquals(Thread.State.TERMINATED, made.getFirst().getState());
    }

    @Test
    void shouldTellTheRing() throws IOException
    {
        try (Engine engine = Memory.MAPPED.start(directory, EngineConfig.of(CAPACITY), new StageGraph()))
        {
            assertNotNull(engine);
            assertEquals(
                Channel.describe(directory.resolve("channel")).ringId(), engine.ringId());
        }
    }

    /** Publishes one by one, without padding that the lengths do not need. */
    private static void publish(final Feed feed, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            final long position = feed.tryPublish();
            assertTrue(position > 0, () -> Status.name(position));
        }
    }
}
