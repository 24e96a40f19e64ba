package io.tadpole.journal;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReplayTest
{
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long START_NS = 490_000 * HOUR_NS;
    private static final long RING = 3;

    @TempDir
    private Path directory;

    private final Stretch stretch = new Stretch(1 << 20);

    @Test
    void shouldReplayFromAnySequenceToAnyOther() throws Exception
    {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        final long[] now = {START_NS};
        final long next;
        try (Journal journal = Journal.open(directory, Durability.OS, () -> now[0]))
        {
            // More excerpts than Chronicle's index counts one by one, and several files with hours between them.
            for (int i = 0; i < 5000; i++)
            {
                stretch.randomise(random, journal.nextSequence(), 4, 40);
                assertEquals(0, stretch.appendTo(journal, RING));
                now[0] += random.nextInt(1000) == 0 ? (1 + random.nextInt(3)) * HOUR_NS : 0;
            }
            next = journal.nextSequence();
        }
        for (int i = 0; i < 100; i++)
        {
            final long from = i < 10 ? i : random.nextLong(next);
            final long end = i % 7 == 0 ? next : from + random.nextLong(next - from + 1);
            assertReplays(from, end);
        }
        assertReplays(next - 1, next);
        assertReplays(next, next);
    }

    private void assertReplays(final long from, final long end)
    {
        final long[] expected = {from};
        try (Replay replay = Replay.open(directory, from, end))
        {
            int delivered;
            do
            {
                delivered = replay.poll((buffer, offset, length, sequence, timestamp) ->
                {
                    assertEquals(expected[0]++, sequence);
                    Expect.matches(buffer, offset, length, sequence, timestamp);
                }, 1000);
            }
            while (delivered > 0);
            assertTrue(replay.isComplete());
        }
        assertEquals(end, expected[0]);
    }

    @Test
    void shouldFollowTheWriterOverNewFiles() throws Exception
    {
        final long[] now = {START_NS};
        try (Journal journal = Journal.open(directory, Durability.OS, () -> now[0]);
            Replay replay = Replay.open(directory, 0);
            Replay later = Replay.open(directory, 5))
        {
            for (int i = 0; i < 12; i++)
            {
                assertEquals(0, replay.poll(Expect::matches, 10));
                assertFalse(replay.isComplete());
                stretch.clear().add(i, 33);
                assertEquals(0, stretch.appendTo(journal, RING));
                assertEquals(1, replay.poll(Expect::matches, 10));
                assertEquals(i < 5 ? 0 : 1, later.poll(Expect::matches, 10));
                now[0] += i % 3 == 0 ? HOUR_NS : 0;
            }
            assertEquals(12, later.nextSequence());
        }
        assertEquals(5, Journal.describe(directory).files().size());
    }

    @Test
    void shouldFollowBehindTheFirstBlockOfAFile() throws Exception
    {
        // Blocks are 256 MiB: two of them, in messages of 16 MiB.
        final Stretch large = new Stretch(17 << 20);
        try (Journal journal = Journal.open(directory);
            Replay replay = Replay.open(directory, 0))
        {
            for (int i = 0; i < 36; i++)
            {
                assertEquals(0, large.clear().add(i, 16 << 20).appendTo(journal, RING));
                assertEquals(1, replay.poll(Expect::matches, 10));
            }
        }
        try (Replay replay = Replay.open(directory, 20))
        {
            assertEquals(16, replay.poll(Expect::matches, 100));
        }
    }

    @Test
    void shouldDeliverAgainWhenTheHandlerThrows() throws Exception
    {
        try (Journal journal = Journal.open(directory))
        {
            stretch.clear().add(0, 10).add(1, 10).add(2, 10).appendTo(journal, RING);
        }
        try (Replay replay = Replay.open(directory, 0))
        {
            assertThrows(ArithmeticException.class, () -> replay.poll(
                (buffer, offset, length, sequence, timestamp) ->
                {
                    if (sequence == 1)
                    {
                        throw new ArithmeticException("of the handler");
                    }
                }, 10));
            assertEquals(1, replay.nextSequence());
            assertEquals(2, replay.poll(Expect::matches, 10));
        }
    }

    @Test
    void shouldRefuseSequencesThatCannotBe() throws Exception
    {
        Journal.open(directory).close();
        assertThrows(IllegalArgumentException.class, () -> Replay.open(directory, -1));
        assertThrows(IllegalArgumentException.class, () -> Replay.open(directory, 5, 4));
    }
}
