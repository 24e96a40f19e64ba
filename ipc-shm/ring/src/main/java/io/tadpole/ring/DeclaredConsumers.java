package io.tadpole.ring;

import java.util.Arrays;

/**
 * The declared consumers of a ring, as its producer sees them: each holds the producer back, none is trusted. Used on
 * the producer's thread only; wait-free.
 */
public final class DeclaredConsumers implements Downstream
{
    private final Ring ring;
    private final long[] seen;

    /**
     * Looks at the consumers that a ring has mapped.
     *
     * @param ring of the producer.
     */
    public DeclaredConsumers(final Ring ring)
    {
        this.ring = ring;
        this.seen = new long[ring.consumers()];
    }

    @Override
    public long lowestPosition(final long tail)
    {
        long lowest = tail;
        for (int k = 0; k < seen.length; k++)
        {
            final long raw = ring.rawConsumerPosition(k);
            if (raw == ConsumerFileLayout.DETACHED)
            {
                // What was seen stays: whoever joins again may still publish a tail that it read before this moment.
                continue;
            }
            final long position = raw & ~ConsumerFileLayout.JOINING;
            if (position < seen[k] || position > tail || (position & (ring.alignment() - 1)) != 0)
            {
                return Status.CORRUPT;
            }
            seen[k] = position;
            lowest = Math.min(lowest, position);
        }
        return lowest;
    }

    @Override
    public String toString()
    {
        return "consumers last seen at " + Arrays.toString(seen);
    }
}
