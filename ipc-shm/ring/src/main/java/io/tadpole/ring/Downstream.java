package io.tadpole.ring;

/**
 * Those who read what a producer writes: how far they are, and who is told of something new. Called on the producer's
 * thread only, which is wait-free as far as these calls are.
 */
public interface Downstream
{
    /**
     * The lowest position whose bytes are still needed. The producer has put a full fence before this call.
     *
     * @param tail of the producer, in bytes: the answer is not above it.
     * @return position in bytes, or {@link Status#CORRUPT}.
     */
    long lowestPosition(long tail);

    /**
     * What cannot be, once {@link #lowestPosition} has answered {@link Status#CORRUPT}.
     *
     * @return a clause that names who says what.
     */
    String corruption();

    /**
     * Tells that everything before a position is published.
     *
     * @param position in bytes.
     */
    default void published(final long position)
    {
    }

    /**
     * Why there is no space.
     *
     * @return {@link Status#BACK_PRESSURED}, or a {@link Status} that says more.
     */
    default long stall()
    {
        return Status.BACK_PRESSURED;
    }
}
