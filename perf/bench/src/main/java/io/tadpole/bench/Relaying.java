package io.tadpole.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The process at the receiving end of what a program sends that is no JVM: it passes on each line "run messages" that
 * it is told, receives, and answers with the {@link Run} that the sending program found.
 */
public final class Relaying
{
    private final Scenario scenario;
    private final Path folder;
    private final Process sender;
    private final BufferedReader senderOut;
    private final PrintStream senderIn;
    private int runs;

    private Relaying(final Scenario scenario, final Path folder, final Process sender)
    {
        this.scenario = scenario;
        this.folder = folder;
        this.sender = sender;
        this.senderOut = sender.inputReader(StandardCharsets.UTF_8);
        this.senderIn = new PrintStream(sender.getOutputStream(), true, StandardCharsets.UTF_8);
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
        final Scenario scenario = Scenario.parse(Sending.tail(arguments));
        final Path folder = Path.of(arguments[0]);
        final Process sender = Jvm.startOther(folder, scenario);
        Thread.ofPlatform().daemon().name("sender-end").start(() -> Sending.endWith(sender));
        final Relaying relaying = new Relaying(scenario, folder, sender);
        final Commands commands = new Commands();
        while (true)
        {
            System.out.println(relaying.run(commands.next()[1]));
        }
    }

    private String run(final String messages) throws IOException
    {
        final int number = runs++;
        final Path there = folder.resolve("there-" + number);
        final Path lineFile = folder.resolve("line-" + number);
        try
        {
            senderIn.println("run " + number + " " + messages);
            if (!"ready".equals(senderOut.readLine()))
            {
                Sending.endWith(sender);
            }
            try (Line line = new Line(lineFile))
            {
                final Tally tally = new Tally(line);
                Receiving.receive(
                    Objects.requireNonNull(scenario.connect().open(there, tally::on)), tally::hasEnded);
            }
            return senderOut.readLine();
        }
        finally
        {
            Jvm.delete(lineFile);
            Jvm.delete(there);
        }
    }
}
