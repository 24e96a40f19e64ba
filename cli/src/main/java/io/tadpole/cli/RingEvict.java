package io.tadpole.cli;

import io.tadpole.ring.Channel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Detaches a dead consumer. */
@Command(
    name = "evict",
    description = "Detach a dead consumer, so that it no longer holds the producer back. It misses what is published "
        + "until it joins again. A live one is refused: end its process first.")
final class RingEvict implements Callable<Integer>
{
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "CHANNEL", description = "The channel's directory.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path channel;

    @Parameters(index = "1", paramLabel = "CONSUMER", description = "The consumer's number, from 0; see ring stat.")
    private int consumer;

    @Option(names = "--json", description = "Print one JSON object, that of ring stat, and nothing else.")
    private boolean json;

    /** Creates the command; for picocli. */
    RingEvict()
    {
    }

    @Override
    public Integer call() throws IOException
    {
        Channel.evict(channel, consumer);
        RingStat.print(spec.commandLine().getOut(), Channel.describe(channel), json);
        return Tadpole.DONE;
    }
}
