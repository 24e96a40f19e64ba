package io.tadpole.cli;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows who holds a channel, and how far each reader is behind. */
@Command(
    name = "stat",
    description = "Show a channel: its producer, consumers and stages, who of them lives, and how far each is behind. "
        + "Takes no role and costs its owners nothing.")
final class RingStat implements Callable<Integer>
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
    RingStat()
    {
    }

    @Override
    public Integer call() throws IOException
    {
        print(spec.commandLine().getOut(), Channel.describe(channel), json);
        return Tadpole.DONE;
    }

    /**
     * Prints what a look at a channel showed.
     *
     * @param out  where to.
     * @param ring what was seen.
     * @param json as one JSON object, or else for people.
     */
    static void print(final PrintWriter out, final ChannelDescription ring, final boolean json)
    {
        if (json)
        {
            out.println(Json.of(map(ring)));
        }
        else
        {
            printText(out, ring);
        }
        out.flush();
    }

    /** Two numbers of 64 bits are text: many readers of JSON round numbers beyond 53 bits. */
    private static Map<String, @Nullable Object> map(final ChannelDescription ring)
    {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("channel", ring.channel().toString());
        map.put("ring_id", Text.ringId(ring.ringId()));
        map.put("created", Text.time(ring.createdNs()));
        map.put("capacity_bytes", ring.capacityBytes());
        map.put("alignment", ring.alignment());
        map.put("schema_id", ring.schemaId());
        map.put("schema_version", ring.schemaVersion());
        map.put("producer", ring.producer());
        map.put("consumers", ring.consumers());
        map.put("stages", ring.stages());
        return map;
    }

    private static void printText(final PrintWriter out, final ChannelDescription ring)
    {
        out.println(ring.channel() + ": ring " + Text.ringId(ring.ringId()) +
            ", created " + Text.time(ring.createdNs()));
        out.println(ByteSize.text(ring.capacityBytes()) + ", records aligned to " + ring.alignment() + " bytes, " +
            (ring.schemaId() == 0 ? "any schema" : "schema " + ring.schemaId() + " version " + ring.schemaVersion()));
        final ChannelDescription.Producer producer = ring.producer();
        row(out, "", "", "position", "messages", "behind", "behind, bytes", "batches");
        row(out, "producer", owner(producer.held(), producer.epoch()), producer.tail(), producer.messages());
        for (final ChannelDescription.Consumer consumer : ring.consumers())
        {
            row(out, consumer.index() + " " + consumer.name(),
                consumer.detached() ? "evicted" : owner(consumer.held(), consumer.epoch()),
                consumer.detached() ? "" : consumer.position(), consumer.messages(),
                consumer.lagMessages(), consumer.depthBytes(), consumer.batches());
        }
        for (final ChannelDescription.Stage stage : ring.stages())
        {
            row(out, "stage " + stage.name(), owner(producer.held(), producer.epoch()), stage.position(),
                stage.messages(), stage.lagMessages(), stage.depthBytes(), stage.batches());
        }
        out.println(String.format(Locale.ROOT, "%,d bytes of messages; %,d claims refused for want of space",
            producer.bytes(), producer.backPressured()));
    }

    /** A role that nobody ever took is not dead. */
    private static String owner(final boolean held, final long epoch)
    {
        return held ? "live" : epoch == 0 ? "never taken" : "not live";
    }

    private static void row(final PrintWriter out, final String name, final String owner, final Object... figures)
    {
        final StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-24s %-12s", name, owner));
        for (final Object figure : List.of(figures))
        {
            final Object text = figure instanceof Long count ? String.format(Locale.ROOT, "%,d", count) : figure;
            line.append(String.format(Locale.ROOT, " %15s", text));
        }
        out.println(line.toString().stripTrailing());
    }
}
