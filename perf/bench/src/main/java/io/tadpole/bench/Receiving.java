package io.tadpole.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** The process at the receiving end: a run for each line "run number" that it is told. */
public final class Receiving
{
    private final Scenario scenario;
    private final Carrier carrier;
    private final Path folder;

    private Receiving(final Scenario scenario, final Path folder)
    {
        this.scenario = scenario;
        this.carrier = scenario.connect();
        this.folder = folder;
    }

    /**
     * Receives until it is told nothing more.
     *
     * @param arguments the folder, and the scenario in words.
     * @throws IOException when something cannot be opened.
     */
    public static void main(final String[] arguments) throws IOException
    {
        Thread.setDefaultUncaughtExceptionHandler((thread, problem) -> Jvm.fail(problem));
        final Receiving receiving = new Receiving(Scenario.parse(Sending.tail(arguments)), Path.of(arguments[0]));
        final Commands commands = new Commands();
        while (true)
        {
            receiving.run(commands.next()[1]);
            System.out.println("done");
        }
    }

    private void run(final String number) throws IOException
    {
        final Path there = folder.resolve("there-" + number);
        try (Line line = new Line(folder.resolve("line-" + number)))
        {
            if (scenario.roundTrip())
            {
                final Path at = folder.resolve("back-" + number);
                try (Sender back = carrier.create(at, scenario.size(), 1, new Tally(line)))
                {
                    final Echo echo = new Echo(line, back);
                    final Receiver receiver = Objects.requireNonNull(carrier.open(there, echo::on));
                    System.out.println("ready");
                    receive(receiver, echo::hasEnded);
                }
            }
            else
            {
                final Tally tally = new Tally(line);
                final Receiver receiver = Objects.requireNonNull(carrier.open(there, tally::on));
                System.out.println("ready");
                receive(receiver, tally::hasEnded);
            }
        }
    }

    static void receive(final Receiver opened, final BooleanSupplier ended)
    {
        try (Receiver receiver = opened)
        {
            while (!ended.getAsBoolean())
            {
                if (receiver.poll() == 0)
                {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
