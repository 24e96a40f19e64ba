package io.tadpole.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/**
 * What lies in a journal's directory: one file an hour, Chronicle's list of them, and the writer's lock file.
 */
final class JournalFiles
{
    static final String METADATA = "metadata.cq4t";

    private static final String SUFFIX = ".cq4";
    private static final String PRE_CREATED = ".precreated";
    private static final int SECONDS = 3600;
    private static final String PATTERN = "yyyyMMdd-HH'LS'";
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern(PATTERN);

    // The header word of a file that Chronicle has not finished: zero, or this bit.
    private static final int NOT_COMPLETE = 1 << 31;

    // The first excerpt of a file begins within.
    private static final int START_LENGTH = 256 << 10;

    private JournalFiles()
    {
    }

    static Path path(final Path directory, final int cycle)
    {
        return directory.resolve(name(cycle) + SUFFIX);
    }

    static Path preCreatedPath(final Path directory, final int cycle)
    {
        return directory.resolve(name(cycle) + PRE_CREATED);
    }

    private static String name(final int cycle)
    {
        return NAME.format(Instant.ofEpochSecond((long)cycle * SECONDS).atOffset(ZoneOffset.UTC));
    }

    /** The number of a file: hours since the epoch. */
    static int cycle(final Path file)
    {
        final String name = file.getFileName().toString();
        try
        {
            final LocalDateTime hour = LocalDateTime.parse(name.substring(0, name.lastIndexOf('.')), NAME);
            return (int)(hour.toEpochSecond(ZoneOffset.UTC) / SECONDS);
        }
        catch (final DateTimeException foreign)
        {
            throw new JournalException(file + " is not named as the files of a journal are: not a journal", foreign);
        }
    }

    /** The journal's files, oldest first. */
    static List<Path> list(final Path directory)
    {
        return list(directory, SUFFIX);
    }

    private static List<Path> list(final Path directory, final String suffix)
    {
        try (Stream<Path> entries = Files.list(directory))
        {
            return entries.filter(entry -> entry.getFileName().toString().endsWith(suffix)).sorted().toList();
        }
        catch (final IOException unreadable)
        {
            throw new UncheckedIOException("cannot list " + directory, unreadable);
        }
    }

    /** Refuses what is no journal; only looks. */
    static void check(final Path directory)
    {
        if (!Files.isDirectory(directory))
        {
            throw new JournalException("no journal in " + directory + ": there is no such directory");
        }
        if (!Files.exists(directory.resolve(METADATA)))
        {
            throw new JournalException(
                "no journal in " + directory + ": the directory "
                    + (isEmpty(directory) ? "is empty" : "holds something else, and no " + METADATA));
        }
        list(directory).forEach(JournalFiles::cycle);
        list(directory, PRE_CREATED).forEach(JournalFiles::cycle);
        if (!namesThePattern(directory.resolve(METADATA)))
        {
            throw new JournalException(
                directory + " holds a Chronicle queue whose files are not named by " + PATTERN + ": not a journal");
        }
    }

    // An unfinished list may not name it yet.
    private static boolean namesThePattern(final Path metadata)
    {
        try
        {
            return new String(Files.readAllBytes(metadata), StandardCharsets.ISO_8859_1).contains(PATTERN)
                || !isFinished(metadata);
        }
        catch (final IOException unreadable)
        {
            throw new UncheckedIOException("cannot read " + metadata, unreadable);
        }
    }

    static boolean isEmpty(final Path directory)
    {
        try (Stream<Path> entries = Files.list(directory))
        {
            return entries.allMatch(entry -> entry.endsWith(WriterLock.FILE_NAME));
        }
        catch (final IOException unreadable)
        {
            throw new UncheckedIOException("cannot list " + directory, unreadable);
        }
    }

    /**
     * Removes what a writer left that died while it created a file: nothing was appended there yet, and Chronicle
     * would wait for it. A reader may have the list of files open, so a whole one stays.
     *
     * @return whether the list is to be created.
     */
    static boolean removeUnfinished(final Path directory) throws IOException
    {
        for (final Path file : list(directory, PRE_CREATED))
        {
            Files.delete(file);
        }
        final List<Path> files = list(directory);
        int left = files.size();
        while (left > 0 && !isFinished(files.get(left - 1)))
        {
            left--;
            Files.delete(files.get(left));
        }
        final Path metadata = directory.resolve(METADATA);
        if (left == 0 && Files.exists(metadata) && !isFinished(metadata))
        {
            Files.delete(metadata);
        }
        return !Files.exists(metadata);
    }

    private static boolean isFinished(final Path file) throws IOException
    {
        final byte[] start = new byte[START_LENGTH];
        final int length;
        try (InputStream bytes = Files.newInputStream(file))
        {
            length = bytes.readNBytes(start, 0, START_LENGTH);
        }
        final ByteBuffer words = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
        if (words.getInt(0) != 0 && (words.getInt(0) & NOT_COMPLETE) == 0)
        {
            return true;
        }
        for (int i = 0; i < length - Long.BYTES; i += Integer.BYTES)
        {
            if (words.getLong(i) == ExcerptLayout.MAGIC)
            {
                throw new JournalException(file + " is damaged: it holds excerpts, but its first word is 0x"
                    + Integer.toHexString(words.getInt(0)) + ", as if it had never been finished");
            }
        }
        return false;
    }
}
