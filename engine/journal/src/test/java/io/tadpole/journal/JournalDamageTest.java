package io.tadpole.journal;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalDamageTest
{
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final int EXCERPTS = 12;
    private static final int MESSAGES = 3;
    private static final int PER_FILE = 4;
    private static final int WORD = Integer.BYTES;

    @TempDir
    private Path directory;

    private List<Path> files = List.of();

    @BeforeEach
    void append() throws Exception
    {
        final long[] now = {490_000 * HOUR_NS};
        final Stretch stretch = new Stretch(4096);
        try (Journal journal = Journal.open(directory, Durability.OS, () -> now[0]))
        {
            for (int i = 0; i < EXCERPTS; i++)
            {
                stretch.clear();
                for (int j = 0; j < MESSAGES; j++)
                {
                    stretch.add(journal.nextSequence() + j, 200);
                }
                assertEquals(0, stretch.appendTo(journal, 1));
                now[0] += (i + 1) % PER_FILE == 0 ? HOUR_NS : 0;
            }
        }
        files = JournalFiles.list(directory);
        assertEquals(EXCERPTS / PER_FILE, files.size());
    }

    @Test
    void shouldDetectAChangeOfAnyByte() throws Exception
    {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        for (int round = 0; round < 60; round++)
        {
            final int excerpt = random.nextInt(EXCERPTS);
            final Path file = files.get(excerpt / PER_FILE);
            final long start = excerpts(file).get(excerpt % PER_FILE);
            final long length = ExcerptLayout.BODY_OFFSET + MESSAGES * 256;
            // Each part in turn: Chronicle's word, the header, the records.
            final long at = switch (round % 3)
            {
                case 0 -> start - WORD + random.nextInt(WORD);
                case 1 -> start + random.nextInt(ExcerptLayout.BODY_OFFSET);
                default -> start + random.nextLong(length);
            };
            flip(file, at, 1 + random.nextInt(255));
            final int flipped = round;
            final JournalException damage = assertThrows(
                JournalException.class, this::replayAll, () -> "round " + flipped + ": byte " + (at - start));
            assertNames(damage, file, excerpt);
            restore(file);
        }
        assertEquals(EXCERPTS * MESSAGES, replayAll());
    }

    @Test
    void shouldDetectAChangeOfAnyBitOfALength() throws Exception
    {
        for (int bit = 0; bit < EXCERPTS * Integer.SIZE; bit++)
        {
            final int excerpt = bit / Integer.SIZE;
            final Path file = files.get(excerpt / PER_FILE);
            final int at = bit % Integer.SIZE;
            flip(file, excerpts(file).get(excerpt % PER_FILE) - WORD + at / Byte.SIZE, 1 << at % Byte.SIZE);
            final JournalException damage =
                assertThrows(JournalException.class, this::replayAll, () -> "excerpt " + excerpt + ", bit " + at);
            assertNames(damage, file, excerpt);
            restore(file);
        }
    }

    @Test
    void shouldDetectAChangeOfAnyByteOfTheFirstHeader() throws Exception
    {
        final Path file = files.getFirst();
        for (int i = 0; i < 2 * ExcerptLayout.BODY_OFFSET; i++)
        {
            final int at = i / 2;
            flip(file, excerpts(file).getFirst() + at, i % 2 == 0 ? 0x01 : 0x80);
            assertNames(assertThrows(JournalException.class, this::replayAll, () -> "byte " + at), file, 0);
            restore(file);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, EXCERPTS - 1})
    void shouldDeliverWhatPrecedesTheDamage(final int excerpt) throws Exception
    {
        final Path file = files.get(excerpt / PER_FILE);
        flip(file, excerpts(file).get(excerpt % PER_FILE) + ExcerptLayout.BODY_OFFSET + 50, 1);
        if (excerpt == EXCERPTS - 1)
        {
            // Whoever wants the end of a journal that has none: a writer would not know its next sequence.
            assertThrows(JournalException.class, () -> Replay.open(directory, 0));
            assertThrows(JournalException.class, () -> Journal.open(directory));
            return;
        }
        if (excerpt == 0)
        {
            assertThrows(JournalException.class, () -> Replay.open(directory, 0));
        }
        else
        {
            expectDamageBehind((long)excerpt * MESSAGES);
        }
        // What follows is not lost.
        assertEquals((long)EXCERPTS * MESSAGES, Expect.dense(directory, (excerpt + 1L) * MESSAGES));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 6})
    void shouldDeliverWhatPrecedesAHeaderThatNamesAnotherSequence(final int excerpt) throws Exception
    {
        final Path file = files.get(excerpt / PER_FILE);
        final long sequence = excerpts(file).get(excerpt % PER_FILE) + ExcerptLayout.FIRST_SEQUENCE_OFFSET;
        write(file, sequence, new byte[Long.BYTES]);
        expectDamageBehind((long)excerpt * MESSAGES);
        assertEquals((long)EXCERPTS * MESSAGES, Expect.dense(directory, (excerpt + 1L) * MESSAGES));
    }

    private void expectDamageBehind(final long sequence)
    {
        try (Replay replay = Replay.open(directory, 0))
        {
            assertThrows(JournalException.class, () -> replay.poll(Expect::matches, 1000));
            assertEquals(sequence, replay.nextSequence());
            // And says so again.
            assertThrows(JournalException.class, () -> replay.poll(Expect::matches, 1000));
        }
    }

    @Test
    void shouldNotTakeAnEarlierEndOfARingForItsOwnThatIsDamaged() throws Exception
    {
        try (Journal journal = Journal.open(directory))
        {
            assertEquals(0, new Stretch(4096).add(journal.nextSequence(), 200).appendTo(journal, 2));
            assertEquals(EXCERPTS * MESSAGES * 256, journal.endPosition(1));
        }
        final Path file = files.getLast();
        flip(file, excerpts(file).getLast() + ExcerptLayout.BODY_OFFSET + 50, 1);
        try (Journal journal = Journal.open(directory))
        {
            assertDamaged(() -> journal.endPosition(1), file);
        }
        assertDamaged(() -> Journal.describe(directory), file);
    }

    private static void assertDamaged(final Executable reading, final Path file)
    {
        final JournalException damage = assertThrows(JournalException.class, reading);
        assertNames(damage, file, EXCERPTS - 1);
        assertTrue(String.valueOf(damage.getMessage()).contains("CRC"), damage::getMessage);
    }

    @Test
    void shouldDetectALostWordThatLeadsToMore() throws Exception
    {
        for (int excerpt = 0; excerpt < EXCERPTS - 1; excerpt++)
        {
            final Path file = files.get(excerpt / PER_FILE);
            write(file, excerpts(file).get(excerpt % PER_FILE) - WORD, new byte[WORD]);
            final int lost = excerpt;
            final JournalException damage =
                assertThrows(JournalException.class, this::replayAll, () -> "excerpt " + lost);
            assertNames(damage, file, excerpt);
            restore(file);
        }
    }

    @Test
    void shouldDetectThatAFileIsMissing() throws Exception
    {
        Files.delete(files.get(1));
        final JournalException damage = assertThrows(JournalException.class, this::replayAll);
        assertTrue(String.valueOf(damage.getMessage()).contains("missing"), damage::getMessage);
        assertTrue(String.valueOf(damage.getMessage()).contains("sequence " + PER_FILE * MESSAGES), damage::getMessage);
    }

    @Test
    void shouldDetectALostEndOfAFile() throws Exception
    {
        final Path file = files.get(0);
        final long end = excerpts(file).get(PER_FILE - 1) + ExcerptLayout.BODY_OFFSET + MESSAGES * 256;
        write(file, end, new byte[WORD]);
        assertThrows(JournalException.class, this::replayAll);
    }

    @Test
    void shouldSayThatTheJournalBeginsLater() throws Exception
    {
        Files.delete(files.get(0));
        final JournalException begins = assertThrows(JournalException.class, () -> Replay.open(directory, 1));
        assertTrue(String.valueOf(begins.getMessage()).contains("begins behind sequence 1"), begins::getMessage);
        assertEquals((long)EXCERPTS * MESSAGES, Expect.dense(directory, PER_FILE * MESSAGES));
        assertEquals(PER_FILE * MESSAGES, Journal.describe(directory).firstSequence());
    }

    private long replayAll()
    {
        return Expect.dense(directory, 0);
    }

    private static void assertNames(final JournalException damage, final Path file, final int excerpt)
    {
        final String message = String.valueOf(damage.getMessage());
        assertTrue(message.contains("damaged"), message);
        if (excerpt < EXCERPTS - 1)
        {
            // A file's last excerpt that is taken for metadata is missed at the start of the next file.
            assertTrue(
                message.contains(String.valueOf(file.getFileName())) || message.contains("excerpts are missing"),
                message);
            assertTrue(message.contains("sequence " + excerpt * MESSAGES), message);
        }
    }

    // ---- the files from outside

    private final List<byte[]> originals = new ArrayList<>();

    private byte[] original(final Path file) throws Exception
    {
        if (originals.isEmpty())
        {
            for (final Path each : files)
            {
                try (var bytes = Files.newInputStream(each))
                {
                    originals.add(bytes.readNBytes(256 << 10));
                }
            }
        }
        return originals.get(files.indexOf(file));
    }

    private List<Long> excerpts(final Path file) throws Exception
    {
        final ByteBuffer words = ByteBuffer.wrap(original(file)).order(ByteOrder.LITTLE_ENDIAN);
        final List<Long> starts = new ArrayList<>();
        for (int i = 0; i < words.capacity() - Long.BYTES; i += WORD)
        {
            if (words.getLong(i) == ExcerptLayout.MAGIC)
            {
                starts.add((long)i);
            }
        }
        assertEquals(PER_FILE, starts.size());
        return starts;
    }

    private void restore(final Path file) throws Exception
    {
        write(file, 0, original(file));
    }

    private void flip(final Path file, final long at, final int bits) throws Exception
    {
        write(file, at, new byte[]{(byte)(original(file)[(int)at] ^ bits)});
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
