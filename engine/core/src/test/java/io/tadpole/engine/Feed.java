package io.tadpole.engine;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Claim;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.Pattern;
import io.tadpole.ring.Producer;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Status;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.LongSupplier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Publishes a script in every way that there is: claims, runs, offers, with aborted claims in between. */
final class Feed
{
    private static final int LONGEST_RUN = 8;

    private final Producer producer;
    private final Script script;
    private final Random random;
    private final Claim claim = new Claim();
    private final IdlePolicy idle = IdlePolicy.adaptive();
    private int published;

    Feed(final Producer producer, final Script script, final long seed)
    {
        this.producer = producer;
        this.script = script;
        this.random = new Random(seed);
    }

    int published()
    {
        return published;
    }

    /** Goes on with this message: those before it are published. */
    void skipTo(final int number)
    {
        published = number;
    }

    /** Publishes what is left of the script. */
    void publishAll()
    {
        publish(script.count() - published);
    }

    /** Publishes some messages, and waits for space where there is none. */
    void publish(final int count)
    {
        final int end = published + count;
        while (published < end)
        {
            switch (random.nextInt(4))
            {
                case 0 -> offer();
                case 1 -> publishRun(Math.min(end - published, 1 + random.nextInt(LONGEST_RUN)));
                case 2 -> publishShort();
                default -> publishNext(script.length(published));
            }
        }
    }

    /**
     * Publishes the next message alone, in a claim of its length, if there is space.
     *
     * @return the position behind it, or a status.
     */
    long tryPublish()
    {
        final int length = script.length(published);
        final long start = producer.tryClaim(length, claim);
        return start < 0 ? start : commit(start, length);
    }

    private void publishNext(final int maxLength)
    {
        final long start = untilSpace(() -> producer.tryClaim(maxLength, claim));
        commit(start, script.length(published));
    }

    /** Claims more than the message takes, and once for nothing. */
    private void publishShort()
    {
        final int longer = Math.min(producer.maxClaimLength(), script.length(published) + 1 + random.nextInt(200));
        final long start = untilSpace(() -> producer.tryClaim(longer, claim));
        claim.buffer().setMemory(claim.offset(), longer, (byte)0xEE);
        claim.abort();
        assertEquals(start, producer.tryClaim(longer, claim), "the same space again after an abort");
        commit(start, script.length(published));
    }

    private long commit(final long start, final int length)
    {
        script.start(published, start);
        Pattern.write(claim.buffer(), claim.offset(), length, published);
        published++;
        return claim.commit(length);
    }

    private void publishRun(final int wanted)
    {
        int longest = 0;
        int count = 0;
        while (count < wanted)
        {
            final int longer = Math.max(longest, script.length(published + count));
            if (units(longer) * (count + 1L) * RecordLayout.UNIT > producer.maxClaimLength() / 2)
            {
                break;
            }
            longest = longer;
            count++;
        }
        if (count == 0)
        {
            publishNext(script.length(published));
            return;
        }
        final int maxLength = longest;
        final int messages = count;
        long start = untilSpace(() -> producer.tryClaimRun(maxLength, messages, claim));
        for (int i = 0; i < messages; i++)
        {
            final int length = script.length(published);
            script.start(published, start);
            Pattern.write(claim.buffer(), claim.offset(), length, published);
            start += units(length) * (long)RecordLayout.UNIT;
            published++;
            if (i < messages - 1)
            {
                claim.next(length);
            }
            else
            {
                assertEquals(start, claim.commit(length));
            }
        }
    }

    private void offer()
    {
        final int length = script.length(published);
        final SegmentBuffer source = new SegmentBuffer(MemorySegment.ofArray(new byte[length + 1]));
        Pattern.write(source, 1, length, published);
        // An offer tells where it lies only when it is published, so this one is published alone and nothing follows.
        final long before = producer.position();
        final int size = units(length) * RecordLayout.UNIT;
        final long room = capacity() - (before & (capacity() - 1));
        script.start(published, size > room ? before + room : before);
        final long end = untilSpace(() -> producer.offer(source, 1, length));
        assertEquals(script.start(published) + size, end);
        published++;
    }

    private long capacity()
    {
        return 2L * (producer.maxMessageLength() + RecordLayout.HEADER_LENGTH);
    }

    private static int units(final int length)
    {
        return (length + RecordLayout.HEADER_LENGTH + RecordLayout.UNIT - 1) / RecordLayout.UNIT;
    }

    private long untilSpace(final LongSupplier attempt)
    {
        long position = attempt.getAsLong();
        while (position == Status.BACK_PRESSURED || position == Status.NO_SPACE)
        {
            Await.checkInterrupted();
            idle.idle();
            position = attempt.getAsLong();
        }
        idle.reset();
        final long status = position;
        assertTrue(status >= 0, () -> "refused with " + Status.name(status));
        return position;
    }
}
