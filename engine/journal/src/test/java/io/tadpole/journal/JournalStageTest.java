package io.tadpole.journal;

import io.tadpole.engine.Engine;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalStageTest
{
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long RING = 1234;
    private static final int ROUNDS = 5;

    @TempDir
    private Path parent;

    private final Stretch stretch = new Stretch(1 << 20);

    @Test
    void shouldJournalEverythingAnEnginePublishes() throws Exception
    {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        final int messages = 20_000;
        try (Journal journal = Journal.open(parent.resolve("journal")))
        {
            final JournalStage stage = new JournalStage(journal);
            final Engine engine = JournaledEngine.start(parent.resolve("channel"), stage);
            for (int i = 0; i < messages; i++)
            {
                JournaledEngine.publish(engine, stretch, random, i);
            }
            assertTrue(engine.shutdown(PATIENCE));
            assertNull(engine.failure());
            assertEquals(messages, stage.messages());
            assertTrue(stage.excerpts() <= messages);
            assertTrue(stage.bytes() >= 64L * messages);
            assertEquals(0, stage.refusals());
            assertEquals(messages, journal.nextSequence());
        }
        assertEquals(messages, Expect.dense(parent.resolve("journal"), 0));
    }

    @Test
    void shouldJournalEachMessageOnceThoughTheEngineIsKilled() throws Exception
    {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        final MappedByteBuffer published = AppendForever.acknowledgements(parent.resolve("published"));
        long journaled = 0;
        for (int round = 0; round < ROUNDS; round++)
        {
            final long enough = journaled + 1 + random.nextInt(20_000);
            final Process child =
                ChildJvm.of(JournaledEngine.class, parent.toString(), Long.toString(random.nextLong()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            while (published.getLong(0) < enough && child.isAlive())
            {
                Thread.onSpinWait();
            }
            assertTrue(child.isAlive(), () -> "the engine ended: " + Expect.error(child));
            child.destroyForcibly().waitFor();
            try (Journal journal = Journal.open(parent.resolve("journal")))
            {
                // The successor lets the journal append what the ring holds and it has not.
                final Engine successor = JournaledEngine.start(parent.resolve("channel"), new JournalStage(journal));
                assertTrue(successor.shutdown(PATIENCE));
                assertNull(successor.failure());
                journaled = journal.nextSequence();
            }
            assertTrue(journaled >= published.getLong(0));
            assertEquals(journaled, Expect.dense(parent.resolve("journal"), 0));
        }
    }

    @Test
    void shouldResumeBehindWhatIsJournaled() throws Exception
    {
        try (Journal journal = Journal.open(parent))
        {
            final JournalStage stage = new JournalStage(journal);
            assertEquals(0, stage.resumeAt(RING, 0));
            assertEquals(0, onBatch(stage, 0, 640));
            // The process ended before the ring was told.
            assertEquals(640, new JournalStage(journal).resumeAt(RING, 128));
            assertEquals(640, new JournalStage(journal).resumeAt(RING, 640));
            // The ring skips to its start at a multiple of its capacity.
            assertEquals(128 << 10, new JournalStage(journal).resumeAt(RING, 128 << 10));
            // A ring that nobody journaled yet.
            assertEquals(0, new JournalStage(journal).resumeAt(RING + 1, 0));
        }
    }

    @Test
    void shouldRefuseAJournalThatEndsBeforeTheRingsFormerStage() throws Exception
    {
        try (Journal journal = Journal.open(parent))
        {
            // Nothing of the ring, or not all: as when an older copy of the journal was put in its place.
            assertRefused(journal, 704);
            assertRefused(journal, 64 << 10);
            final JournalStage stage = new JournalStage(journal);
            stage.resumeAt(RING, 0);
            assertEquals(0, onBatch(stage, 0, 640));
            assertRefused(journal, 704);
        }
    }

    private static void assertRefused(final Journal journal, final long mirrored)
    {
        final JournalException lacks =
            assertThrows(JournalException.class, () -> new JournalStage(journal).resumeAt(RING, mirrored));
        assertTrue(String.valueOf(lacks.getMessage()).contains("remove the ring"), lacks::getMessage);
    }

    @Test
    void shouldRefuseAGap() throws Exception
    {
        try (Journal journal = Journal.open(parent))
        {
            final JournalStage stage = new JournalStage(journal);
            stage.resumeAt(RING, 0);
            assertEquals(0, onBatch(stage, 0, 64));
            assertThrows(JournalException.class, () -> onBatch(stage, 0, 64));
            assertThrows(JournalException.class, () -> onBatch(stage, 128, 192));
            assertEquals(0, onBatch(stage, 64, 128));
            assertThrows(JournalException.class, () -> onBatch(stage, 64, 128));
            assertThrows(JournalException.class, () -> onBatch(stage, 192, 256));
            assertEquals(0, onBatch(stage, 64 << 10, (64 << 10) + 64));
            assertEquals(3, journal.nextSequence());
        }
    }

    private long onBatch(final JournalStage stage, final int start, final int end)
    {
        stretch.clear();
        for (int position = start; position < end; position += 64)
        {
            stretch.add(position, 50);
        }
        return stage.onBatch(stretch.buffer(), 0, stretch.length(), stretch.messages(), end);
    }
}
