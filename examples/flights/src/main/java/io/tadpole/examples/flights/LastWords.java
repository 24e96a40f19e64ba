package io.tadpole.examples.flights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The end of what a process says: a thread reads all of it, so that the process never waits, and keeps the last part.
 */
final class LastWords
{
    private static final int MOST_BYTES = 4096;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final byte[] kept = new byte[MOST_BYTES];
    private final Thread reader;
    private int length;

    private LastWords(final InputStream in)
    {
        reader = Thread.ofPlatform().daemon().name("last-words").unstarted(() -> read(in));
    }

    /**
     * Listens to a process.
     *
     * @param in what it says; closed when it has ended.
     * @return its last words, as they come.
     */
    static LastWords of(final InputStream in)
    {
        final LastWords words = new LastWords(in);
        words.reader.start();
        return words;
    }

    /**
     * What a process that has ended said last.
     *
     * @return up to 4 KiB of text, without the end of its last line.
     */
    String text()
    {
        try
        {
            // A child of the process may hold the pipe open: what it would say is not waited for.
            reader.join(PATIENCE);
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
        }
        synchronized (kept)
        {
            return new String(kept, 0, length, StandardCharsets.UTF_8).strip();
        }
    }

    private void read(final InputStream in)
    {
        final byte[] said = new byte[MOST_BYTES];
        try (in)
        {
            for (int read = in.read(said); read >= 0; read = in.read(said))
            {
                keep(said, read);
            }
        }
        catch (final IOException e)
        {
            // The pipe broke: what came before is what there is.
            final byte[] why = (" (" + e.getMessage() + ")").getBytes(StandardCharsets.UTF_8);
            keep(why, Math.min(why.length, MOST_BYTES));
        }
    }

    private void keep(final byte[] said, final int count)
    {
        synchronized (kept)
        {
            final int stay = Math.min(length, MOST_BYTES - count);
            System.arraycopy(kept, length - stay, kept, 0, stay);
            System.arraycopy(said, 0, kept, stay, count);
            length = stay + count;
        }
    }
}
