package io.tadpole.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A scenario's running processes. They wait between runs, and take no core then. */
final class Subject implements AutoCloseable
{
    private static final int FIRST_MESSAGES = 10_000;
    private static final int FEWEST_MESSAGES = 2_000;
    private static final int MOST_MESSAGES = 50_000_000;

    private final Scenario scenario;
    private final Process process;
    private final BufferedReader out;
    private final PrintStream in;
    private final List<Measured> runs = new ArrayList<>();
    private int messages = FIRST_MESSAGES;

    Subject(final Scenario scenario, final Path folder) throws IOException
    {
        this.scenario = scenario;
        this.process = Jvm.start(Sending.class, folder, scenario);
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    Scenario scenario()
    {
        return scenario;
    }

    /** The runs that count, in their order. */
    List<Measured> runs()
    {
        return runs;
    }

    /** Runs until the code is compiled, and finds how many messages make a run of the wanted time. */
    void warmUp(final int times, final long runNs) throws IOException
    {
        for (int i = 0; i < times; i++)
        {
            final long elapsed = once().run().elapsed();
            final double wanted = Math.min(4, (double)runNs / elapsed) * messages;
            messages = (int)Math.clamp(wanted, FEWEST_MESSAGES, MOST_MESSAGES);
        }
    }

    void run() throws IOException
    {
        runs.add(once());
    }

    private Measured once() throws IOException
    {
        in.println("run " + messages);
        final String answer = out.readLine();
        if (answer == null)
        {
            throw new IOException(scenario + ": its process ended; what it said stands above");
        }
        return new Measured(Run.parse(answer), messages);
    }

    /** Ends the processes, and waits until they are gone. */
    @Override
    public void close()
    {
        final List<ProcessHandle> receivers = process.descendants().toList();
        in.close();
        process.onExit().join();
        receivers.forEach(receiver -> receiver.onExit().join());
    }
}
