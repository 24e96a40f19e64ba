package io.tadpole.bench;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.HdrHistogram.Histogram;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bare cache line that two threads bounce, of one process or of two: the limit that no carrier can beat. And the
 * words by which they agree on a run. Each word has one writer and lines of its own.
 */
final class Line implements AutoCloseable
{
    /** Round trips of one probe. */
    static final int TRIPS = 20_000;

    private static final int PING = 0;
    private static final int PONG = 256;
    private static final int MESSAGES = 512;
    private static final int RECEIVED = 768;
    private static final int LENGTH = 4096;

    private final MappedByteBuffer file;
    private final UnsafeBuffer words;

    /**
     * Maps the line's file, and creates it where there is none.
     *
     * @param file of both sides.
     * @throws IOException when it cannot be mapped.
     */
    Line(final Path file) throws IOException
    {
        try (FileChannel channel = FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE))
        {
            this.file = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
        }
        this.words = new UnsafeBuffer(this.file);
    }

    /** Bounces the line {@link #TRIPS} times; the other side echoes. The median round trip in nanoseconds. */
    long ping()
    {
        final Histogram trips = new Histogram(3);
        final long start = words.getLongAcquire(PING);
        for (long i = start + 1; i <= start + TRIPS; i++)
        {
            final long before = System.nanoTime();
            words.putLongRelease(PING, i);
            while (words.getLongAcquire(PONG) != i)
            {
                Thread.onSpinWait();
            }
            trips.recordValue(System.nanoTime() - before);
        }
        return trips.getValueAtPercentile(50);
    }

    /** The other side of {@link #ping()}. */
    void echo()
    {
        final long start = words.getLongAcquire(PONG);
        for (long i = start + 1; i <= start + TRIPS; i++)
        {
            while (words.getLongAcquire(PING) != i)
            {
                Thread.onSpinWait();
            }
            words.putLongRelease(PONG, i);
        }
    }

    /** Says how many messages come. The sending side. */
    void announce(final long messages)
    {
        words.putLongRelease(RECEIVED, 0);
        words.putLongRelease(MESSAGES, messages);
    }

    long announced()
    {
        return words.getLongAcquire(MESSAGES);
    }

    /** Says that everything came. The receiving side. */
    void received()
    {
        words.putLongRelease(RECEIVED, 1);
    }

    /** Waits until everything came. */
    void awaitReceived()
    {
        while (words.getLongAcquire(RECEIVED) == 0)
        {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close()
    {
        IoUtil.unmap(file);
    }
}
