package io.tadpole.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Holds a journal's directory for its one writer. The kernel drops the lock when the process dies.
 *
 * <p>A Java file lock is dropped when <em>any</em> descriptor of its file in the process closes. So the file holds
 * nothing, this class alone opens it, and a register of the whole JVM, across class loaders, is asked before that.
 */
final class WriterLock implements AutoCloseable
{
    static final String FILE_NAME = "writer.lock";

    private static final String REGISTER = "io.tadpole.journal.writer:";

    private final String entry;
    private final FileChannel channel;

    private WriterLock(final String entry, final FileChannel channel)
    {
        this.entry = entry;
        this.channel = channel;
    }

    static WriterLock acquire(final Path directory) throws IOException
    {
        final String entry = REGISTER + directory.toRealPath();
        if (System.getProperties().putIfAbsent(entry, "held") != null)
        {
            throw taken(directory, "this process");
        }
        boolean acquired = false;
        try
        {
            final FileChannel channel = open(directory);
            acquired = true;
            return new WriterLock(entry, channel);
        }
        finally
        {
            if (!acquired)
            {
                System.getProperties().remove(entry);
            }
        }
    }

    private static FileChannel open(final Path directory) throws IOException
    {
        final FileChannel channel = FileChannel.open(
            directory.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try
        {
            locked = channel.tryLock() != null;
        }
        catch (final OverlappingFileLockException held)
        {
            throw (JournalException)taken(directory, "this process").initCause(held);
        }
        finally
        {
            if (!locked)
            {
                channel.close();
            }
        }
        if (!locked)
        {
            throw taken(directory, "another process");
        }
        return channel;
    }

    private static JournalException taken(final Path directory, final String owner)
    {
        return new JournalException(
            "the journal in " + directory + " is open for writing in " + owner + ": a journal has one writer");
    }

    @Override
    public void close()
    {
        try
        {
            channel.close();
        }
        catch (final IOException failed)
        {
            throw new UncheckedIOException("cannot give the lock of a journal back", failed);
        }
        finally
        {
            System.getProperties().remove(entry);
        }
    }
}
