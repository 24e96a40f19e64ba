package io.tadpole.cli;

import io.tadpole.ring.Channel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes a channel. */
@Command(
    name = "remove",
    description = "Remove a channel that no live process holds, with what is in it, also one that is half created.")
final class RingRemove implements Callable<Integer>
{
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "CHANNEL", description = "The channel's directory.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path channel;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    /** Creates the command; for picocli. */
    RingRemove()
    {
    }

    @Override
    public Integer call() throws IOException
    {
        Channel.remove(channel);
        final PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Json.of(Map.of("removed", channel.toString())) : "removed " + channel);
        out.flush();
        return Tadpole.DONE;
    }
}
