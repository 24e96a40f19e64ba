package io.tadpole.examples.flights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A part of the demo that is a process of its own. It can be killed at any instant and started again. It never outlives
 * this JVM: a shutdown hook kills it, and when even that is not run, it sees that its parent has gone.
 *
 * <p>Any thread. {@link #failure()} and {@link #pid()} are wait-free while the process runs; the other calls block,
 * also each other.
 */
final class OutsideProcess implements AutoCloseable
{
    private static final int SIGNALLED = 128;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Thread killAtShutdown = new Thread(this::killQuietly, "outside-process-shutdown");
    private volatile @Nullable Running running;
    private volatile boolean closed;

    /** A started process, and what it says. */
    private record Running(Process process, LastWords lastWords)
    {
    }

    /**
     * Prepares the process; nothing runs yet.
     *
     * @param name        of the part that it is, for people.
     * @param command     to run, the program first.
     * @param environment variables that it has besides this JVM's.
     */
    OutsideProcess(final String name, final List<String> command, final Map<String, String> environment)
    {
        this.name = name;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        Runtime.getRuntime().addShutdownHook(killAtShutdown);
    }

    /**
     * Starts the process.
     *
     * @throws IOException           when it cannot be started: one sentence that says what to do.
     * @throws IllegalStateException when it runs already, or was closed.
     */
    synchronized void start() throws IOException
    {
        if (closed)
        {
            throw new IllegalStateException(name + " was closed");
        }
        if (running != null)
        {
            throw new IllegalStateException(name + " runs already");
        }
        final Path program = Path.of(command.getFirst());
        if (!Files.isExecutable(program))
        {
            throw new IOException("there is no program " + program + ": build " + name + " first");
        }
        final Process process;
        try
        {
            final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            process = builder.start();
        }
        catch (final IOException e)
        {
            throw new IOException(name + " cannot be started: " + e.getMessage(), e);
        }
        process.getOutputStream().close();
        running = new Running(process, LastWords.of(process.getInputStream()));
        if (closed)
        {
            // The JVM began to end meanwhile, and its hook did not find this process.
            process.destroyForcibly();
        }
    }

    /**
     * Kills the process with SIGKILL and waits until it is gone; its locks are then free.
     *
     * @throws IOException when it had ended by itself before, with its last words.
     */
    synchronized void kill() throws IOException
    {
        final Running killed = started();
        running = null;
        killed.process.destroyForcibly();
        await(killed);
        expectExit(killed, SIGNALLED + SIGKILL, SIGNALLED + SIGKILL);
    }

    /**
     * Ends the process with SIGTERM, and with SIGKILL when it does not heed it: its state is consistent at any instant.
     *
     * @throws IOException when it had ended by itself before, with its last words.
     */
    synchronized void stop() throws IOException
    {
        final Running stopped = started();
        running = null;
        // Destroying a process that has ended does nothing, so the exit status tells what it ended of.
        stopped.process.destroy();
        if (!awaitUntil(stopped, STOP_TIMEOUT))
        {
            stopped.process.destroyForcibly();
            await(stopped);
            expectExit(stopped, SIGNALLED + SIGKILL, SIGNALLED + SIGKILL);
            return;
        }
        expectExit(stopped, SIGNALLED + SIGTERM, 0);
    }

    /**
     * Whether the process ended by itself. Any thread; wait-free while the process runs.
     *
     * @return null while it runs, or when it was ended by this object; otherwise what happened, with its last words.
     */
    @Nullable String failure()
    {
        final Running current = running;
        return current == null || current.process.isAlive() ? null : ended(current);
    }

    /** The process's id; 0 when none runs. */
    long pid()
    {
        final Running current = running;
        return current == null ? 0 : current.process.pid();
    }

    /** Kills the process if it still runs, and waits until it is gone: it then holds no lock and no file. */
    @Override
    public synchronized void close()
    {
        closed = true;
        final Running last = running;
        running = null;
        if (last != null)
        {
            last.process.destroyForcibly();
            awaitQuietly(last);
        }
        try
        {
            Runtime.getRuntime().removeShutdownHook(killAtShutdown);
        }
        catch (final IllegalStateException e)
        {
            // The JVM is ending: the hook runs, and finds nothing to do.
            return;
        }
    }

    private Running started()
    {
        final Running current = running;
        if (current == null)
        {
            throw new IllegalStateException(name + " does not run");
        }
        return current;
    }

    private static void awaitQuietly(final Running ending)
    {
        try
        {
            ending.process.waitFor(STOP_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        }
        catch (final InterruptedException e)
        {
            Thread.currentThread().interrupt();
        }
    }

    /** Does not wait for a call under way: the JVM is ending. */
    private void killQuietly()
    {
        closed = true;
        final Running last = running;
        if (last != null)
        {
            last.process.destroyForcibly();
        }
    }

    private void await(final Running ending) throws IOException
    {
        if (!awaitUntil(ending, Duration.ofDays(1)))
        {
            throw new IOException("process " + ending.process.pid() + " cannot be killed");
        }
    }

    private boolean awaitUntil(final Running ending, final Duration timeout) throws IOException
    {
        try
        {
            return ending.process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }
        catch (final InterruptedException e)
        {
            ending.process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " ended", e);
        }
    }

    /** Any other exit status than these two means that the process ended before it was told to. */
    private void expectExit(final Running ended, final int expected, final int alsoExpected) throws IOException
    {
        final int exit = ended.process.exitValue();
        if (exit != expected && exit != alsoExpected)
        {
            throw new IOException(ended(ended));
        }
    }

    private String ended(final Running ended)
    {
        final int exit = ended.process.exitValue();
        final String how = exit > SIGNALLED ? "by signal " + (exit - SIGNALLED) : "with exit status " + exit;
        final String words = ended.lastWords.text();
        return name + " (process " + ended.process.pid() + ") ended by itself, " + how +
            (words.isEmpty() ? ", without a word" : ": " + words);
    }
}
