package io.tadpole.cli;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Creates a channel. */
@Command(name = "create", description = "Create a channel: a new directory with one ring.")
final class RingCreate implements Callable<Integer>
{
    private static final int MOST_CONSUMERS = 64;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "CHANNEL", description = "The directory, which must not exist; its parent must.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path channel;

    @Option(
        names = "--capacity",
        paramLabel = "BYTES",
        defaultValue = "1m",
        converter = ByteSize.class,
        description = "Of the ring: a power of two from 64k to 1g (default: ${DEFAULT-VALUE}).")
    private int capacityBytes;

    @Option(
        names = "--alignment",
        paramLabel = "8|64",
        defaultValue = "8",
        description = "Of the records; an engine's ring has 64 (default: ${DEFAULT-VALUE}).")
    private int alignment;

    @ArgGroup
    private Consumers consumers = new Consumers();

    @Option(
        names = "--schema",
        paramLabel = "ID",
        defaultValue = "0",
        description = "Of the SBE schema of the messages; 0 is any (default: ${DEFAULT-VALUE}).")
    private int schemaId;

    @Option(
        names = "--schema-version",
        paramLabel = "VERSION",
        defaultValue = "0",
        description = "Of that schema (default: ${DEFAULT-VALUE}).")
    private int schemaVersion;

    @Option(names = "--json", description = "Print one JSON object, that of ring stat, and nothing else.")
    private boolean json;

    /** Creates the command; for picocli. */
    RingCreate()
    {
    }

    /** The declared consumers: a number of them, or their names. */
    static final class Consumers
    {
        @Option(
            names = "--consumers",
            paramLabel = "N",
            description = "How many consumers are declared, 1 to 64, named consumer-0 and so on (default: 1). Each "
                + "holds the producer back from the first message on, whether it runs or not.")
        private int count = 1;

        @Option(names = "--consumer", paramLabel = "NAME", description = "Declare a consumer by name; repeat for more.")
        private List<String> names = List.of();

        /** Creates the group; for picocli. */
        Consumers()
        {
        }

        private List<String> all()
        {
            return names.isEmpty() ? IntStream.range(0, count).mapToObj(k -> "consumer-" + k).toList() : names;
        }
    }

    @Override
    public Integer call() throws IOException
    {
        Channel.create(channel, config());
        RingStat.print(spec.commandLine().getOut(), Channel.describe(channel), json);
        return Tadpole.DONE;
    }

    private ChannelConfig config()
    {
        if (consumers.count < 1 || consumers.count > MOST_CONSUMERS)
        {
            throw new ParameterException(spec.commandLine(),
                "--consumers is a number from 1 to " + MOST_CONSUMERS + ", not " + consumers.count);
        }
        try
        {
            return new ChannelConfig(capacityBytes, alignment, consumers.all(), List.of(), schemaId, schemaVersion);
        }
        catch (final IllegalArgumentException refused)
        {
            throw new ParameterException(spec.commandLine(), refused.getMessage(), refused);
        }
    }
}
