package io.tadpole.crash;

import io.tadpole.ring.Claim;
import io.tadpole.ring.Pattern;
import io.tadpole.ring.Producer;
import io.tadpole.ring.Status;
import org.agrona.DirectBuffer;

/**
 * The messages of one author, an endless stream that any process can compute: message n says its author and its number,
 * and its length, all its bytes and its place in a run follow from these. The native children compute the same.
 *
 * <pre>
 *     0  author  |  8  number  |  16  bytes that follow from both, up to the length
 * </pre>
 */
final class Traffic
{
    /** Author and number. */
    static final int SHORTEST = 16;
    private static final int LONGEST = 2000;
    private static final int LONGEST_RUN = 9;

    private final long author;

    /**
     * @param author of the messages.
     */
    Traffic(final long author)
    {
        this.author = author;
    }

    static long author(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset);
    }

    static long number(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset + Long.BYTES);
    }

    /** Whether the bytes are a message, whole, of whatever author and number it says. */
    static boolean isWhole(final DirectBuffer buffer, final int offset, final int length)
    {
        if (length < SHORTEST)
        {
            return false;
        }
        final long author = author(buffer, offset);
        final long number = number(buffer, offset);
        return length == length(author, number) &&
            Pattern.matches(buffer, offset + SHORTEST, length - SHORTEST, seed(author, number));
    }

    /** How many messages, from this one on, are published as one; the same for whoever starts there. */
    int runLength(final long number)
    {
        final long bits = Pattern.mix(seed(author, ~number));
        return (bits & 3) != 0 ? 1 : 1 + (int)((bits >>> 8) % LONGEST_RUN);
    }

    /**
     * Publishes one message or one run.
     *
     * @param producer to publish with.
     * @param claim    to use.
     * @param number   of the first message.
     * @return how many messages were published; 0 when there was no space.
     * @throws IllegalStateException when the producer has failed.
     */
    int publish(final Producer producer, final Claim claim, final long number)
    {
        final int count = runLength(number);
        if ((number & 15) == 0)
        {
            abort(producer, claim, number, count);
        }
        final long position = producer.tryClaimRun(longest(number, count), count, claim);
        if (position == Status.BACK_PRESSURED || position == Status.NO_SPACE)
        {
            return 0;
        }
        if (position < 0)
        {
            throw new IllegalStateException("the producer answers " + Status.name(position));
        }
        FaultPoints.reached(Step.CLAIMED.words());
        for (int i = 1; i < count; i++)
        {
            claim.next(write(claim, number + i - 1));
        }
        final int last = write(claim, number + count - 1);
        FaultPoints.reached(Step.MESSAGE_WRITTEN.words());
        claim.commit(last);
        return count;
    }

    /** Leaves words of messages that were never published where the next ones come. */
    private void abort(final Producer producer, final Claim claim, final long number, final int count)
    {
        if (producer.tryClaimRun(LONGEST, count + 1, claim) >= 0)
        {
            for (int i = 0; i < count; i++)
            {
                claim.next(write(claim, number + i + 1));
            }
            claim.abort();
        }
    }

    private int longest(final long number, final int count)
    {
        int longest = 0;
        for (int i = 0; i < count; i++)
        {
            longest = Math.max(longest, length(author, number + i));
        }
        return longest;
    }

    private int write(final Claim claim, final long number)
    {
        final int length = length(author, number);
        claim.buffer().putLong(claim.offset(), author);
        claim.buffer().putLong(claim.offset() + Long.BYTES, number);
        Pattern.write(claim.buffer(), claim.offset() + SHORTEST, length - SHORTEST, seed(author, number));
        return length;
    }

    private static int length(final long author, final long number)
    {
        final long bits = Pattern.mix(seed(author, number));
        final int spread = switch ((int)bits & 15)
        {
            case 0 -> LONGEST - SHORTEST;
            case 1, 2, 3 -> 512;
            default -> 64;
        };
        return SHORTEST + (int)((bits >>> 8) % (spread + 1));
    }

    private static long seed(final long author, final long number)
    {
        return Pattern.mix(author) + number;
    }
}
