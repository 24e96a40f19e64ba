package io.tadpole.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A scenario's running processes. They wait between runs, and take no core then. */
final class Subject implements AutoCloseable
{
    private static final int FIRST_MESSAGES = 10_000;
    private static final int FEWEST_MESSAGES = 2_000;
    private static final int MOST_MESSAGES = 50_000_000;
    private static final String NONE_IN_TIME = "";

    private final Scenario scenario;
    private final Path folder;
    private final Duration limit;
    private final Process process;
    private final BufferedReader out;
    private final PrintStream in;
    private final List<Measured> runs = new ArrayList<>();
    private int messages = FIRST_MESSAGES;

    /**
     * Starts the sending process, which starts the other one.
     *
     * @param scenario of all runs.
     * @param folder   of its own, which goes with it.
     * @param limit    of one run: to end in time is no virtue, but whoever spins for what is lost does it for ever.
     * @throws IOException when it cannot be started.
     */
    Subject(final Scenario scenario, final Path folder, final Duration limit) throws IOException
    {
        this.scenario = scenario;
        this.folder = folder;
        this.limit = limit;
        this.process = Jvm.start(scenario.main(), folder, scenario);
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** The runs that count, in their order. */
    List<Measured> runs()
    {
        return runs;
    }

    /** A run that does not count: the code is compiled, and the next run's messages take nearer the wanted time. */
    void warmUp(final long runNs) throws BenchException
    {
        final long elapsed = once().run().elapsed();
        final double wanted = Math.min(4, (double)runNs / elapsed) * messages;
        messages = (int)Math.clamp(wanted, FEWEST_MESSAGES, MOST_MESSAGES);
    }

    void run() throws BenchException
    {
        runs.add(once());
    }

    private Measured once() throws BenchException
    {
        in.println("run " + messages);
        final String answer = CompletableFuture.supplyAsync(this::answer)
            .completeOnTimeout(NONE_IN_TIME, limit.toMillis(), TimeUnit.MILLISECONDS)
            .join();
        if (answer == null)
        {
            throw new BenchException(scenario + ": its process ended with exit code " +
                process.onExit().join().exitValue() + "; what it said stands above");
        }
        if (answer.equals(NONE_IN_TIME))
        {
            close();
            throw new BenchException(scenario + ": a run did not end within " + limit.toSeconds() + " s");
        }
        return new Measured(Run.parse(answer), messages);
    }

    private @Nullable String answer()
    {
        try
        {
            return out.readLine();
        }
        catch (final IOException ended)
        {
            return null;
        }
    }

    /** Ends the processes, the sending one first as it would miss the other, and deletes what they left. */
    @Override
    public void close()
    {
        final List<ProcessHandle> receivers = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        receivers.forEach(ProcessHandle::destroyForcibly);
        receivers.forEach(receiver -> receiver.onExit().join());
        Jvm.delete(folder);
    }
}
