package io.tadpole.cli;

import io.tadpole.journal.JournalDamagedException;
import io.tadpole.journal.Replay;
import io.tadpole.journal.ReplayHandler;
import io.tadpole.ring.Channel;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads a journal again, checks every checksum, and publishes the messages if asked to. */
@Command(name = "replay", description = "Read a journal again, check every checksum on the way and, with --into, "
    + "publish the messages to a ring. Exit code 1 when the journal is damaged. Ctrl-C ends it with the result so far.")
final class JournalReplay implements Callable<Integer>
{
    private static final int BATCH = 1024;
    private static final long PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private Stretch stretch = new Stretch();

    @Option(names = "--into", paramLabel = "CHANNEL", description = "A ring that gets the messages; see ring create. "
        + "Its declared consumers hold the replay back.")
    private @Nullable Path channel;

    @Option(names = "--follow", description = "Go on with what is appended, until the count is reached or Ctrl-C.")
    private boolean follow;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    private long messages;
    private long bytes;

    /** Creates the command; for picocli. */
    JournalReplay()
    {
    }

    @Override
    public Integer call() throws IOException
    {
        try (EndSignal end = new EndSignal())
        {
            final long startNs = System.nanoTime();
            final String damage = replay(end);
            print(damage, (System.nanoTime() - startNs) / 1e9);
            return damage == null ? Tadpole.DONE : Tadpole.FAILED;
        }
    }

    /** Gives what is damaged; null when nothing is, as far as it came. */
    private @Nullable String replay(final EndSignal end) throws IOException
    {
        try (Replay replay = follow ? stretch.follow(spec) : stretch.open(spec))
        {
            if (channel == null)
            {
                run(replay, end, this::count);
            }
            else
            {
                runInto(channel, replay, end);
            }
            return null;
        }
        catch (final JournalDamagedException damaged)
        {
            return Sentence.of(damaged);
        }
    }

    private void runInto(final Path target, final Replay replay, final EndSignal end) throws IOException
    {
        try (RingProducer ring = Channel.attachProducer(target))
        {
            run(replay, end, (buffer, offset, length, sequence, timestamp) ->
            {
                publish(ring, end, buffer, offset, length, sequence);
                count(buffer, offset, length, sequence, timestamp);
            });
        }
        catch (final CancellationException ended)
        {
            // The message that waited for space is neither published nor counted.
            return;
        }
    }

    private static void run(final Replay replay, final EndSignal end, final ReplayHandler handler)
    {
        final IdlePolicy idle = IdlePolicy.parking(PARK_NS);
        while (!replay.isComplete() && !end.isGiven())
        {
            if (replay.poll(handler, BATCH) == 0)
            {
                idle.idle();
            }
            else
            {
                idle.reset();
            }
        }
    }

    private void count(
        final DirectBuffer buffer, final int offset, final int length, final long sequence, final long timestamp)
    {
        messages++;
        bytes += length;
    }

    private static void publish(
        final RingProducer ring,
        final EndSignal end,
        final DirectBuffer buffer,
        final int offset,
        final int length,
        final long sequence)
    {
        final IdlePolicy idle = IdlePolicy.adaptive();
        while (true)
        {
            final long result = ring.offer(buffer, offset, length);
            if (result >= 0)
            {
                return;
            }
            if (result != Status.BACK_PRESSURED)
            {
                final String why = ring.failure();
                throw new UncheckedIOException(new IOException("the ring refuses message " + sequence + " of " +
                    length + " bytes: " + (why == null ? Status.name(result) : why)));
            }
            if (end.isGiven())
            {
                throw new CancellationException("while message " + sequence + " waited for space");
            }
            idle.idle();
        }
    }

    private void print(final @Nullable String damage, final double seconds)
    {
        final PrintWriter out = spec.commandLine().getOut();
        if (json)
        {
            final Map<String, @Nullable Object> map = new LinkedHashMap<>();
            map.put("messages", messages);
            map.put("bytes", bytes);
            map.put("seconds", seconds);
            map.put("damage", damage);
            out.println(Json.of(map));
        }
        else
        {
            out.println(String.format(Locale.ROOT, "%,d messages, %,d bytes in %.3f s; %s", messages, bytes, seconds,
                damage == null ? "every checksum is right" : "then: " + damage));
        }
        out.flush();
    }
}
