package io.tadpole.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The process at the sending end: a run for each line "run messages" that it is told; it answers with a {@link Run}.
 */
public final class Sending
{
    private final Scenario scenario;
    private final Carrier carrier;
    private final Path folder;
    private final @Nullable Process receiver;
    private final @Nullable BufferedReader receiverOut;
    private final @Nullable PrintStream receiverIn;
    private int runs;
    private long echoed;

    private Sending(final Scenario scenario, final Path folder, final @Nullable Process receiver)
    {
        this.scenario = scenario;
        this.carrier = scenario.connect();
        this.folder = folder;
        carrier.start(folder);
        this.receiver = receiver;
        this.receiverOut = receiver == null ? null : receiver.inputReader(StandardCharsets.UTF_8);
        this.receiverIn =
            receiver == null ? null : new PrintStream(receiver.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /**
     * Sends until it is told nothing more.
     *
     * @param arguments the folder, and the scenario in words.
     * @throws IOException when something cannot be opened.
     */
    public static void main(final String[] arguments) throws IOException
    {
        Thread.setDefaultUncaughtExceptionHandler((thread, problem) -> Jvm.fail(problem));
        final Scenario scenario = Scenario.parse(tail(arguments));
        final Path folder = Path.of(arguments[0]);
        final Process receiver =
            scenario.hasReceivingProcess() ? Jvm.startOther(folder, scenario) : null;
        if (receiver != null)
        {
            Thread.ofPlatform().daemon().name("receiver-end").start(() -> endWith(receiver));
        }
        final Sending sending = new Sending(scenario, folder, receiver);
        final Commands commands = new Commands();
        while (true)
        {
            System.out.println(sending.run(Integer.parseInt(commands.next()[1])));
        }
    }

    static String[] tail(final String[] arguments)
    {
        return Arrays.copyOfRange(arguments, 1, arguments.length);
    }

    private Run run(final int messages) throws IOException
    {
        final String number = Integer.toString(runs++);
        final Path there = folder.resolve("there-" + number);
        final Path lineFile = folder.resolve("line-" + number);
        try (Line line = new Line(lineFile))
        {
            final Tally inside = new Tally(line);
            try (Sender sender = carrier.create(there, scenario.size(), scenario.run(), inside))
            {
                tellReceiver("run " + number);
                expect("ready");
                line.announce(messages);
                final Run run;
                if (scenario.roundTrip())
                {
                    final Path back = folder.resolve("back-" + number);
                    try (Receiver receiver = Objects.requireNonNull(carrier.open(back, this::onEcho)))
                    {
                        run = roundTrips(line, sender, receiver, messages);
                    }
                }
                else
                {
                    run = throughput(line, sender, messages);
                }
                expect("done");
                return run;
            }
        }
        finally
        {
            Jvm.delete(lineFile);
            Jvm.delete(there);
            Jvm.delete(folder.resolve("back-" + number));
        }
    }

    private void onEcho(final long number)
    {
        echoed = number;
    }

    private Run throughput(final Line line, final Sender sender, final int messages)
    {
        sender.send(Tally.START, 1);
        final long before = line.ping();
        final long start = System.nanoTime();
        sender.send(0, messages);
        line.awaitReceived();
        final long elapsed = System.nanoTime() - start;
        return new Run(before, line.ping(), elapsed, 0, 0);
    }

    private Run roundTrips(final Line line, final Sender sender, final Receiver receiver, final int messages)
    {
        final Histogram trips = new Histogram(3);
        sender.send(Tally.START, 1);
        final long before = line.ping();
        final long start = System.nanoTime();
        for (long number = 0; number < messages; number++)
        {
            final long sent = System.nanoTime();
            sender.send(number, 1);
            while (receiver.poll() == 0)
            {
                Thread.onSpinWait();
            }
            trips.recordValue(System.nanoTime() - sent);
            if (echoed != number)
            {
                throw new IllegalStateException(scenario + ": sent " + number + ", got " + echoed + " back");
            }
        }
        final long elapsed = System.nanoTime() - start;
        return new Run(before, line.ping(), elapsed, trips.getValueAtPercentile(50), trips.getValueAtPercentile(99));
    }

    private void tellReceiver(final String command)
    {
        if (receiverIn != null)
        {
            receiverIn.println(command);
        }
    }

    private void expect(final String answer) throws IOException
    {
        if (receiver != null && receiverOut != null && !answer.equals(receiverOut.readLine()))
        {
            endWith(receiver);
        }
    }

    /** As it ended: without a word when a signal did that, for instance to both. */
    static void endWith(final Process other)
    {
        Runtime.getRuntime().halt(other.onExit().join().exitValue());
    }
}
