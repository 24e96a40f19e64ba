package io.tadpole.crash;

import io.tadpole.crash.Ledger.Word;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.Claim;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Publishes for consumers that are killed one after the other, and knows what each may see again. */
final class SurvivingProducer implements Survivor
{
    private static final int BATCH = 20;
    private static final int LAST_MESSAGES = 100;

    private final Path channel;
    private final CrashTable table;
    private final RingProducer producer;
    private final Traffic traffic = new Traffic(0);
    private final Claim claim = new Claim();
    /** Killed consumers of which the next one shows what they left. */
    private final List<Kill> open = new ArrayList<>();

    private long published;
    /** Up to where all consumers together have handled the messages, and had returned from their polls. */
    private long handled;
    private long returned;
    /** The number of the first message that a consumer may miss to, for it was evicted; -1 when it may miss none. */
    private long evictedAt = -1;
    /** What the consumer's file said when the last one was dead. */
    private ChannelDescription.Consumer left;
    private long tailBefore;
    private long messages;

    /**
     * @param channel to create.
     * @param config  of it.
     * @param table   to settle kills in.
     */
    SurvivingProducer(final Path channel, final ChannelConfig config, final CrashTable table) throws IOException
    {
        this.channel = channel;
        this.table = table;
        Channel.create(channel, config);
        this.producer = Channel.attachProducer(channel);
        this.left = look();
    }

    private ChannelDescription.Consumer look() throws IOException
    {
        return Channel.describe(channel).consumers().getFirst();
    }

    @Override
    public void command(final Kill kill, final Ledger ledger) throws IOException
    {
        if (kill.scene() == Scene.JOIN && !left.detached())
        {
            evict();
        }
        // So the next consumer has work at once, and is killed in its midst.
        if (!left.detached() && !kill.starve())
        {
            fill();
        }
        tailBefore = producer.position();
        ledger.channel(channel);
        ledger.set(Word.JOIN, left.detached() || kill.number() % 2 == 0 ? 1 : 0);
    }

    private void fill()
    {
        int count;
        do
        {
            count = publish();
        }
        while (count > 0);
    }

    private void evict() throws IOException
    {
        Channel.evict(channel, 0);
        evictedAt = published;
        left = look();
        // An evicted consumer holds nobody back.
        final long start = producer.position();
        while (producer.position() - start < producer.maxMessageLength())
        {
            publish();
        }
    }

    @Override
    public int work()
    {
        int count = 0;
        for (int i = 0; i < BATCH; i++)
        {
            count += publish();
        }
        return count;
    }

    private int publish()
    {
        final int count = traffic.publish(producer, claim, published);
        published += count;
        return count;
    }

    @Override
    public void check(final Kill kill, final Ledger ledger) throws IOException
    {
        final ChannelDescription.Consumer before = left;
        left = look();
        if (kill.scene() == Scene.EVICT)
        {
            checkEviction(kill, before);
            return;
        }
        open.add(kill);
        if (ledger.get(Word.START) >= 0)
        {
            checkStart(before, ledger.get(Word.START));
        }
        final long first = ledger.get(Word.FIRST);
        if (first >= 0)
        {
            checkFirst(kill, first);
            messages += ledger.get(Word.HANDLED) - first;
            handled = Math.max(handled, ledger.get(Word.HANDLED));
            returned = Math.max(returned, ledger.get(Word.RETURNED));
        }
    }

    private void checkEviction(final Kill kill, final ChannelDescription.Consumer before)
    {
        if (left.detached())
        {
            evictedAt = published;
        }
        // It may have been evicted before: nobody joined since.
        final boolean whole = left.detached() ?
            before.detached() || kill.step() != Step.EVICTION_EPOCH :
            kill.step() != Step.DETACHED && left.position() == before.position();
        table.settle(
            kill, whole ? Outcome.WHOLE : Outcome.CORRUPT,
            "the consumer was at " + before.position() + " and is at " + left.position());
    }

    /** A consumer starts at the published position; one that joins, at a tail while it did. */
    private void checkStart(final ChannelDescription.Consumer before, final long start)
    {
        final boolean joins = before.detached() || (before.position() & 1) != 0;
        if (joins ? start < tailBefore || start > producer.position() : start != before.position())
        {
            settleOpen(
                Outcome.CORRUPT,
                "the next consumer started at " + start + "; its file said " +
                (joins ? "that it joins, the tail was " + tailBefore : "" + before.position()));
        }
    }

    private void checkFirst(final @Nullable Kill current, final long first)
    {
        if (evictedAt >= 0)
        {
            if (first < evictedAt || first > published)
            {
                settleOpen(
                    first > published ? Outcome.CORRUPT : Outcome.REPEATED_WRONGLY,
                    "evicted at message " + evictedAt + ", joined at " + first + " of " + published);
            }
            evictedAt = -1;
        }
        else if (first > handled)
        {
            settleOpen(Outcome.LOST, "handled up to message " + handled + ", resumed at " + first);
        }
        else if (first < returned)
        {
            settleOpen(
                Outcome.REPEATED_WRONGLY,
                "polls had returned up to message " + returned + ", resumed at " + first);
        }
        // What came again is due to the last one that handled anything: it is the first of those that are open.
        boolean repeats = first < handled;
        for (final Kill kill : List.copyOf(open))
        {
            if (!kill.equals(current))
            {
                table.settle(kill, repeats ? Outcome.REPEATED : Outcome.WHOLE, "");
                repeats = false;
                open.remove(kill);
            }
        }
    }

    private void settleOpen(final Outcome outcome, final String sentence)
    {
        open.forEach(kill -> table.settle(kill, outcome, sentence));
    }

    @Override
    public void finish() throws IOException
    {
        tailBefore = producer.position();
        try (RingConsumer successor = Channel.joinConsumer(channel, 0))
        {
            checkStart(left, successor.position());
            final Sequel sequel = new Sequel();
            final long before = published;
            final long[] first = {-1};
            long read = 0;
            int polled = 0;
            while (polled > 0 || published < before + LAST_MESSAGES || read == 0)
            {
                if (published < before + LAST_MESSAGES)
                {
                    publish();
                }
                polled = successor.poll(
                    (buffer, offset, length, position) ->
                    {
                        sequel.check(buffer, offset, length);
                        first[0] = first[0] < 0 ? sequel.number() : first[0];
                    }, 100);
                if (polled < 0)
                {
                    throw new IllegalStateException("the last consumer says " + successor.failure());
                }
                read += polled;
            }
            checkFirst(null, first[0]);
            messages += read;
            handled = published;
            returned = published;
            if (sequel.number() != published - 1 || successor.position() != producer.position())
            {
                throw new CheckFailedException(
                    true, "published " + published + " messages, the last one read was " + sequel.number());
            }
        }
        left = look();
        if (left.messages() != published || left.lagMessages() != 0)
        {
            throw new CheckFailedException(
                false, "the consumer counted " + left.messages() + " of " + published + " messages");
        }
    }

    @Override
    public long messages()
    {
        return messages;
    }

    @Override
    public void close()
    {
        producer.close();
    }
}
