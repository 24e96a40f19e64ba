package io.tadpole.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a journal holds.
 *
 * @param directory      of the journal.
 * @param firstSequence  of the first message that is still there; equal to the next one when there is none.
 * @param nextSequence   of the message that will be appended next.
 * @param firstTimestamp of the first message, in nanoseconds since the epoch; 0 when there is none.
 * @param lastTimestamp  of the last message; 0 when there is none.
 * @param rings          that were journaled, the last one first; a ring that was journaled in turn with others is
 *                       there once for each time.
 * @param files          of the journal, oldest first.
 */
public record JournalDescription(
    Path directory,
    long firstSequence,
    long nextSequence,
    long firstTimestamp,
    long lastTimestamp,
    List<Run> rings,
    List<JournalFile> files)
{
    /**
     * An unbroken run of messages of one ring.
     *
     * @param ringId        identity of the ring; 0 = of no ring.
     * @param firstSequence of the run's first message.
     * @param endPosition   in the ring behind the run's last message, in bytes.
     */
    public record Run(long ringId, long firstSequence, long endPosition)
    {
    }

    /**
     * One file.
     *
     * @param name          of the file.
     * @param firstSequence of its first message; the journal's next sequence when it has none.
     * @param excerpts      in it.
     * @param usedBytes     from its start to the end of its last excerpt.
     * @param lengthBytes   as the directory shows it: files are sparse, most of this is no space on the disk.
     */
    public record JournalFile(String name, long firstSequence, long excerpts, long usedBytes, long lengthBytes)
    {
    }

    /**
     * How many messages are there.
     *
     * @return messages.
     */
    public long messages()
    {
        return nextSequence - firstSequence;
    }

    /**
     * How many excerpts are there.
     *
     * @return excerpts.
     */
    public long excerpts()
    {
        return files.stream().mapToLong(JournalFile::excerpts).sum();
    }

    /**
     * How many bytes the files use.
     *
     * @return bytes up to the end of each file's last excerpt.
     */
    public long usedBytes()
    {
        return files.stream().mapToLong(JournalFile::usedBytes).sum();
    }

    static JournalDescription of(final Path directory)
    {
        JournalFiles.check(directory);
        try (ChronicleFiles files = ChronicleFiles.forReading(directory);
            ExcerptReader reader = new ExcerptReader(directory, files))
        {
            final boolean empty = !reader.readLast();
            final long next = empty ? 0 : reader.header().endSequence();
            final long last = empty ? 0 : reader.header().lastTimestamp();
            final List<Run> rings = empty ? List.of() : runs(reader);
            final List<JournalFile> described = files(directory, reader, next);
            final long first = described.stream().mapToLong(JournalFile::firstSequence).min().orElse(next);
            final long firstTimestamp = reader.find(first) ? reader.header().firstTimestamp() : 0;
            return new JournalDescription(directory, first, next, firstTimestamp, last, rings, described);
        }
    }

    // Each run's excerpts name where it starts: so from the last excerpt it is one search a run.
    private static List<Run> runs(final ExcerptReader reader)
    {
        final List<Run> runs = new ArrayList<>();
        long start;
        do
        {
            start = reader.header().runStart();
            runs.add(new Run(reader.header().ringId(), start, reader.header().endPosition()));
        }
        while (start > 0 && reader.readHolder(start - 1));
        return List.copyOf(runs);
    }

    private static List<JournalFile> files(
        final Path directory, final ExcerptReader reader, final long next)
    {
        final List<JournalFile> described = new ArrayList<>();
        for (final Path path : JournalFiles.list(directory))
        {
            final int cycle = JournalFiles.cycle(path);
            final boolean starts = reader.read(cycle, 0, -1);
            // Chronicle does not count a first one that a killed writer had no time to note.
            final long excerpts = starts ? Math.max(1, reader.excerpts(cycle)) : 0;
            final long first = starts ? reader.header().firstSequence() : next;
            final long used = starts && reader.read(cycle, excerpts - 1, next) ? reader.end() : 0;
            described.add(new JournalFile(path.getFileName().toString(), first, excerpts, used, length(path)));
        }
        return List.copyOf(described);
    }

    private static long length(final Path path)
    {
        try
        {
            return Files.size(path);
        }
        catch (final IOException unreadable)
        {
            throw new UncheckedIOException("cannot look at " + path, unreadable);
        }
    }
}
