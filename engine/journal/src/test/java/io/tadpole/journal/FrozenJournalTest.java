package io.tadpole.journal;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** A journal of format version 1, as {@link FrozenJournalWriter} wrote it once: it can be read for ever. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FrozenJournalTest
{
    private static final int MESSAGES = 30;

    @TempDir
    private Path directory;

    @BeforeEach
    void unpack() throws Exception
    {
        final URI resources = Objects.requireNonNull(FrozenJournalTest.class.getResource("/v1")).toURI();
        for (final String name : List.of("20260101-00LS.cq4", "20260101-01LS.cq4", "metadata.cq4t"))
        {
            try (InputStream bytes =
                new GZIPInputStream(Files.newInputStream(Path.of(resources).resolve(name + ".gz"))))
            {
                Files.write(directory.resolve(name), bytes.readAllBytes());
            }
        }
    }

    @Test
    void shouldReadAJournalOfVersion1() throws Exception
    {
        try (Replay replay = Replay.open(directory, 0, MESSAGES))
        {
            assertEquals(MESSAGES, replay.poll((buffer, offset, length, sequence, timestamp) ->
            {
                assertEquals(FrozenJournalWriter.messageLength(sequence), length);
                Expect.matches(buffer, offset, length, sequence, timestamp);
            }, MESSAGES + 1));
        }
        final JournalDescription described = Journal.describe(directory);
        assertEquals(MESSAGES, described.messages());
        assertEquals(12, described.excerpts());
        assertEquals(FrozenJournalWriter.START_NS, described.firstTimestamp());
        assertEquals(FrozenJournalWriter.START_NS + FrozenJournalWriter.HOUR_NS + 10, described.lastTimestamp());
        assertEquals(List.of(FrozenJournalWriter.SECOND_RING, FrozenJournalWriter.FIRST_RING),
            described.rings().stream().map(JournalDescription.Run::ringId).toList());
        assertEquals(2, described.files().size());
        assertEquals(6, described.files().getFirst().excerpts());
    }

    @Test
    void shouldGoOnWithAJournalOfVersion1() throws Exception
    {
        try (Journal journal = Journal.open(directory))
        {
            assertEquals(MESSAGES, journal.nextSequence());
            assertEquals(0, new Stretch(4096).add(MESSAGES, 99).appendTo(journal, FrozenJournalWriter.SECOND_RING));
        }
        assertEquals(MESSAGES + 1, Expect.dense(directory, 0));
    }
}
