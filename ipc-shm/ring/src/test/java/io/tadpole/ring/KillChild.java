package io.tadpole.ring;

import java.io.IOException;
import java.nio.file.Path;

/** A producer or a consumer, in a process of its own, that is there to be killed. */
final class KillChild
{
    /** How many messages it has published when it stops at a step. */
    static final long BEFORE = 3;

    private KillChild()
    {
    }

    public static void main(final String... arguments) throws IOException
    {
        final Path channel = Path.of(arguments[1]);
        final Path ledger = Path.of(arguments[2]);
        final long stream = Long.parseLong(arguments[3]);
        switch (arguments[0])
        {
            case "producer" -> produce(channel, ledger, stream);
            case "consumer" -> consume(channel, ledger, stream);
            default -> stopAt(arguments[0], channel, stream);
        }
    }

    private static void produce(final Path channel, final Path ledger, final long stream) throws IOException
    {
        final Traffic traffic = new Traffic(stream);
        final Claim claim = new Claim();
        try (KillTest.Ledger committed = KillTest.Ledger.open(ledger);
            RingProducer producer = Channel.attachProducer(channel))
        {
            System.out.println("ready");
            long number = 0;
            long count = 0;
            while (count >= 0)
            {
                count = traffic.publish(producer, claim, number);
                number += Math.max(0, count);
                committed.set(number);
                yieldIf(count == 0);
            }
            throw new IllegalStateException("" + producer.failure());
        }
    }

    private static void consume(final Path channel, final Path ledger, final long stream) throws IOException
    {
        final Traffic traffic = new Traffic(stream);
        try (KillTest.Ledger handled = KillTest.Ledger.open(ledger);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            System.out.println("ready");
            final long[] next = {-1};
            final long before = handled.get();
            int polled = 0;
            while (polled >= 0)
            {
                polled = consumer.poll((buffer, offset, length, position) ->
                {
                    if (next[0] < 0)
                    {
                        next[0] = Traffic.number(buffer, offset);
                        if (next[0] > before)
                        {
                            throw new IllegalStateException("handled " + before + ", resumed at " + next[0]);
                        }
                    }
                    if (!traffic.matches(buffer, offset, length, next[0]))
                    {
                        throw new IllegalStateException("not message " + next[0] + " at " + position);
                    }
                    next[0]++;
                    if (next[0] > handled.get())
                    {
                        handled.set(next[0]);
                    }
                }, 50);
                yieldIf(polled == 0);
            }
            throw new IllegalStateException("" + consumer.failure());
        }
    }

    private static void yieldIf(final boolean idle)
    {
        if (idle)
        {
            Thread.yield();
        }
    }

    /** Does what the step says, says that it did, and waits. */
    private static void stopAt(final String step, final Path channel, final long stream) throws IOException
    {
        final Traffic traffic = new Traffic(stream);
        final Claim claim = new Claim();
        final RingProducer producer = Channel.attachProducer(channel);
        for (long number = 0; number < BEFORE; number++)
        {
            producer.tryClaim(traffic.length(number), claim);
            claim.commit(traffic.write(claim, number));
        }
        final int count = step.equals("open-claim") ? 1 : 10;
        producer.tryClaimRun(Traffic.MAX_LENGTH, count, claim);
        final int ended = step.equals("full-run") ? count - 1 : count / 2;
        for (int i = 0; i < ended; i++)
        {
            claim.next(traffic.write(claim, 1000 + i));
        }
        traffic.write(claim, 2000);
        if (step.equals("aborted-run"))
        {
            claim.abort();
        }
        System.out.println(step);
        System.in.read();
    }
}
