package io.tadpole.journal;

import io.tadpole.envelope.SegmentBuffer;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(120)
class JournalTest
{
    private static final long RING = 77;
    private static final int GREATEST = 16 << 20;

    @TempDir
    private Path directory;

    private final Stretch stretch = new Stretch(17 << 20);

    @Test
    void shouldReplayMessagesOfEverySize() throws Exception
    {
        final int[] lengths = {1, 2, 7, 8, 9, 55, 56, 57, 64, 100, 4096, 65_536, (1 << 20) - 8, 1 << 20, GREATEST};
        try (Journal journal = Journal.open(directory))
        {
            for (final int length : lengths)
            {
                assertEquals(0, stretch.clear().add(journal.nextSequence(), length).appendTo(journal, RING));
            }
        }
        try (Replay replay = Replay.open(directory, 0, lengths.length))
        {
            for (final int expected : lengths)
            {
                final int delivered = replay.poll(
                    (buffer, offset, length, sequence, timestamp) ->
                    {
                        assertEquals(expected, length);
                        assertTrue(Stretch.matches(buffer, offset, length, sequence));
                    }, 1);
                assertEquals(1, delivered);
            }
            assertTrue(replay.isComplete());
        }
    }

    @Test
    void shouldReplayStretchesOfManyRecords() throws Exception
    {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        try (Journal journal = Journal.open(directory))
        {
            for (int i = 0; i < 300; i++)
            {
                stretch.randomise(random, journal.nextSequence(), 100, 1000);
                assertEquals(0, stretch.appendTo(journal, RING));
            }
            assertEquals(journal.nextSequence(), Expect.dense(directory, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldContinueTheSequenceWhenOpenedAgain(final Durability durability) throws Exception
    {
        for (int i = 0; i < 4; i++)
        {
            try (Journal journal = Journal.open(directory, durability))
            {
                assertEquals(3L * i, journal.nextSequence());
                assertEquals(i == 0 ? -1 : i * 192L, journal.endPosition(RING));
                stretch.clear().add(3L * i, 20).add(3L * i + 1, 30).add(3L * i + 2, 40);
                assertEquals(0, stretch.appendTo(journal, RING));
            }
        }
        assertEquals(12, Expect.dense(directory, 0));
    }

    @Test
    void shouldKnowWhereEachRingEnds() throws Exception
    {
        final long[] rings = {5, 6, 5, 7};
        try (Journal journal = Journal.open(directory))
        {
            for (final long ring : rings)
            {
                for (int i = 0; i < 3; i++)
                {
                    stretch.clear().add(journal.nextSequence(), 100);
                    assertEquals(0, stretch.appendTo(journal, ring));
                }
            }
        }
        try (Journal journal = Journal.open(directory))
        {
            assertEquals(6 * 128, journal.endPosition(5));
            assertEquals(3 * 128, journal.endPosition(6));
            assertEquals(3 * 128, journal.endPosition(7));
            assertEquals(-1, journal.endPosition(8));
        }
        final List<Long> described =
            Journal.describe(directory).rings().stream().map(JournalDescription.Run::ringId).toList();
        assertEquals(List.of(7L, 5L, 6L, 5L), described);
    }

    @Test
    void shouldRefuseWhatIsNoStretch() throws Exception
    {
        try (Journal journal = Journal.open(directory))
        {
            stretch.clear().add(0, 100).add(1, 100);
            final int length = stretch.length();
            assertThrows(IllegalArgumentException.class, () -> append(journal, length, 1, length));
            assertThrows(IllegalArgumentException.class, () -> append(journal, length, 3, length));
            assertThrows(IllegalArgumentException.class, () -> append(journal, length - 64, 2, length));
            assertThrows(IllegalArgumentException.class, () -> append(journal, 0, 0, length));
            assertThrows(IllegalArgumentException.class, () ->
                journal.append(RING, stretch.buffer(), stretch.buffer().capacity() - 64, length, 2, length));
            assertEquals(0, append(journal, length, 2, length));
            // What was journaled is not journaled again.
            assertThrows(IllegalArgumentException.class, () -> append(journal, length, 2, length));
            assertThrows(IllegalArgumentException.class, () -> append(journal, length, 2, 2 * length - 64));

            stretch.clear();
            for (int i = 0; i < 17; i++)
            {
                stretch.add(2 + i, 64 << 10);
            }
            assertThrows(IllegalArgumentException.class, () -> stretch.appendTo(journal, RING));
            stretch.clear().add(2, ExcerptLayout.MAX_RECORD_LENGTH);
            assertThrows(IllegalArgumentException.class, () -> stretch.appendTo(journal, RING));
            assertEquals(2, journal.nextSequence());
        }
        assertEquals(2, Journal.describe(directory).nextSequence());
    }

    private long append(final Journal journal, final int length, final int messages, final long endPosition)
    {
        return journal.append(RING, stretch.buffer(), 0, length, messages, endPosition);
    }

    @Test
    @SuppressWarnings("restricted")
    void shouldTakeMemoryThatIsMappedWhereOtherMemoryWas() throws Exception
    {
        try (Journal journal = Journal.open(directory))
        {
            for (int i = 0; i < 3; i++)
            {
                stretch.clear().add(i, 100);
                // As when a ring is unmapped and the next one mapped: the kernel gives it the same address.
                try (Arena arena = Arena.ofShared())
                {
                    final SegmentBuffer mapped = new SegmentBuffer(stretch.buffer().segment().reinterpret(arena, null));
                    assertEquals(0, journal.append(RING + i, mapped, 0, stretch.length(), 1, stretch.length()));
                }
            }
        }
        assertEquals(3, Expect.dense(directory, 0));
    }

    @Test
    void shouldNameTheTimeOfTheEnvelopeOrOfTheAppend() throws Exception
    {
        final long[] now = {1_000_000_000_000_000_000L};
        try (Journal journal = Journal.open(directory, Durability.OS, () -> now[0]))
        {
            stretch.clear().add(0, 100).add(1, 60).add(2, 16).add(3, 60);
            envelope(128, 1_700_000_000_000_000_000L);
            envelope(128 + 128 + 64, 1_700_000_000_000_000_009L);
            assertEquals(0, stretch.appendTo(journal, RING));
        }
        final long[] expected =
        {
            now[0], 1_700_000_000_000_000_000L, 1_700_000_000_000_000_000L, 1_700_000_000_000_000_009L
        };
        try (Replay replay = Replay.open(directory, 0))
        {
            final int delivered = replay.poll((buffer, offset, length, sequence, timestamp) ->
                assertEquals(expected[(int)sequence], timestamp), 10);
            assertEquals(4, delivered);
        }
        final JournalDescription described = Journal.describe(directory);
        assertEquals(expected[0], described.firstTimestamp());
        assertEquals(expected[3], described.lastTimestamp());
    }

    private void envelope(final int record, final long timestamp)
    {
        stretch.buffer().putShort(record + 8, (short)44);
        stretch.buffer().putShort(record + 10, (short)1);
        stretch.buffer().putShort(record + 12, (short)21569);
        stretch.buffer().putShort(record + 14, (short)0);
        stretch.buffer().putLong(record + 8 + 8 + 24, timestamp);
    }

    @Test
    void shouldHaveOneWriter() throws Exception
    {
        try (Journal journal = Journal.open(directory))
        {
            final JournalException here = assertThrows(JournalException.class, () -> Journal.open(directory));
            assertTrue(String.valueOf(here.getMessage()).contains("one writer"), here::getMessage);
            final Process child = ChildJvm.of(Appends.class, directory.toString(), "1").start();
            final String error = Expect.error(child);
            assertEquals(1, child.waitFor());
            assertTrue(error.contains("one writer") && error.contains("another process"), error);
            assertEquals(0, journal.nextSequence());
            // The refusals have not dropped the lock.
            assertThrows(JournalException.class, () -> Journal.open(directory));
        }
        Journal.open(directory).close();
    }

    @Test
    void shouldSayWhatIsNoJournal() throws Exception
    {
        final Path missing = directory.resolve("missing");
        final Path empty = Files.createDirectory(directory.resolve("empty"));
        final Path foreign = Files.createDirectory(directory.resolve("foreign"));
        Files.writeString(foreign.resolve("notes.txt"), "not a journal");

        assertTrue(refused(() -> Journal.describe(missing)).contains("no such directory"));
        assertTrue(refused(() -> Replay.open(missing, 0)).contains("no such directory"));
        assertTrue(refused(() -> Journal.describe(empty)).contains("is empty"));
        assertTrue(refused(() -> Replay.open(foreign, 0)).contains("something else"));
        assertTrue(refused(() -> Journal.open(foreign)).contains("something else"));
        assertEquals(1, foreign.toFile().list().length);
    }

    private static String refused(final Executable call)
    {
        return String.valueOf(assertThrows(JournalException.class, call).getMessage());
    }

    @Test
    void shouldDescribeAJournalWithoutMessages() throws Exception
    {
        try (Journal journal = Journal.open(directory))
        {
            final JournalDescription described = Journal.describe(directory);
            assertEquals(0, described.messages());
            assertEquals(0, described.excerpts());
            assertEquals(List.of(), described.files());
            assertEquals(journal.nextSequence(), described.nextSequence());
        }
    }

    @Test
    void shouldRefuseToAppendWhenClosed() throws Exception
    {
        final Journal journal = Journal.open(directory);
        journal.close();
        journal.close();
        stretch.clear().add(0, 10);
        assertThrows(IllegalStateException.class, () -> append(journal, 64, 1, 64));
    }
}
