package io.tadpole.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Makes the space of a sparse file real before it is used through a mapping. A mapped write into a hole of a file on
 * a full disk is a fault of the JVM; zeros written through a descriptor are an {@link IOException}.
 *
 * <p>It writes only from a position on that nobody has written yet, so it never meets the mapping's bytes. (A
 * {@link RandomAccessFile}, since an interrupted thread would close a channel.)
 */
final class RealSpace implements AutoCloseable
{
    private static final int STEP = 64 << 10;

    // Asked for beyond what is needed, so small appends do not each end in the kernel.
    private static final int AHEAD = 64 << 10;

    // What the page cache and the file systems hand out: from the page behind the last written byte on, nothing is
    // known to be real.
    private static final int PAGE = 4096;

    private final Path path;
    private final RandomAccessFile file;
    private final byte[] zeros = new byte[STEP];
    private long real;

    /**
     * Opens or creates a file.
     *
     * @param path of the file.
     * @param used bytes from its start that hold data, and so are real.
     */
    RealSpace(final Path path, final long used) throws IOException
    {
        this.path = path;
        this.file = new RandomAccessFile(path.toFile(), "rw");
        this.real = (used + PAGE - 1) / PAGE * PAGE;
    }

    Path path()
    {
        return path;
    }

    /**
     * Makes the file's space real, and a little more.
     *
     * @param end position up to which it is to be real.
     * @return whether it is.
     */
    boolean ensure(final long end)
    {
        if (end > real)
        {
            extend(end + AHEAD);
        }
        return end <= real;
    }

    /**
     * Makes the file's space real, and not a byte more.
     *
     * @param end position up to which it is to be real.
     * @return whether it is.
     */
    boolean ensureExactly(final long end)
    {
        extend(end);
        return end <= real;
    }

    private void extend(final long end)
    {
        try
        {
            file.seek(real);
            while (real < end)
            {
                final int length = (int)Math.min(STEP, end - real);
                file.write(zeros, 0, length);
                real += length;
            }
        }
        catch (final IOException refused)
        {
            if (!isFull(path, refused))
            {
                throw new JournalException("cannot extend " + path + ": " + refused.getMessage(), refused);
            }
        }
    }

    /**
     * Whether it is for want of space, or of an inode, that something was refused.
     *
     * @param path that exists on the disk in question.
     */
    static boolean isFull(final Path path, final IOException refused)
    {
        final String reason = String.valueOf(refused.getMessage());
        return reason.contains("No space") || reason.contains("quota") || path.toFile().getUsableSpace() < STEP;
    }

    /**
     * Zeroes what a writer that died in mid-append left behind the last whole excerpt.
     *
     * @param start  behind the last whole excerpt.
     * @param length how far it may have come.
     */
    void clear(final long start, final long length) throws IOException
    {
        final byte[] bytes = new byte[STEP];
        final long end = Math.min(start + length, file.length());
        long position = start;
        while (position < end)
        {
            file.seek(position);
            final int read = file.read(bytes, 0, (int)Math.min(STEP, end - position));
            if (read <= 0)
            {
                return;
            }
            if (!isZero(bytes, read))
            {
                file.seek(position);
                file.write(zeros, 0, read);
            }
            position += read;
        }
    }

    private static boolean isZero(final byte[] bytes, final int length)
    {
        int bits = 0;
        for (int i = 0; i < length; i++)
        {
            bits |= bytes[i];
        }
        return bits == 0;
    }

    /** Waits until the file's bytes are on the disk. */
    void sync() throws IOException
    {
        file.getFD().sync();
    }

    @Override
    public void close()
    {
        try
        {
            file.close();
        }
        catch (final IOException failed)
        {
            throw new UncheckedIOException("cannot close " + path, failed);
        }
    }
}
