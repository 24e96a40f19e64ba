package io.tadpole.stress;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Claim;
import io.tadpole.ring.MessageHandler;
import io.tadpole.ring.Producer;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import io.tadpole.ring.Status;
import io.tadpole.ring.StressMemory;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the tests: each consists of words that say where its record starts. And a reader, which checks that
 * and remembers the first that was wrong.
 */
final class Messages implements MessageHandler
{
    static final int LENGTH = 5 * Long.BYTES;
    static final int SIZE = RecordLayout.HEADER_LENGTH + LENGTH;

    private static final int LOOKS = 10;
    private static final int REST_OF_A_LAP = StressMemory.CAPACITY / RecordLayout.UNIT - 2;

    private boolean any;
    private @Nullable String wrong;

    /** Publishes a message; answers whether there was room. */
    static boolean publish(final Producer producer, final int length)
    {
        final Claim claim = new Claim();
        final long position = producer.tryClaim(length, claim);
        if (position == Status.BACK_PRESSURED)
        {
            return false;
        }
        if (position < 0)
        {
            throw new IllegalStateException(Status.name(position));
        }
        write(claim, length, position);
        claim.commit(length);
        return true;
    }

    /** Publishes until there is no room. */
    static void publishUntilFull(final Producer producer)
    {
        while (publish(producer, LENGTH))
        {
            // Until the ring is full.
        }
    }

    /** With a first message, and the word behind the last one, a lap of an engine's ring: nothing is written over. */
    static void publishTheRestOfALap(final Producer producer)
    {
        for (int i = 0; i < REST_OF_A_LAP; i++)
        {
            publish(producer, LENGTH);
        }
    }

    static void write(final Claim claim, final int length, final long position)
    {
        for (int i = 0; i < length; i += Long.BYTES)
        {
            claim.buffer().putLong(claim.offset() + i, position);
        }
    }

    @Override
    public void onMessage(final DirectBuffer buffer, final int offset, final int length, final long position)
    {
        any = true;
        for (int i = length - Long.BYTES; i >= 0; i -= Long.BYTES)
        {
            final long found = buffer.getLong(offset + i);
            if (found != position)
            {
                say(found < position ? "words of an earlier lap" : "words of a later lap");
            }
        }
    }

    /** Takes what a poll returned. */
    void status(final int status)
    {
        if (status < 0)
        {
            say(Status.name(status));
        }
    }

    /** Asks again and again how far it may look, and looks at all messages up to there; answers what they are. */
    static String lookUpTo(final LongSupplier end, final long start, final Ring ring, final SegmentBuffer records)
    {
        final Messages seen = new Messages();
        for (int i = 0; i < LOOKS; i++)
        {
            seen.look(ring, records, start, end.getAsLong());
        }
        return seen.wrong == null ? "whole" : seen.wrong;
    }

    private void look(final Ring ring, final SegmentBuffer records, final long start, final long end)
    {
        long position = start;
        while (position < end)
        {
            final int index = (int)position & (ring.capacity() - 1);
            final long word = ring.word(index);
            final int size = RecordLayout.size(word, index, ring.capacity(), ring.alignment());
            if (size < 0)
            {
                say("no record");
                return;
            }
            if (!RecordLayout.isPadding(word))
            {
                onMessage(
                    records, index + RecordLayout.HEADER_LENGTH, RecordLayout.messageLength(word), position);
            }
            position += size;
        }
    }

    void say(final String what)
    {
        if (wrong == null)
        {
            wrong = what;
        }
    }

    @Override
    public String toString()
    {
        return wrong != null ? wrong : any ? "whole" : "nothing";
    }
}
