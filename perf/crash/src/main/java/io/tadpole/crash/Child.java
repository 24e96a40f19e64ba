package io.tadpole.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that may be killed, and what it says on its error stream. One thread. */
public final class Child implements AutoCloseable
{
    private static final int SIGNALLED = 128;
    private static final int SIGKILL = 9;
    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;
    private static final int MOST_WORDS = 2000;

    private final Process process;
    private final Path errors;

    private Child(final Process process, final Path errors)
    {
        this.process = process;
        this.errors = errors;
    }

    /**
     * Starts a process whose output nobody reads.
     *
     * @param command its program and arguments.
     * @param errors  the file for its error stream.
     * @return the process.
     * @throws IOException when it cannot be started.
     */
    public static Child start(final List<String> command, final Path errors) throws IOException
    {
        return new Child(
            new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start(),
            errors);
    }

    OutputStream input()
    {
        return process.getOutputStream();
    }

    /**
     * Whether it runs.
     *
     * @return false once it has ended.
     */
    public boolean isAlive()
    {
        return process.isAlive();
    }

    /**
     * Whether it ended because somebody ends everything here.
     *
     * @return true when SIGINT or SIGTERM ended it.
     */
    public boolean wasEnded()
    {
        return !isAlive() &&
            (process.exitValue() == SIGNALLED + SIGINT || process.exitValue() == SIGNALLED + SIGTERM);
    }

    /**
     * How it ended, once it is not alive.
     *
     * @return the exit code, or 128 and the signal's number.
     */
    public int exitCode()
    {
        return process.exitValue();
    }

    /**
     * Kills it with SIGKILL and waits until it is gone.
     *
     * @return true when it was that what ended it.
     */
    public boolean kill()
    {
        process.destroyForcibly();
        return waitFor() == SIGNALLED + SIGKILL;
    }

    int waitFor()
    {
        boolean interrupted = false;
        while (true)
        {
            try
            {
                final int exit = process.waitFor();
                if (interrupted)
                {
                    Thread.currentThread().interrupt();
                }
                return exit;
            }
            catch (final InterruptedException again)
            {
                interrupted = true;
            }
        }
    }

    /**
     * What it said on its error stream.
     *
     * @return the text, or its beginning.
     */
    public String words()
    {
        try
        {
            final String text = Files.readString(errors, StandardCharsets.UTF_8).strip();
            return text.length() > MOST_WORDS ? text.substring(0, MOST_WORDS) + " ..." : text;
        }
        catch (final IOException unreadable)
        {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Kills it if it is alive, and deletes the file. */
    @Override
    public void close()
    {
        kill();
        try
        {
            process.getOutputStream().close();
            Files.deleteIfExists(errors);
        }
        catch (final IOException failed)
        {
            throw new UncheckedIOException(failed);
        }
    }
}
