package io.tadpole.ring;

import org.agrona.DirectBuffer;

/**
 * An endless stream of messages that producer and consumer both can compute: message n of a stream has its length, its
 * bytes, and its place in a run. So a consumer in another process can tell what was lost, torn, twice or out of order.
 */
final class Traffic
{
    /** The longest message in bytes. */
    static final int MAX_LENGTH = 700;
    /** The longest run. */
    static final int MAX_RUN = 9;

    private final long stream;

    Traffic(final long stream)
    {
        this.stream = stream;
    }

    /** How many messages, from this one on, are published as one; the same for whoever starts there. */
    int runLength(final long number)
    {
        final long bits = Pattern.mix(stream ^ ~number);
        return (bits & 3) != 0 ? 1 : 1 + (int)((bits >>> 8) % MAX_RUN);
    }

    int length(final long number)
    {
        final long bits = Pattern.mix(stream + (number << 20));
        final int length = switch ((int)bits & 7)
        {
            case 0 -> 9 + (int)((bits >>> 8) & 63);
            case 1 -> 9 + (int)((bits >>> 8) % (MAX_LENGTH - 8));
            default -> 24 + (int)((bits >>> 8) & 31);
        };
        return Math.min(length, MAX_LENGTH);
    }

    /**
     * Publishes one message or one run.
     *
     * @param producer to publish with.
     * @param claim    to use.
     * @param number   of the first message.
     * @return how many messages were published; 0 when there was no space, or a status.
     */
    long publish(final Producer producer, final Claim claim, final long number)
    {
        final int count = runLength(number);
        final long claimed = count == 1 ?
            producer.tryClaim(length(number), claim) : producer.tryClaimRun(MAX_LENGTH, count, claim);
        if (claimed < 0)
        {
            return claimed == Status.BACK_PRESSURED ? 0 : claimed;
        }
        for (int i = 1; i < count; i++)
        {
            claim.next(write(claim, number + i - 1));
        }
        claim.commit(write(claim, number + count - 1));
        return count;
    }

    /** Writes a message: its stream and number, then the pattern of both. */
    int write(final Claim claim, final long number)
    {
        final int length = length(number);
        claim.buffer().putLong(claim.offset(), number);
        Pattern.write(claim.buffer(), claim.offset() + 8, length - 8, stream ^ number);
        return length;
    }

    /** The number that a message says it has. */
    static long number(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset);
    }

    /** Whether a message is the one with this number. */
    boolean matches(final DirectBuffer buffer, final int offset, final int length, final long number)
    {
        return length == length(number) && number(buffer, offset) == number &&
            Pattern.matches(buffer, offset + 8, length - 8, stream ^ number);
    }
}
