package io.tadpole.examples.flights;

import io.tadpole.engine.BatchStage;
import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.journal.Journal;
import io.tadpole.journal.JournalStage;
import io.tadpole.journal.Replay;
import io.tadpole.ring.IdlePolicy;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class SharedFolderTest
{
    private static final int EVENTS = 1000;

    @TempDir
    private Path journal;

    /** A run that publishes, journals a part of it, and waits to be killed. */
    static final class Killed
    {
        private static volatile boolean hangs;

        private Killed()
        {
        }

        public static void main(final String[] args) throws IOException, InterruptedException
        {
            final Journal opened = Journal.open(Path.of(args[0]));
            final SharedFolder folder = SharedFolder.of(Path.of(args[0]));
            folder.create();
            final JournalStage stage = new JournalStage(opened);
            final Engine engine = Engine.create(
                folder.engine(),
                EngineConfig.of(1 << 20),
                new StageGraph()
                    .stage(Pipeline.JOURNAL, new Hanging(stage))
                    .outside("native")
                    .stage("check", SharedFolder.NOTHING, "native"));
            final int journaled = Integer.parseInt(args[1]);
            publish(engine, 0, journaled);
            final IdlePolicy idle = IdlePolicy.adaptive();
            while (stage.messages() < journaled)
            {
                idle.idle();
            }
            hangs = true;
            publish(engine, journaled, EVENTS);
            System.out.println("published");
            System.out.flush();
            new CountDownLatch(1).await();
        }

        private static void publish(final Engine engine, final int from, final int to)
        {
            final SegmentBuffer message = new SegmentBuffer(Arena.ofAuto().allocate(Long.BYTES));
            for (int i = from; i < to; i++)
            {
                message.putLong(0, i);
                assertTrue(engine.offer(message, 0, Long.BYTES) >= 0);
            }
        }

        /** A journal stage that does not come to journaling. */
        private record Hanging(JournalStage stage) implements BatchStage
        {
            @Override
            public long resumeAt(final long ringId, final long mirrored)
            {
                return stage.resumeAt(ringId, mirrored);
            }

            @Override
            public long onBatch(
                final SegmentBuffer buffer,
                final int offset,
                final int length,
                final int messages,
                final long endPosition) throws InterruptedException
            {
                if (hangs)
                {
                    new CountDownLatch(1).await();
                }
                return stage.onBatch(buffer, offset, length, messages, endPosition);
            }
        }
    }

    @AfterEach
    void removeFolder() throws IOException
    {
        SharedFolder.of(journal).remove();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 400})
    void shouldJournalWhatAKilledRunHadPublished(final int journaled) throws IOException, InterruptedException
    {
        kill(journaled);
        assertEquals(journaled, Journal.describe(journal).nextSequence());
        final SharedFolder folder = SharedFolder.of(journal);
        assertTrue(Files.exists(folder.engine()));

        try (Journal opened = Journal.open(journal))
        {
            folder.takeOver(opened);
            assertEquals(EVENTS, opened.nextSequence());
        }
        assertFalse(Files.exists(folder.engine().getParent()));
        try (Replay replay = Replay.open(journal, 0))
        {
            assertEquals(EVENTS, replay.poll(
                (buffer, offset, length, sequence, timestamp) -> assertEquals(sequence, buffer.getLong(offset)),
                Integer.MAX_VALUE));
        }
    }

    @Test
    void shouldLetTheNextRunGoOnBehindThose(@TempDir final Path inputs) throws IOException, InterruptedException
    {
        kill(400);
        final Heard heard = new Heard();
        final Path input = Files.writeString(inputs.resolve("input"), (TestData.DEPARTURE + "\n").repeat(500));
        final Result result = Demo.run(
            new DemoConfig(input, 0, 1, NativeLanguage.NONE, null, null, null, false, journal, true), heard);
        assertTrue(result.identical());
        assertTrue(heard.steps.contains("replaying the journal from sequence " + EVENTS), heard.steps.toString());
        assertEquals(EVENTS + 500, Journal.describe(journal).nextSequence());
        assertFalse(Files.exists(SharedFolder.of(journal).path()));
    }

    @Test
    void shouldRemoveWhatARunLeftThatHadPublishedNothing() throws IOException
    {
        final SharedFolder folder = SharedFolder.of(journal);
        folder.create();
        folder.rehearsal().create();
        Files.createDirectory(folder.engine());
        Files.createFile(folder.engine().resolve("producer.lock"));
        try (Journal opened = Journal.open(journal))
        {
            folder.takeOver(opened);
            assertEquals(0, opened.nextSequence());
        }
        assertFalse(Files.exists(folder.path()));
    }

    @Test
    void shouldTakeOverNothingWhereNothingWasLeft() throws IOException
    {
        try (Journal opened = Journal.open(journal))
        {
            SharedFolder.of(journal).takeOver(opened);
            assertEquals(0, opened.nextSequence());
        }
    }

    @Test
    void shouldKeepWhatItCannotRead() throws IOException, InterruptedException
    {
        kill(0);
        final SharedFolder folder = SharedFolder.of(journal);
        final Path ring = folder.engine().resolve("ring");
        final byte[] whole = Files.readAllBytes(ring);
        Files.write(ring, new byte[Long.BYTES], StandardOpenOption.WRITE);
        Files.write(ring, "foreign!".getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        try (Journal opened = Journal.open(journal))
        {
            final IOException e = assertThrows(IOException.class, () -> folder.takeOver(opened));
            assertTrue(TestData.message(e).contains("remove the folder to go on"), e.toString());
            assertTrue(Files.exists(ring));

            Files.write(ring, whole);
            folder.takeOver(opened);
            assertEquals(EVENTS, opened.nextSequence());
        }
    }

    private void kill(final int journaled) throws IOException, InterruptedException
    {
        final Process killed = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + Path.of(System.getProperty("tadpole.root"), "jvm-flags"),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Killed.class.getName(),
            journal.toString(),
            Integer.toString(journaled)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var out = killed.inputReader())
        {
            assertEquals("published", out.readLine());
        }
        finally
        {
            killed.destroyForcibly().waitFor();
        }
    }
}
