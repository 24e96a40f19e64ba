package io.tadpole.journal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

    /** Reads a journal as {@code docs/journal-format.md} describes it, without a class of ours. */
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
