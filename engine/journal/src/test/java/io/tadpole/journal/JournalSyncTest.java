package io.tadpole.journal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Asks the kernel what of a journal's files is not on the disk: which pages of them are dirty. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalSyncTest
{
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final int HOURS = 3;
    private static final int PAGE = 4096;
    private static final long MOST_TOUCHED = 1 << 20;

    @TempDir
    private Path parent;

    private final Stretch stretch = new Stretch(4096);
    private long now = 490_000 * HOUR_NS;

    @BeforeEach
    void shouldBeToldWhatIsDirty() throws Exception
    {
        final Path file = Files.write(parent.resolve("probe"), new byte[PAGE]);
        final long dirty = dirtyBytes(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ))
        {
            channel.force(true);
        }
        Assumptions.assumeTrue(
            dirty == PAGE && dirtyBytes(file) == 0, "this file system, or the kernel, does not tell what is dirty");
    }

    @Test
    void shouldSyncTheFilesOfTheHoursBefore() throws Exception
    {
        try (Journal journal = open(Durability.OS))
        {
            appendForHours(journal);
            journal.sync();
            assertClean();
        }
    }

    @Test
    void shouldSyncTheEndOfAFileWithTheBatchThatBeginsTheNext() throws Exception
    {
        try (Journal journal = open(Durability.SYNC_EVERY_BATCH))
        {
            appendForHours(journal);
            assertClean();
        }
    }

    @Test
    void shouldSyncWhatAnEarlierWriterDidNot() throws Exception
    {
        try (Journal journal = open(Durability.OS))
        {
            appendForHours(journal);
        }
        try (Journal journal = open(Durability.OS))
        {
            journal.sync();
            assertClean();
        }
    }

    private Journal open(final Durability durability) throws Exception
    {
        return Journal.open(parent.resolve("journal"), durability, () -> now);
    }

    private void appendForHours(final Journal journal)
    {
        for (int i = 0; i < HOURS; i++)
        {
            assertEquals(0, stretch.clear().add(i, 100).appendTo(journal, 1));
            now += HOUR_NS;
        }
    }

    private void assertClean() throws Exception
    {
        final List<Path> files;
        try (Stream<Path> entries = Files.list(parent.resolve("journal")))
        {
            files = entries.filter(file -> !file.endsWith(WriterLock.FILE_NAME)).toList();
        }
        assertEquals(HOURS + 1, files.size());
        for (final Path file : files)
        {
            assertEquals(0, dirtyBytes(file), file::toString);
        }
    }

    // The kernel tells it of a mapping, of the pages that were touched there.
    private static long dirtyBytes(final Path file) throws Exception
    {
        try (Arena arena = Arena.ofConfined();
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ))
        {
            final long length = Math.min(channel.size(), MOST_TOUCHED);
            final MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, length, arena);
            mapped.load();
            final String start = Long.toHexString(mapped.address()) + "-";
            return Files.readAllLines(Path.of("/proc/self/smaps")).stream()
                .dropWhile(line -> !line.startsWith(start))
                .filter(line -> line.contains("_Dirty:"))
                .limit(2)
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
        }
    }
}
