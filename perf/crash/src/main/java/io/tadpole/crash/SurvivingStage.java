package io.tadpole.crash;

import io.tadpole.crash.Ledger.Word;
import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.Claim;
import io.tadpole.ring.RingConsumer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The stage outside engines that are killed one after the other; it also looks at what their other stages noted. */
final class SurvivingStage implements Survivor
{
    private static final int CAPACITY = CrashEngine.CAPACITY;
    private static final int BATCH = 200;
    private static final int LAST_MESSAGES = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path channel;
    private final CrashTable table;
    private final RingConsumer consumer;
    private final ReceivedStream stream;
    private final List<StageNotes> notes = new ArrayList<>();
    /** Where the ring says that the stages are, since the last engine is dead. */
    private List<Long> mirrored = List.of(0L, 0L, 0L);
    private int killed;

    /**
     * @param channel to create.
     * @param table   to settle kills in.
     */
    SurvivingStage(final Path channel, final CrashTable table) throws IOException
    {
        this.channel = channel;
        this.table = table;
        final StageGraph graph = CrashEngine.graph(channel);
        Engine.create(channel, EngineConfig.of(CAPACITY), graph).close();
        for (final String stage : CrashEngine.STAGES)
        {
            notes.add(StageNotes.open(CrashEngine.notes(channel, stage)));
        }
        this.consumer = Channel.attachConsumer(channel, 0);
        this.stream = new ReceivedStream(table);
    }

    @Override
    public void command(final Kill kill, final Ledger ledger)
    {
        ledger.channel(channel);
    }

    @Override
    public int work()
    {
        final int polled = consumer.poll(stream, BATCH);
        if (polled < 0)
        {
            throw new IllegalStateException("the stage outside says " + consumer.failure());
        }
        final String corruption = stream.corruption();
        if (corruption != null)
        {
            throw new CheckFailedException(false, corruption);
        }
        return polled;
    }

    @Override
    public void check(final Kill kill, final Ledger ledger) throws IOException
    {
        killed = kill.number();
        if (ledger.get(Word.START) >= 0)
        {
            checkStarts(kill);
        }
        look(kill);
        final boolean repeats = notes.getFirst().position() > mirrored.getFirst() ||
            notes.getLast().position() > mirrored.getLast();
        stream.ended(SurvivingConsumer.end(kill, ledger, repeats));
        if (kill.drain())
        {
            drain();
        }
    }

    /** Whoever forgets starts where the ring says, whoever remembers behind what it took. */
    private void checkStarts(final Kill kill)
    {
        for (int i = 0; i < notes.size(); i++)
        {
            final String stage = CrashEngine.STAGES.get(i);
            final long start = notes.get(i).start();
            if (!stage.equals(CrashEngine.REMEMBERING) && start != mirrored.get(i))
            {
                table.settle(
                    kill, Outcome.CORRUPT,
                    "stage '" + stage + "' started at " + start + ", the ring had said " + mirrored.get(i));
            }
        }
    }

    /** The ring never says that a stage was further than it was. */
    private void look(final Kill kill) throws IOException
    {
        mirrored =
            Channel.describe(channel).stages().stream().map(ChannelDescription.Stage::position).toList();
        for (int i = 0; i < notes.size(); i++)
        {
            final long handled = notes.get(i).position();
            // Padding belongs to the message before it, but whoever handles messages does not see it.
            final long behindPadding = (handled + CAPACITY - 1) & -CAPACITY;
            if (mirrored.get(i) > handled && mirrored.get(i) != behindPadding)
            {
                table.settle(
                    kill, Outcome.LOST,
                    "stage '" + CrashEngine.STAGES.get(i) + "' has handled the ring up to " + handled +
                    ", but the ring says " + mirrored.get(i));
            }
        }
    }

    private void drain()
    {
        int polled;
        do
        {
            polled = work();
        }
        while (polled > 0);
        stream.settleAll();
    }

    @Override
    public void finish() throws IOException
    {
        drain();
        final long taken = notes.get(1).count();
        final Traffic traffic = new Traffic(killed + 1L);
        final Claim claim = new Claim();
        try (Engine successor = Engine.attach(channel, EngineConfig.of(CAPACITY), CrashEngine.graph(channel)))
        {
            long number = 0;
            while (number < LAST_MESSAGES)
            {
                number += traffic.publish(successor, claim, number);
                work();
            }
            drain();
            if (!successor.shutdown(PATIENCE))
            {
                throw new IllegalStateException("the successor says " + successor.reason());
            }
        }
        final long remembered = notes.get(1).count();
        if (remembered != stream.messages())
        {
            throw new CheckFailedException(
                remembered < stream.messages(),
                "the stage that remembers took " + remembered + " messages (" + taken +
                " before the last engine), the stage outside " + stream.messages());
        }
    }

    @Override
    public long messages()
    {
        return stream.messages() + notes.stream().mapToLong(StageNotes::count).sum();
    }

    @Override
    public void close()
    {
        consumer.close();
    }
}
