package io.tadpole.journal;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.single.TableStoreWriteLock;
import net.openhft.chronicle.threads.Pauser;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a writer can leave when it dies at one certain instruction, made by hand. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalRecoveryTest
{
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final int PAGE = 4096;
    private static final long RING = 9;

    @TempDir
    private Path directory;

    private final Stretch stretch = new Stretch(1 << 20);
    private long now = 490_000 * HOUR_NS;

    @Test
    void shouldNumberOnWhenTheLastExcerptWasNotNoted() throws Exception
    {
        append(10);
        final byte[] noted = read(lastFile(), 0, PAGE);
        append(1);
        // The excerpt is visible, Chronicle's notes of it in the file's first page are not.
        write(lastFile(), 0, noted);
        assertEquals(11, Expect.dense(directory, 0));
        append(5000);
        assertEquals(5011, Expect.dense(directory, 0));
        assertEquals(5011, countByChronicle());
        final int cycle = JournalFiles.cycle(lastFile());
        try (ChronicleFiles files = ChronicleFiles.forReading(directory);
            ExcerptReader reader = new ExcerptReader(directory, files))
        {
            for (int i = 0; i < 5011; i += 13)
            {
                assertTrue(reader.read(cycle, i, i));
                assertEquals(i, reader.header().firstSequence());
            }
        }
    }

    @Test
    void shouldReadAFirstExcerptThatWasNotNoted() throws Exception
    {
        createFileWithoutExcerpts();
        final byte[] noted = read(lastFile(), 0, PAGE);
        append(1);
        write(lastFile(), 0, noted);
        final JournalDescription described = Journal.describe(directory);
        assertEquals(1, described.messages());
        assertEquals(1, described.excerpts());
        assertEquals(1, Expect.dense(directory, 0));
        append(1);
        assertEquals(2, Expect.dense(directory, 1));
    }

    @Test
    void shouldSayThatTheFirstExcerptIsDamagedBehindAFileWithoutAny() throws Exception
    {
        createFileWithoutExcerpts();
        now += HOUR_NS;
        append(3);
        final long end = Journal.describe(directory).files().getLast().usedBytes();
        // In the first one: each is a word, a header, and a record of 128 bytes.
        write(lastFile(), end - 2 * (4 + ExcerptLayout.BODY_OFFSET + 128) - 10, new byte[]{1});
        final JournalException damage = assertThrows(JournalException.class, () -> Replay.open(directory, 0));
        assertTrue(String.valueOf(damage.getMessage()).contains("CRC"), damage::getMessage);
        assertEquals(3, Expect.dense(directory, 1));
    }

    @Test
    void shouldClearWhatAHalfExcerptLeft() throws Exception
    {
        append(3);
        final long end = Journal.describe(directory).files().getLast().usedBytes();
        // Bytes of a message that look like words of Chronicle's, and like excerpts.
        final byte[] half = new byte[3 << 20];
        for (int i = 0; i < half.length; i++)
        {
            half[i] = (byte)(i * 31);
        }
        write(lastFile(), end + 8, half);
        assertEquals(3, Expect.dense(directory, 0));
        append(4000);
        assertEquals(4003, Expect.dense(directory, 0));
    }

    @Test
    void shouldNotWaitForAWriterThatDiedHoldingChroniclesLock() throws Exception
    {
        append(1);
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.single(directory.toFile()).build())
        {
            // In the name of this process, as a container's next process finds it: Chronicle would take it for its own.
            new TableStoreWriteLock(queue.metaStore(), Pauser::balanced, 1_000L).lock();
        }
        append(1);
        assertEquals(2, Expect.dense(directory, 0));
    }

    @Test
    void shouldGoOnWhenTheWriterDiedCreatingAFile() throws Exception
    {
        append(2);
        final int next = JournalFiles.cycle(lastFile()) + 1;
        Files.write(JournalFiles.path(directory, next), new byte[70_000]);
        Files.write(JournalFiles.preCreatedPath(directory, next + 1), new byte[10]);
        append(1);
        now += HOUR_NS;
        append(2);
        assertEquals(5, Expect.dense(directory, 0));
        assertEquals(2, JournalFiles.list(directory).size());
        assertFalse(Files.exists(JournalFiles.preCreatedPath(directory, next + 1)));
    }

    @Test
    void shouldPassOverAFileWithoutExcerpts() throws Exception
    {
        createFileWithoutExcerpts();
        assertEquals(0, Journal.describe(directory).excerpts());
        assertEquals(0, Expect.dense(directory, 0));
        try (Replay following = Replay.open(directory, 0))
        {
            assertEquals(0, following.poll(Expect::matches, 10));
            now += HOUR_NS;
            append(2);
            assertEquals(2, following.poll(Expect::matches, 10));
            now += HOUR_NS;
            createFileWithoutExcerpts();
            assertEquals(0, following.poll(Expect::matches, 10));
            now += HOUR_NS;
            append(3);
            assertEquals(3, following.poll(Expect::matches, 10));
        }
        assertEquals(5, Expect.dense(directory, 0));
        assertEquals(5, Expect.dense(directory, 3));
        final JournalDescription described = Journal.describe(directory);
        assertEquals(0, described.firstSequence());
        assertEquals(5, described.messages());
        assertEquals(5, described.excerpts());
        assertEquals(now - 2 * HOUR_NS, described.firstTimestamp());
        assertEquals(
            List.of(0L, 2L, 0L, 3L),
            described.files().stream().map(JournalDescription.JournalFile::excerpts).toList());

        // What is read begins behind a file that has nothing, too.
        Files.delete(JournalFiles.list(directory).get(1));
        assertEquals(2, Journal.describe(directory).firstSequence());
        assertEquals(5, Expect.dense(directory, 2));
        final JournalException begins = assertThrows(JournalException.class, () -> Replay.open(directory, 1));
        assertTrue(String.valueOf(begins.getMessage()).contains("begins behind sequence 1"), begins::getMessage);
    }

    /** As a writer does that is killed between creating a file and its first excerpt. */
    private void createFileWithoutExcerpts() throws Exception
    {
        Journal.open(directory).close();
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.single(directory.toFile())
            .timeProvider(() -> now / 1_000_000)
            .build();
            ExcerptAppender appender = queue.createAppender())
        {
            try (DocumentContext document = appender.writingDocument())
            {
                document.rollbackOnClose();
            }
        }
    }

    @Test
    void shouldGoOnWhenTheWriterDiedBetweenClosingAFileAndCreatingTheNext() throws Exception
    {
        append(2);
        final Path first = lastFile();
        now += HOUR_NS;
        append(1);
        Files.delete(lastFile());
        // And the clock went back.
        now -= HOUR_NS;
        append(3);
        assertEquals(5, Expect.dense(directory, 0));
        assertEquals(JournalFiles.cycle(first) + 1, JournalFiles.cycle(lastFile()));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldMarkTheEndOfAFileThatPowerWasLostBefore(final int hours) throws Exception
    {
        for (int i = 0; i < hours; i++)
        {
            append(2);
            now += HOUR_NS;
        }
        final JournalDescription.JournalFile ended = Journal.describe(directory).files().get(hours - 2);
        write(directory.resolve(ended.name()), ended.usedBytes(), new byte[Integer.BYTES]);
        assertThrows(JournalException.class, () -> Expect.dense(directory, 0));
        append(1);
        assertEquals(2L * hours + 1, Expect.dense(directory, 0));
    }

    @Test
    void shouldStayInItsFileWhenTheClockGoesBack() throws Exception
    {
        append(2);
        now -= 5 * HOUR_NS;
        append(2);
        assertEquals(1, JournalFiles.list(directory).size());
        assertEquals(4, Expect.dense(directory, 0));
    }

    @Test
    void shouldNotTakeADamagedFileForAnUnfinishedOne() throws Exception
    {
        append(2);
        write(lastFile(), 0, new byte[Integer.BYTES]);
        final JournalException damage = assertThrows(JournalException.class, () -> Journal.open(directory));
        assertTrue(String.valueOf(damage.getMessage()).contains("damaged"), damage::getMessage);
        assertTrue(Files.exists(lastFile()));
    }

    private void append(final int messages) throws Exception
    {
        try (Journal journal = Journal.open(directory, Durability.OS, () -> now))
        {
            for (int i = 0; i < messages; i++)
            {
                assertEquals(0, stretch.clear().add(journal.nextSequence(), 64).appendTo(journal, RING));
            }
        }
    }

    private long countByChronicle()
    {
        long count = 0;
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.single(directory.toFile()).readOnly(true).build();
            ExcerptTailer tailer = queue.createTailer())
        {
            while (true)
            {
                try (DocumentContext document = tailer.readingDocument())
                {
                    if (!document.isPresent())
                    {
                        return count;
                    }
                    assertEquals(ExcerptLayout.MAGIC, document.wire().bytes().readLong());
                    count++;
                }
            }
        }
    }

    private Path lastFile()
    {
        return JournalFiles.list(directory).getLast();
    }

    private static byte[] read(final Path file, final long at, final int length) throws Exception
    {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r"))
        {
            final byte[] bytes = new byte[length];
            opened.seek(at);
            opened.readFully(bytes);
            return bytes;
        }
    }

    private static void write(final Path file, final long at, final byte[] bytes) throws Exception
    {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw"))
        {
            opened.seek(at);
            opened.write(bytes);
        }
    }
}
