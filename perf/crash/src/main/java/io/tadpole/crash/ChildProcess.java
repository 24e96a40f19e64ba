package io.tadpole.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A child, its ledger, and what it says on its error stream. One thread. */
final class ChildProcess implements AutoCloseable
{
    private static final int SIGNALLED = 128;
    private static final int SIGKILL = 9;
    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;
    private static final int MOST_WORDS = 2000;

    private final Process process;
    private final Path file;
    private final Path errors;
    private final Ledger ledger;
    private boolean open = true;

    private ChildProcess(final Process process, final Path file, final Path errors, final Ledger ledger)
    {
        this.process = process;
        this.file = file;
        this.errors = errors;
        this.ledger = ledger;
    }

    static ChildProcess start(final List<String> command, final Path folder, final int number) throws IOException
    {
        final Path file = folder.resolve("ledger-" + number);
        final Path errors = folder.resolve("errors-" + number);
        final Ledger ledger = Ledger.create(file);
        ledger.set(Ledger.Word.FIRST, -1);
        ledger.set(Ledger.Word.START, -1);
        final List<String> words = new ArrayList<>(command);
        words.add(file.toString());
        words.add(Long.toString(ProcessHandle.current().pid()));
        final Process process = new ProcessBuilder(words)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile())
            .start();
        return new ChildProcess(process, file, errors, ledger);
    }

    Ledger ledger()
    {
        return ledger;
    }

    boolean isAlive()
    {
        return process.isAlive();
    }

    boolean isOpen()
    {
        return open;
    }

    /** Lets it do what stands in the ledger. */
    void go() throws IOException
    {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** Whether it ended because somebody ends everything here. */
    boolean wasEnded()
    {
        return !isAlive() &&
            (process.exitValue() == SIGNALLED + SIGINT || process.exitValue() == SIGNALLED + SIGTERM);
    }

    int exitCode()
    {
        return process.exitValue();
    }

    /** Lets it end by itself, as it does when this process ends. */
    void end() throws IOException
    {
        process.getOutputStream().close();
        waitFor();
    }

    /** Kills it with SIGKILL and waits until it is gone; true when it was that what ended it. */
    boolean kill()
    {
        process.destroyForcibly();
        return waitFor() == SIGNALLED + SIGKILL;
    }

    private int waitFor()
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

    /** What it said. */
    String words()
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

    @Override
    public void close()
    {
        if (open)
        {
            open = false;
            kill();
            ledger.close();
            try
            {
                process.getOutputStream().close();
                Files.deleteIfExists(file);
                Files.deleteIfExists(errors);
            }
            catch (final IOException failed)
            {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
