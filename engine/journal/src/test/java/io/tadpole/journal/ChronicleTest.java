package io.tadpole.journal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.TableStoreWriteLock;
import net.openhft.chronicle.threads.Pauser;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the journal promises about Chronicle, and what Chronicle must not do. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChronicleTest
{
    private static final int EXCERPTS = 20;

    @TempDir
    private Path directory;

    /** Reads a journal as {@code docs/layout.md} describes it, without a class of ours. */
    @Test
    void shouldBeReadByChroniclesOwnTailer() throws Exception
    {
        final Stretch stretch = new Stretch(1 << 16);
        try (Journal journal = Journal.open(directory))
        {
            for (int i = 0; i < EXCERPTS; i++)
            {
                stretch.clear().add(journal.nextSequence(), 9).add(journal.nextSequence() + 1, 100);
                stretch.appendTo(journal, 1);
            }
        }
        int excerpts = 0;
        long sequence = 0;
        try (ChronicleQueue queue = ChronicleQueue.single(directory.toString());
            ExcerptTailer tailer = queue.createTailer())
        {
            while (true)
            {
                try (DocumentContext document = tailer.readingDocument())
                {
                    if (!document.isPresent())
                    {
                        break;
                    }
                    final Bytes<?> bytes = document.wire().bytes();
                    final long start = bytes.readPosition();
                    assertEquals("TADJRNL\1", text(bytes, start));
                    assertEquals(sequence, bytes.readLong(start + 8));
                    final long messages = bytes.readLong(start + 16);
                    assertEquals(80 + bytes.readLong(start + 64), bytes.readRemaining());
                    long record = start + 80;
                    for (int i = 0; i < messages; i++)
                    {
                        final int length = bytes.readInt(record);
                        assertEquals(sequence, bytes.readLong(record + 8));
                        record += (length + 63L) / 64 * 64;
                        sequence++;
                    }
                    assertEquals(start + bytes.readRemaining(), record);
                    excerpts++;
                }
            }
        }
        assertEquals(EXCERPTS, excerpts);
        assertEquals(2 * EXCERPTS, sequence);
    }

    private static String text(final Bytes<?> bytes, final long at)
    {
        final byte[] text = new byte[8];
        for (int i = 0; i < text.length; i++)
        {
            text[i] = bytes.readByte(at + i);
        }
        return new String(text, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAST_DAILY", "FAST_HOURLY"})
    void shouldLeaveAForeignQueueAsItIs(final RollCycles rollCycle) throws Exception
    {
        try (ChronicleQueue foreign = ChronicleQueue.singleBuilder(directory).rollCycle(rollCycle).build())
        {
            // Its writer lives, holds Chronicle's lock, and creates a file.
            final SingleChronicleQueue queue = (SingleChronicleQueue)foreign;
            new TableStoreWriteLock(queue.metaStore(), Pauser::balanced, 1_000L).lock();
            assertRefusedAndLeft();
            Files.write(directory.resolve("20260101F.precreated"), new byte[10]);
            assertRefusedAndLeft();
            Files.write(directory.resolve("20260101F.cq4"), new byte[70_000]);
            assertRefusedAndLeft();
        }
    }

    @Test
    void shouldNotUnlockAForeignQueueThatRollsAsAJournal() throws Exception
    {
        try (ChronicleQueue foreign = ChronicleQueue.singleBuilder(directory)
            .rollCycle(ChronicleFiles.ROLL_CYCLE)
            .build();
            ExcerptAppender appender = foreign.createAppender())
        {
            appender.writeText("not an excerpt of a journal, though it is longer than the eighty bytes of a header");
            final SingleChronicleQueue queue = (SingleChronicleQueue)foreign;
            final TableStoreWriteLock lock = new TableStoreWriteLock(queue.metaStore(), Pauser::balanced, 1_000L);
            lock.lock();
            assertThrows(JournalException.class, () -> Journal.open(directory));
            assertTrue(lock.locked());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"20260101F.cq4", "20260101F.precreated"})
    void shouldLeaveAFileOfAnotherNameAsItIs(final String name) throws Exception
    {
        Journal.open(directory).close();
        Files.write(directory.resolve(name), new byte[70_000]);
        assertRefusedAndLeft();
    }

    private void assertRefusedAndLeft() throws Exception
    {
        final Map<Path, Integer> before = contents();
        final JournalException refused = assertThrows(JournalException.class, () -> Journal.open(directory));
        assertTrue(String.valueOf(refused.getMessage()).contains("not a journal"), refused::getMessage);
        assertEquals(before, contents());
        assertThrows(JournalException.class, () -> Replay.open(directory, 0));
    }

    private Map<Path, Integer> contents() throws Exception
    {
        final Map<Path, Integer> contents = new HashMap<>();
        try (Stream<Path> entries = Files.list(directory))
        {
            for (final Path file : entries.toList())
            {
                contents.put(file, Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    @Test
    void shouldNotPhoneHome()
    {
        assertThrows(
            ClassNotFoundException.class, () -> Class.forName("net.openhft.chronicle.analytics.Analytics"));
        final String classPath = System.getProperty("java.class.path");
        assertTrue(classPath.contains("chronicle-queue"), classPath);
        assertEquals(-1, classPath.indexOf("analytics"), classPath);
    }

    @Test
    void shouldSayNothing() throws Exception
    {
        final Process child = ChildJvm.of(Appends.class, directory.resolve("journal").toString(), "1000")
            .redirectErrorStream(true)
            .start();
        final String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), said);
        assertEquals("", said);
        assertTrue(Files.exists(directory.resolve("journal")));
    }
}
