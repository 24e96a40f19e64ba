package io.tadpole.examples.flights;

/**
 * Message ids: UUIDs of version 4, from a generator that costs a few nanoseconds and allocates nothing. They are
 * unique as far as their seed is; nobody may take them for secrets. One thread.
 *
 * <p>The generator is SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
 */
final class MessageIds
{
    private static final long VERSION_MASK = 0xF000L;
    private static final long VERSION_4 = 0x4000L;
    private static final long VARIANT_MASK = 0xC000_0000_0000_0000L;
    private static final long VARIANT_2 = 0x8000_0000_0000_0000L;

    private long state;

    /**
     * Generates ids.
     *
     * @param seed from which they follow.
     */
    MessageIds(final long seed)
    {
        state = seed;
    }

    /** The upper half of the next id: call it before {@link #low()}. */
    long high()
    {
        return (next() & ~VERSION_MASK) | VERSION_4;
    }

    /** The lower half of the id. */
    long low()
    {
        return (next() & ~VARIANT_MASK) | VARIANT_2;
    }

    private long next()
    {
        state += 0x9E37_79B9_7F4A_7C15L;
        long mixed = state;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 31);
    }
}
