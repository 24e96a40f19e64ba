package io.tadpole.stress;

import io.tadpole.ring.Claim;
import io.tadpole.ring.MessageHandler;
import io.tadpole.ring.Producer;
import org.agrona.DirectBuffer;

/** The messages of the tests, each of five words that all say its number, and a reader that remembers which it saw. */
final class Messages implements MessageHandler
{
    static final int LENGTH = 5 * Long.BYTES;

    private static final int WRONG = 9;

    /** The numbers in the order in which they were seen, one digit each. */
    private long seen;

    /** Publishes a message with a number from 1 to 8; answers whether there was room. */
    static boolean publish(final Producer producer, final long number)
    {
        final Claim claim = new Claim();
        if (producer.tryClaim(LENGTH, claim) < 0)
        {
            return false;
        }
        write(claim, number);
        claim.commit(LENGTH);
        return true;
    }

    static void write(final Claim claim, final long number)
    {
        for (int i = 0; i < LENGTH; i += Long.BYTES)
        {
            claim.buffer().putLong(claim.offset() + i, number);
        }
    }

    @Override
    public void onMessage(final DirectBuffer buffer, final int offset, final int length, final long position)
    {
        seen = seen * 10 + number(buffer, offset, length);
    }

    /** The number of a message; 9 when its words do not agree. */
    static long number(final DirectBuffer buffer, final int offset, final int length)
    {
        // The last word first: it was written last.
        final long number = buffer.getLong(offset + length - Long.BYTES);
        if (length != LENGTH)
        {
            return WRONG;
        }
        for (int i = 0; i < LENGTH; i += Long.BYTES)
        {
            if (buffer.getLong(offset + i) != number)
            {
                return WRONG;
            }
        }
        return number;
    }

    long seen()
    {
        return seen;
    }

    @Override
    public String toString()
    {
        return seen == 0 ? "nothing" : seen < 10 ? "message " + seen : "messages " + seen;
    }
}
