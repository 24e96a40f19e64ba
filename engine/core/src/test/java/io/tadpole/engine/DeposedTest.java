package io.tadpole.engine;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Claim;
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
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** An engine whose ring another one took over writes nothing more there, and ends. */
@Timeout(60)
class DeposedTest
{
    private static final int CAPACITY = 64 << 10;
    private static final int MESSAGES = 900;
    /** Messages after which a long batch says how far it is. */
    private static final int EIGHTH = CAPACITY / 8 / RecordLayout.UNIT;
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** Where the ring's file has the producer's epoch, and the position of the first stage. */
    private static final long EPOCH_OFFSET = 256;
    private static final long STAGE_OFFSET = 512;
    /** Where the successor's stage is. */
    private static final long SUCCESSOR_AT = 4711L * RecordLayout.UNIT;

    private final Path channel;
    private final Script script = Script.same(MESSAGES, RecordLayout.UNIT - RecordLayout.HEADER_LENGTH);
    private final Gate gate = new Gate();
    private volatile Thread thread = Thread.currentThread();

    DeposedTest(@TempDir(factory = SharedMemory.class) final Path directory)
    {
        channel = directory.resolve("channel");
    }

    @Test
    void shouldLeaveASuccessorsWordsAloneInTheMiddleOfABatch() throws IOException
    {
        final CheckingMessages stage = new CheckingMessages(script)
        {
            @Override
            public void onMessage(
                final DirectBuffer buffer, final int offset, final int length, final long sequence,
                final boolean endOfBatch)
            {
                if (handled() == 10)
                {
                    gate.pass();
                }
                super.onMessage(buffer, offset, length, sequence, endOfBatch);
            }
        };
        try (Engine engine = start(stage))
        {
            new Feed(engine, script, 1).publishAll();
            depose(engine);
            assertTrue(stage.handled() <= 10 + EIGHTH, () -> "handled " + stage.handled());
            assertStopped(engine);
        }
    }

    @Test
    void shouldLeaveASuccessorsWordsAloneBehindAStretch() throws IOException
    {
        final CheckingBatches stage = new CheckingBatches(script)
        {
            @Override
            public long onBatch(
                final SegmentBuffer buffer, final int offset, final int length, final int messages, final long end)
                throws Exception
            {
                gate.pass();
                return super.onBatch(buffer, offset, length, messages, end);
            }
        };
        try (Engine engine = start(stage))
        {
            assertTrue(new Feed(engine, script, 1).tryPublish() > 0);
            depose(engine);
            assertEquals(1, stage.handled());
            assertStopped(engine);
        }
    }

    /** It would go on by itself when there is space, beside its successor. */
    @Test
    void shouldNotOfferAStretchForEverThatItsSuccessorHas() throws IOException
    {
        final BatchStage stage = (buffer, offset, length, messages, end) ->
        {
            gate.pass();
            return Status.NO_SPACE;
        };
        try (Engine engine = start(stage))
        {
            assertTrue(new Feed(engine, script, 1).tryPublish() > 0);
            depose(engine);
            assertStopped(engine);
        }
    }

    private Engine start(final Stage stage) throws IOException
    {
        final EngineConfig config = EngineConfig.of(CAPACITY).withThreads(task ->
        {
            thread = Thread.ofPlatform().daemon().unstarted(task);
            return thread;
        });
        return Engine.create(channel, config, new StageGraph().stage("one", stage));
    }

    /** Does what a successor does first, while the stage is at its gate. */
    private void depose(final Engine engine) throws IOException
    {
        gate.awaitReached(engine);
        assertNull(engine.reason());
        put(EPOCH_OFFSET, 2);
        put(STAGE_OFFSET, SUCCESSOR_AT);
        gate.open();
        Await.until(() -> !thread.isAlive());
    }

    private void assertStopped(final Engine engine) throws IOException
    {
        assertEquals(SUCCESSOR_AT, get(STAGE_OFFSET));
        assertEquals(Status.DEPOSED, engine.tryClaim(10, new Claim()));
        assertEquals(Status.DEPOSED, engine.tryClaimRun(10, 2, new Claim()));
        assertEquals(Status.DEPOSED, engine.offer(new SegmentBuffer(), 0, 0));
        for (int again = 0; again < 2; again++)
        {
            final String reason = Objects.requireNonNull(engine.reason());
            assertTrue(reason.startsWith("DEPOSED: ") && reason.contains("is 2 and no longer 1"), reason);
            assertFalse(engine.shutdown(PATIENCE));
        }
        assertNull(engine.failure());
        assertEquals(SUCCESSOR_AT, get(STAGE_OFFSET));
    }

    private void put(final long offset, final long word) throws IOException
    {
        try (FileChannel file = FileChannel.open(channel.resolve("ring"), StandardOpenOption.WRITE))
        {
            file.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, word), offset);
        }
    }

    private long get(final long offset) throws IOException
    {
        try (FileChannel file = FileChannel.open(channel.resolve("ring"), StandardOpenOption.READ))
        {
            final ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals(Long.BYTES, file.read(word, offset));
            return word.getLong(0);
        }
    }
}
