package io.tadpole.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The lines that a measuring process is told by the one that started it; without that one it ends at once. */
final class Commands
{
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Commands()
    {
        final Thread reader = new Thread(this::read, "commands");
        reader.setDaemon(true);
        reader.start();
    }

    private void read()
    {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)))
        {
            String line;
            while ((line = in.readLine()) != null)
            {
                lines.add(line);
            }
        }
        catch (final IOException gone)
        {
            // As at the end of the stream.
        }
        // At once, whatever the other threads do: the files are left to the one that started this process.
        Runtime.getRuntime().halt(0);
    }

    /** The next command, as words; waits for it. */
    String[] next()
    {
        try
        {
            return lines.take().split(" ", -1);
        }
        catch (final InterruptedException interrupted)
        {
            throw new IllegalStateException("interrupted", interrupted);
        }
    }
}
