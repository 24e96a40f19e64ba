package io.tadpole.crash;

import io.tadpole.crash.Ledger.Word;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.Claim;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import java.io.IOException;
import java.nio.file.Path;

/** Reads what producers publish that are killed one after the other. */
final class SurvivingConsumer implements Survivor
{
    private static final int BATCH = 200;
    private static final int LAST_MESSAGES = 1000;

    private final Path channel;
    private final RingConsumer consumer;
    private final ReceivedStream stream;
    private int killed;

    /**
     * @param channel to create.
     * @param config  of it.
     * @param table   to settle kills in.
     */
    SurvivingConsumer(final Path channel, final ChannelConfig config, final CrashTable table) throws IOException
    {
        this.channel = channel;
        Channel.create(channel, config);
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
            throw new IllegalStateException("the consumer that survives says " + consumer.failure());
        }
        final String corruption = stream.corruption();
        if (corruption != null)
        {
            throw new CheckFailedException(false, corruption);
        }
        return polled;
    }

    @Override
    public void check(final Kill kill, final Ledger ledger)
    {
        killed = kill.number();
        stream.ended(end(kill, ledger, false));
        if (kill.drain())
        {
            drain();
        }
    }

    /** How the author of a kill ended, by its own account. */
    static ReceivedStream.End end(final Kill kill, final Ledger ledger, final boolean repeats)
    {
        final long acknowledged = ledger.get(Word.ACKNOWLEDGED);
        final Step step = kill.step();
        return new ReceivedStream.End(
            kill,
            acknowledged,
            new Traffic(kill.number()).runLength(acknowledged),
            step == null ? Step.Shows.EITHER : step.shows(kill.hit()),
            repeats);
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
        try (RingProducer successor = Channel.attachProducer(channel))
        {
            if (successor.position() != consumer.position())
            {
                throw new CheckFailedException(
                    successor.position() < consumer.position(),
                    "the successor goes on at " + successor.position() + ", the consumer is at " + consumer.position());
            }
            publishAndRead(successor);
        }
    }

    private void publishAndRead(final RingProducer successor)
    {
        final Traffic traffic = new Traffic(killed + 1L);
        final Claim claim = new Claim();
        final long before = stream.messages();
        long number = 0;
        while (number < LAST_MESSAGES)
        {
            number += traffic.publish(successor, claim, number);
            work();
        }
        drain();
        if (stream.messages() - before != number)
        {
            throw new CheckFailedException(
                true, "published " + number + " messages, received " + (stream.messages() - before));
        }
    }

    @Override
    public long messages()
    {
        return stream.messages();
    }

    @Override
    public void close()
    {
        consumer.close();
    }
}
