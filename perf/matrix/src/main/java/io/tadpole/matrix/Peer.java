package io.tadpole.matrix;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Channel;
import io.tadpole.ring.Claim;
import io.tadpole.ring.ControlledMessageHandler.Action;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/**
 * The peer in Java: {@code write|read CHANNEL NOTES PLAN}. It takes its role, and works as {@link Notes} say, with the
 * messages of {@link Plan}. Exit code 0: it was told to end, or its parent is gone; 1: what it found is wrong, and a
 * sentence on the error stream says so.
 */
final class Peer
{
    private static final int MOST_POLLED = 256;
    private static final int IDLES_A_LOOK = 1024;

    private final Notes notes;
    private final Plan plan;
    private final Claim claim = new Claim();
    private final SegmentBuffer copied = new SegmentBuffer(MemorySegment.ofArray(new byte[Plan.CAPACITY]));
    private final IdlePolicy idle = IdlePolicy.adaptive();
    private int idles;

    private long handled;
    private long author;
    private long next;

    private Peer(final Notes notes, final Plan plan)
    {
        this.notes = notes;
        this.plan = plan;
    }

    /**
     * Writes or reads.
     *
     * @param arguments role, channel, notes, plan.
     */
    public static void main(final String[] arguments)
    {
        try
        {
            final Peer peer = new Peer(Notes.open(Path.of(arguments[2])), Plan.read(Path.of(arguments[3])));
            if (arguments[0].equals("write"))
            {
                peer.write(Path.of(arguments[1]));
            }
            else
            {
                peer.read(Path.of(arguments[1]));
            }
        }
        catch (final IOException | RuntimeException failed)
        {
            System.err.println(failed.getMessage());
            System.exit(1);
        }
    }

    private void write(final Path channel) throws IOException
    {
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            author = notes.author();
            long number = 0;
            while (true)
            {
                final boolean end = notes.isEnd();
                final long gate = notes.gate();
                if (number >= gate)
                {
                    if (end)
                    {
                        return;
                    }
                    idle();
                    continue;
                }
                final int count = (int)Math.min(plan.count(author, number), gate - number);
                final long position = publish(producer, number, count);
                if (position == Status.BACK_PRESSURED)
                {
                    notes.waited();
                    idle();
                    continue;
                }
                if (position < 0)
                {
                    throw wrong("the producer answers " + Status.name(position) + ": " + producer.failure());
                }
                idle.reset();
                number += count;
                notes.progress(number);
            }
        }
    }

    private long publish(final RingProducer producer, final long number, final int count)
    {
        if (count == 1 && number % 2 == 0)
        {
            return producer.offer(copied, 0, plan.write(copied, 0, author, number));
        }
        final long position = count == 1 ? producer.tryClaim(plan.length(author, number), claim) :
            producer.tryClaimRun(plan.longestOfRun(author, number), count, claim);
        if (position >= 0)
        {
            for (int i = 0; i < count - 1; i++)
            {
                claim.next(plan.write(claim.buffer(), claim.offset(), author, number + i));
            }
            claim.commit(plan.write(claim.buffer(), claim.offset(), author, number + count - 1));
        }
        return position;
    }

    private void read(final Path channel) throws IOException
    {
        try (RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            for (int poll = 0;; poll++)
            {
                final boolean end = notes.isEnd();
                final int polled = poll % 2 == 0 ? consumer.poll(this::handle, MOST_POLLED) :
                    consumer.controlledPoll(this::handleAndGoOn, MOST_POLLED);
                if (polled < 0)
                {
                    throw wrong("the consumer answers " + consumer.failure());
                }
                if (polled > 0)
                {
                    notes.returned(next);
                    idle.reset();
                }
                else if (end)
                {
                    return;
                }
                else
                {
                    notes.waited();
                    idle();
                }
            }
        }
    }

    private Action handleAndGoOn(final DirectBuffer buffer, final int offset, final int length, final long position)
    {
        handle(buffer, offset, length, position);
        return position % 3 == 0 ? Action.COMMIT : position % 5 == 0 ? Action.BREAK : Action.CONTINUE;
    }

    private void handle(final DirectBuffer buffer, final int offset, final int length, final long position)
    {
        while (handled >= notes.gate())
        {
            idle();
        }
        if (length < Plan.HEADER)
        {
            throw wrong("a message of " + length + " bytes");
        }
        final long from = buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN);
        final long number = buffer.getLong(offset + Long.BYTES, ByteOrder.LITTLE_ENDIAN);
        if (handled == 0)
        {
            notes.first(number);
        }
        else if ((from != author || number != next) && (from != author + 1 || number != 0))
        {
            throw wrong(
                "behind message " + (next - 1) + " of author " + author + " comes message " + number + " of " + from);
        }
        if (from < 1 || from > Notes.LAST_AUTHOR || !plan.isWhole(buffer, offset, length, from, number))
        {
            throw wrong("message " + number + " of author " + from + " is not as it was written");
        }
        author = from;
        next = number + 1;
        handled++;
        notes.read(author, next);
        notes.progress(handled);
    }

    private static IllegalStateException wrong(final String sentence)
    {
        return new IllegalStateException(sentence);
    }

    private void idle()
    {
        idle.idle();
        if (++idles % IDLES_A_LOOK == 0 &&
            ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L) != notes.parent())
        {
            Runtime.getRuntime().halt(0);
        }
    }
}
