package io.tadpole.engine;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A stage of batches that refuses one message: those before it are handled, and the policy decides about it. */
@Timeout(60)
class RefusedMessageTest
{
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int EVERY = 7;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    /** Refuses the seventh message, the fourteenth, and so on, and checks that it sees all of the others once. */
    private static final class Refusing implements BatchStage
    {
        private final Script script;
        private int next;

        Refusing(final Script script, final int first)
        {
            this.script = script;
            this.next = first;
        }

        @Override
        public long onBatch(
            final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
        {
            assertEquals(script.start(next), endPosition - length);
            for (int i = 0; i < messages; i++)
            {
                if (next % EVERY == EVERY - 1)
                {
                    // Whoever takes it goes on behind it.
                    next++;
                    throw new MessageRefusedException(script.start(next - 1), "the seventh");
                }
                next++;
            }
            return 0;
        }
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldLeaveEachToThePolicy(final Memory memory) throws IOException
    {
        final Script script = Script.random(3, 5000, 300);
        final Refusing stage = new Refusing(script, 0);
        final List<Long> taken = new ArrayList<>();
        final FailurePolicy policy = (name, sequence, buffer, offset, length, cause) ->
        {
            final int number = EVERY - 1 + taken.size() * EVERY;
            assertEquals(script.start(number), sequence * RecordLayout.UNIT);
            assertEquals(script.length(number), length);
            assertEquals("the seventh", cause.getMessage());
            taken.add(sequence);
            return true;
        };
        final CheckingMessages behind = new CheckingMessages(script);
        try (Engine engine = memory.start(
            directory, EngineConfig.of(64 << 10).withFailurePolicy(policy),
            new StageGraph().stage("refusing", stage).stage("behind", behind, "refusing")))
        {
            new Feed(engine, script, 1).publishAll();
            Await.until(engine, () -> engine.counters().getLast().position() == engine.position());
            assertEquals(5000, engine.counters().getFirst().messages());
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
        }
        assertEquals(5000, stage.next);
        assertEquals(5000, behind.handled());
        assertEquals(5000 / EVERY, taken.size());
    }

    @Test
    void shouldStopThereAndLetASuccessorGoOn() throws IOException
    {
        final Script script = Script.same(20, 70);
        final Path channel = directory.resolve("channel");
        final EngineConfig config = EngineConfig.of(64 << 10);
        try (Engine engine = Engine.create(channel, config, new StageGraph().stage("bad", new Refusing(script, 0))))
        {
            new Feed(engine, script, 1).publishAll();
            assertFalse(engine.shutdown(PATIENCE));
            assertEquals(
                "stage 'bad' failed at sequence 12: io.tadpole.engine.MessageRefusedException: the seventh; the ring " +
                "keeps what it has not handled", Objects.requireNonNull(engine.failure()).getMessage());
        }
        final CheckingMessages good = new CheckingMessages(script);
        good.resumeWith(EVERY - 1);
        try (Engine engine = Engine.attach(channel, config, new StageGraph().stage("bad", good)))
        {
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
        }
        assertEquals(20, good.handled());
    }

    @ParameterizedTest
    @ValueSource(longs = {-64, 1, 64, 192, 256, Long.MAX_VALUE, Long.MIN_VALUE})
    void shouldStopAtAPositionThatIsNoneOfItsMessages(final long position)
    {
        final BatchStage stage = (buffer, offset, length, messages, endPosition) ->
        {
            throw new MessageRefusedException(position, "somewhere");
        };
        final Script script = Script.same(1, 120);
        try (Engine engine = Engine.inMemory(EngineConfig.of(64 << 10).withFailurePolicy(
            (name, sequence, buffer, offset, length, cause) -> true), new StageGraph().stage("bad", stage)))
        {
            new Feed(engine, script, 1).publishAll();
            assertFalse(engine.shutdown(PATIENCE));
            assertTrue(String.valueOf(engine.reason()).contains(
                "the stage refused a message at position " + position + ", and none of those that it was given " +
                "starts there"), engine::reason);
        }
    }
}
