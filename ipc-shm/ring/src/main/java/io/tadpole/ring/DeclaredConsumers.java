package io.tadpole.ring;

/**
 * The declared consumers of a ring, as its producer sees them: each holds the producer back, none is trusted. Used on
 * the producer's thread only; wait-free.
 */
public final class DeclaredConsumers implements Downstream
{
    private final Ring ring;
    private final long[] seen;

    /** Which consumer says what cannot be, and with which tail: kept, for its word may change again. */
    private int forger;
    private long forged;
    private long forgedTail;

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
                forger = k;
                forged = raw;
                forgedTail = tail;
                return Status.CORRUPT;
            }
            seen[k] = position;
            lowest = Math.min(lowest, position);
        }
        return lowest;
    }

    @Override
    public String corruption()
    {
        return "consumer " + forger + " ('" + ring.consumerName(forger) + "') says that it is at position " + forged +
            ", which cannot be: it was seen at " + seen[forger] + ", the tail is " + forgedTail +
            ", and records start at multiples of " + ring.alignment();
    }
}
