package io.tadpole.engine;

import com.lmax.disruptor.AlertException;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Claim;
import io.tadpole.ring.Pattern;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A stage that throws stops the engine with the cause, or the policy takes its message: never a silent skip. */
@Timeout(60)
class FailureTest
{
    private static final int CAPACITY = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BAD = 777;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    /** Throws at one message. */
    private static final class Throwing extends Checker implements MessageStage
    {
        private final Exception cause;
        private final boolean again;

        Throwing(final Script script, final Exception cause, final boolean again)
        {
            super(script);
            this.cause = cause;
            this.again = again;
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch) throws Exception
        {
            check(buffer, offset, length, sequence * RecordLayout.UNIT, 0);
            handled(1);
            if (handled() == BAD + 1 || (again && handled() == BAD + 3))
            {
                throw cause;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldStopWithTheCause(final Memory memory) throws IOException
    {
        final Exception cause = new IOException("disk on fire");
        final Script script = Script.random(1, 2000, 100);
        final Throwing bad = new Throwing(script, cause, false);
        final CheckingMessages beside = new CheckingMessages(script);
        final StageGraph graph = new StageGraph().stage("bad", bad).stage("beside", beside);
        try (Engine engine = memory.start(directory, config(), graph))
        {
            final Feed feed = new Feed(engine, script, 1);
            final long status = publishUntilRefused(feed);
            assertEquals(Status.CLOSED, status);
            final StageFailedException failure = failureOf(engine);
            assertSame(cause, failure.getCause());
            assertEquals(
                "stage 'bad' failed at sequence " + sequence(script, BAD) + ": java.io.IOException: disk on fire; " +
                "the ring keeps what it has not handled",
                failure.getMessage());
            assertEquals(failure.getMessage(), engine.reason());
            assertEquals(Status.CLOSED, engine.tryClaimRun(10, 2, new Claim()));
            assertEquals(Status.CLOSED, engine.offer(new SegmentBuffer(), 0, 0));
            awaitNoThread(2);
            assertFalse(engine.shutdown(PATIENCE));
            assertFalse(engine.shutdown(PATIENCE), "the second time too");
            assertSame(failure, engine.failure());
            assertEquals(failure.getMessage(), engine.reason());
        }
    }

    @Test
    void shouldKeepWhatAFailedStageHasNotHandled() throws IOException
    {
        final Script script = Script.random(1, 2000, 100);
        final Path channel = directory.resolve("channel");
        final Throwing bad = new Throwing(script, new IllegalStateException("once"), false);
        final Feed feed;
        try (Engine engine = Engine.create(channel, config(), new StageGraph().stage("bad", bad)))
        {
            feed = new Feed(engine, script, 1);
            assertEquals(Status.CLOSED, publishUntilRefused(feed));
        }
        final CheckingMessages good = new CheckingMessages(script);
        good.resumeWith(BAD);
        try (Engine engine = Engine.attach(channel, config(), new StageGraph().stage("bad", good)))
        {
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(feed.published(), good.handled());
    }

    @Test
    void shouldPublishAClaimThatWasOpenWhenTheEngineStopped() throws IOException
    {
        final Script script = Script.same(5, 6);
        final Path channel = directory.resolve("channel");
        final Gate gate = new Gate();
        final MessageStage bad = (buffer, offset, length, sequence, endOfBatch) ->
        {
            gate.pass();
            throw new IOException("at once");
        };
        try (Engine engine = Engine.create(channel, config(), new StageGraph().stage("bad", bad)))
        {
            assertEquals(64, new Feed(engine, script, 1).tryPublish());
            final Claim claim = new Claim();
            assertEquals(64, engine.tryClaim(10, claim));
            script.start(1, 64);
            Pattern.write(claim.buffer(), claim.offset(), 6, 1);
            gate.open();
            Await.until(() -> engine.failure() != null);
            assertEquals(128, claim.commit(6));
            assertEquals(Status.CLOSED, engine.tryClaim(10, claim));
        }
        final CheckingMessages good = new CheckingMessages(script);
        try (Engine engine = Engine.attach(channel, config(), new StageGraph().stage("bad", good)))
        {
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
        }
        assertEquals(2, good.handled());
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldStopWhenAStageOfBatchesThrows(final Memory memory) throws IOException
    {
        final Script script = Script.random(1, 20_000, 100);
        final RuntimeException cause = new IllegalStateException("cannot append");
        final CheckingBatches bad = new CheckingBatches(script)
        {
            @Override
            public long onBatch(
                final SegmentBuffer buffer, final int offset, final int length, final int messages, final long end)
                throws Exception
            {
                if (handled() > BAD)
                {
                    throw cause;
                }
                return super.onBatch(buffer, offset, length, messages, end);
            }
        };
        final CheckingMessages after = new CheckingMessages(script, bad);
        // The policy is for single messages: a stretch is never skipped.
        final EngineConfig config = config().withFailurePolicy((stage, sequence, buffer, offset, length, why) -> true);
        try (Engine engine =
            memory.start(directory, config, new StageGraph().stage("bad", bad).stage("after", after, "bad")))
        {
            assertEquals(Status.CLOSED, publishUntilRefused(new Feed(engine, script, 1)));
            final StageFailedException failure = failureOf(engine);
            assertSame(cause, failure.getCause());
            awaitNoThread(2);
            assertFailedAt(sequence(script, bad.handled()), failure);
            assertTrue(after.handled() <= bad.handled());
        }
    }

    /** Throws where its life starts or ends. */
    private static final class Mortal implements MessageStage
    {
        private final @Nullable RuntimeException atStart;
        private final @Nullable RuntimeException atMessage;
        private final @Nullable RuntimeException atStop;
        private final List<String> calls = new CopyOnWriteArrayList<>();

        Mortal(
            final @Nullable RuntimeException atStart,
            final @Nullable RuntimeException atMessage,
            final @Nullable RuntimeException atStop)
        {
            this.atStart = atStart;
            this.atMessage = atMessage;
            this.atStop = atStop;
        }

        @Override
        public void onStart()
        {
            call("onStart", atStart);
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch)
        {
            call("onMessage", atMessage);
        }

        @Override
        public void onStop()
        {
            call("onStop", atStop);
        }

        private void call(final String name, final @Nullable RuntimeException thrown)
        {
            calls.add(name);
            if (thrown != null)
            {
                throw thrown;
            }
        }
    }

    @Test
    void shouldStopWhenAStageCannotStart()
    {
        final RuntimeException cause = new IllegalStateException("no board");
        final Mortal stage = new Mortal(cause, null, null);
        try (Engine engine = Engine.inMemory(config(), new StageGraph().stage("mortal", stage)))
        {
            Await.until(() -> engine.failure() != null);
            assertSame(cause, failureOf(engine).getCause());
            assertEquals(Status.CLOSED, engine.tryClaim(10, new Claim()));
            awaitNoThread(1);
        }
        assertEquals(List.of("onStart"), stage.calls);
    }

    @Test
    void shouldKeepTheCauseWhenTheStageCannotStopEither()
    {
        final RuntimeException cause = new IllegalStateException("bad message");
        final RuntimeException second = new IllegalStateException("cannot close");
        final Mortal stage = new Mortal(null, cause, second);
        try (Engine engine = Engine.inMemory(config(), new StageGraph().stage("mortal", stage)))
        {
            final Claim claim = new Claim();
            engine.tryClaim(10, claim);
            claim.commit(1);
            awaitNoThread(1);
            final StageFailedException failure = failureOf(engine);
            assertSame(cause, failure.getCause());
            assertSame(second, failure.getSuppressed()[0].getCause());
        }
        assertEquals(List.of("onStart", "onMessage", "onStop"), stage.calls);
    }

    @Test
    void shouldSayWhenAStageCannotStop()
    {
        final RuntimeException cause = new IllegalStateException("cannot close");
        final Mortal stage = new Mortal(null, null, cause);
        try (Engine engine = Engine.inMemory(config(), new StageGraph().stage("mortal", stage)))
        {
            assertFalse(engine.shutdown(PATIENCE));
            assertSame(cause, failureOf(engine).getCause());
        }
    }

    @Test
    void shouldKeepTheFirstOfTwoFailures()
    {
        final RuntimeException first = new IllegalStateException("first");
        final RuntimeException second = new IllegalStateException("second");
        final Gate gate = new Gate();
        final MessageStage bad = (buffer, offset, length, sequence, endOfBatch) ->
        {
            Await.until(gate::isReached);
            throw first;
        };
        final MessageStage worse = (buffer, offset, length, sequence, endOfBatch) ->
        {
            gate.pass();
            throw second;
        };
        try (Engine engine = Engine.inMemory(config(), new StageGraph().stage("bad", bad).stage("worse", worse)))
        {
            final Claim claim = new Claim();
            engine.tryClaim(10, claim);
            claim.commit(1);
            Await.until(() -> engine.failure() != null);
            gate.open();
            awaitNoThread(2);
            final StageFailedException failure = failureOf(engine);
            assertSame(first, failure.getCause());
            assertSame(second, failure.getSuppressed()[0].getCause(), "and the second is not lost");
        }
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldGoOnWithoutTheMessageThatThePolicyTook(final Memory memory) throws IOException
    {
        final Script script = Script.random(1, 2000, 100);
        final List<String> deadLetters = new ArrayList<>();
        final Checker letters = new Checker(script);
        final EngineConfig config = config().withFailurePolicy((stage, sequence, buffer, offset, length, cause) ->
        {
            deadLetters.add(stage + " " + sequence + " " + cause.getMessage());
            letters.resumeWith(deadLetters.size() == 1 ? BAD : BAD + 2);
            letters.check(buffer, offset, length, sequence * RecordLayout.UNIT, 0);
            return true;
        });
        final Throwing bad = new Throwing(script, new IOException("unreadable"), true);
        final CheckingMessages after = new CheckingMessages(script, bad);
        try (Engine engine =
            memory.start(directory, config, new StageGraph().stage("bad", bad).stage("after", after, "bad")))
        {
            new Feed(engine, script, 1).publishAll();
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
            assertNull(engine.failure());
        }
        assertEquals(
            List.of(
                "bad " + sequence(script, BAD) + " unreadable", "bad " + sequence(script, BAD + 2) + " unreadable"),
            deadLetters);
        assertEquals(script.count(), bad.handled());
        assertEquals(script.count(), after.handled());
    }

    @Test
    void shouldStopWhenThePolicyThrows()
    {
        final Script script = Script.random(1, 2000, 100);
        final RuntimeException full = new IllegalStateException("dead letters are full");
        final Exception unreadable = new IOException("unreadable");
        final EngineConfig config = config().withFailurePolicy((stage, sequence, buffer, offset, length, cause) ->
        {
            throw full;
        });
        final Throwing bad = new Throwing(script, unreadable, false);
        try (Engine engine = Engine.inMemory(config, new StageGraph().stage("bad", bad)))
        {
            assertEquals(Status.CLOSED, publishUntilRefused(new Feed(engine, script, 1)));
            final StageFailedException failure = failureOf(engine);
            assertSame(full, failure.getCause());
            assertEquals(List.of(unreadable), List.of(full.getSuppressed()), "what the stage threw is not lost");
            assertFailedAt(sequence(script, BAD), failure);
            awaitNoThread(1);
        }
    }

    @Test
    void shouldNotAskThePolicyAboutAnError()
    {
        final Error cause = new StackOverflowError("deep");
        final EngineConfig config = config().withFailurePolicy((stage, sequence, buffer, offset, length, why) -> true);
        final MessageStage bad = (buffer, offset, length, sequence, endOfBatch) ->
        {
            throw cause;
        };
        try (Engine engine = Engine.inMemory(config, new StageGraph().stage("bad", bad)))
        {
            final Claim claim = new Claim();
            engine.tryClaim(10, claim);
            claim.commit(1);
            Await.until(() -> engine.failure() != null);
            assertSame(cause, failureOf(engine).getCause());
        }
    }

    @Test
    void shouldNotTakeTheDisruptorsAlertOfAStageForItsOwn()
    {
        // As a stage throws it that waits at a barrier of another Disruptor.
        final MessageStage bad = (buffer, offset, length, sequence, endOfBatch) ->
        {
            throw AlertException.INSTANCE;
        };
        try (Engine engine = Engine.inMemory(config(), new StageGraph().stage("bad", bad)))
        {
            final Claim claim = new Claim();
            engine.tryClaim(10, claim);
            claim.commit(1);
            Await.until(() -> engine.failure() != null);
            assertSame(AlertException.INSTANCE, failureOf(engine).getCause());
        }
    }

    private EngineConfig config()
    {
        return EngineConfig.of(CAPACITY).withThreads(task ->
        {
            threads.add(Thread.ofPlatform().daemon().unstarted(task));
            return threads.getLast();
        });
    }

    private void awaitNoThread(final int made)
    {
        assertEquals(made, threads.size());
        threads.forEach(thread -> Await.until(() -> !thread.isAlive()));
    }

    private static long publishUntilRefused(final Feed feed)
    {
        long position = 0;
        while (position >= 0 || position == Status.BACK_PRESSURED)
        {
            Await.checkInterrupted();
            position = feed.tryPublish();
        }
        return position;
    }

    private static StageFailedException failureOf(final Engine engine)
    {
        return Objects.requireNonNull(engine.failure(), "the engine has not failed");
    }

    private static void assertFailedAt(final long sequence, final StageFailedException failure)
    {
        assertTrue(
            String.valueOf(failure.getMessage()).startsWith("stage 'bad' failed at sequence " + sequence + ": "),
            failure.getMessage());
    }

    private static long sequence(final Script script, final long number)
    {
        return script.start(number) / RecordLayout.UNIT;
    }
}
