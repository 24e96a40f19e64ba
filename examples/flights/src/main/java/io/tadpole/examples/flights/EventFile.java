package io.tadpole.examples.flights;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Opens an input file, plain or gzipped: its first two bytes decide, not its name. Whatever is wrong with it is one
 * sentence that says what to do.
 */
final class EventFile
{
    private static final int GZIP_MAGIC = 0x8B1F;
    private static final int GZIP_BUFFER_BYTES = 64 * 1024;
    private static final String WANTED = "name a CSV file of flight events, plain or gzipped";

    private EventFile()
    {
    }

    /**
     * Opens the plain text of a file.
     *
     * @param file to read.
     * @return its text, unzipped where it is zipped.
     * @throws IOException when it cannot be read, with a sentence for people.
     */
    static InputStream open(final Path file) throws IOException
    {
        checkReadable(file);
        InputStream in = null;
        try
        {
            in = new FileInputStream(file.toFile());
            return unzipped(in);
        }
        catch (final IOException e)
        {
            if (in != null)
            {
                in.close();
            }
            throw explained(e, file, 0);
        }
    }

    /**
     * Says in a sentence why reading failed.
     *
     * @param e     what the JDK says.
     * @param file  that was read.
     * @param lines that were read before.
     * @return the sentence.
     */
    static IOException explained(final IOException e, final Path file, final long lines)
    {
        return switch (e)
        {
            case EOFException end -> new IOException(
                file + " is not complete: its gzip data ends within line " + (lines + 1) + "; fetch it again", end);
            case ZipException damaged -> new IOException(
                file + " is damaged behind line " + lines + " (" + damaged.getMessage() + "); fetch it again", damaged);
            default -> new IOException(file + " cannot be read (" + e.getMessage() + "): " + WANTED, e);
        };
    }

    private static void checkReadable(final Path file) throws IOException
    {
        if (!Files.exists(file))
        {
            throw new IOException("there is no file " + file + ": " + WANTED);
        }
        if (Files.isDirectory(file))
        {
            throw new IOException(file + " is a directory: " + WANTED);
        }
        if (!Files.isRegularFile(file))
        {
            // It is read more than once: the demo compares itself with a plain pass over the same input.
            throw new IOException(file + " is not a regular file, and it is read more than once: " + WANTED);
        }
        if (!Files.isReadable(file))
        {
            throw new IOException("no permission to read " + file + ": " + WANTED);
        }
        if (Files.size(file) == 0)
        {
            throw new IOException(file + " is empty: " + WANTED);
        }
    }

    private static InputStream unzipped(final InputStream in) throws IOException
    {
        final PushbackInputStream pushback = new PushbackInputStream(in, 2);
        final byte[] magic = new byte[2];
        final int read = pushback.readNBytes(magic, 0, 2);
        pushback.unread(magic, 0, read);
        final boolean zipped = (((magic[1] & 0xFF) << 8) | (magic[0] & 0xFF)) == GZIP_MAGIC;
        return zipped ? new GZIPInputStream(pushback, GZIP_BUFFER_BYTES) : pushback;
    }
}
