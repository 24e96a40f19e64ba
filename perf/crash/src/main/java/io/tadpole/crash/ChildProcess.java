package io.tadpole.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A child, its ledger, and what it says on its error stream. One thread. */
final class ChildProcess implements AutoCloseable
{
    private final Child process;
    private final Path file;
    private final Ledger ledger;
    private boolean open = true;

    private ChildProcess(final Child process, final Path file, final Ledger ledger)
    {
        this.process = process;
        this.file = file;
        this.ledger = ledger;
    }

    static ChildProcess start(final List<String> command, final Path folder, final int number) throws IOException
    {
        final Path file = folder.resolve("ledger-" + number);
        final Ledger ledger = Ledger.create(file);
        ledger.set(Ledger.Word.FIRST, -1);
        ledger.set(Ledger.Word.START, -1);
        final List<String> words = new ArrayList<>(command);
        words.add(file.toString());
        words.add(Long.toString(ProcessHandle.current().pid()));
        return new ChildProcess(Child.start(words, folder.resolve("errors-" + number)), file, ledger);
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
        process.input().write('\n');
        process.input().flush();
    }

    /** Whether it ended because somebody ends everything here. */
    boolean wasEnded()
    {
        return process.wasEnded();
    }

    int exitCode()
    {
        return process.exitCode();
    }

    /** Lets it end by itself, as it does when this process ends. */
    void end() throws IOException
    {
        process.input().close();
        process.waitFor();
    }

    /** Kills it with SIGKILL and waits until it is gone; true when it was that what ended it. */
    boolean kill()
    {
        return process.kill();
    }

    /** What it said. */
    String words()
    {
        return process.words();
    }

    @Override
    public void close()
    {
        if (open)
        {
            open = false;
            process.close();
            ledger.close();
            try
            {
                Files.deleteIfExists(file);
            }
            catch (final IOException failed)
            {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
