package io.tadpole.journal;

import io.tadpole.ring.Stranger;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The document is enough: who has read nothing else reads a journal. */
@Timeout(120)
class StrangerTest
{
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final int EXCERPTS = 200;

    @TempDir
    private Path directory;

    @Test
    void shouldReadAJournal() throws Exception
    {
        final long[] now = {490_000 * HOUR_NS};
        final Stretch stretch = new Stretch(64 << 10);
        try (Journal journal = Journal.open(directory, Durability.OS, () -> now[0]))
        {
            for (int i = 0; i < EXCERPTS; i++)
            {
                stretch.clear();
                for (int j = 0; j <= i % 7; j++)
                {
                    final long sequence = journal.nextSequence() + j;
                    stretch.add(sequence, 1 + (int)(sequence * 37 % 900));
                }
                assertEquals(0, stretch.appendTo(journal, 1 + i / 50));
                now[0] += i % 60 == 59 ? HOUR_NS : 1;
            }
            // While the writer is there, too.
            read(journal.nextSequence());
        }
        read(-1);
    }

    private void read(final long end) throws Exception
    {
        final Stranger.Told told = new Stranger.Told();
        try (Replay replay = Replay.open(directory, 0, Long.MAX_VALUE))
        {
            while (replay.poll(
                (buffer, offset, length, sequence, timestamp) -> told.add(buffer, offset, length), 1000) > 0)
            {
                assertTrue(told.messages() > 0);
            }
        }
        assertTrue(end < 0 || told.messages() == end);
        try (Stranger stranger = Stranger.start("journal", directory))
        {
            assertEquals(EXCERPTS + " excerpts, " + told, stranger.output());
        }
    }
}
