package io.tadpole.envelope;

import java.util.Random;

/**
 * Random tests that can be run again: {@code -Dtadpole.seed=<the printed one>}.
 */
final class Seeds
{
    private Seeds()
    {
    }

    static Random random(final String test)
    {
        return new Random(seed(test));
    }

    static long seed(final String test)
    {
        final long seed = Long.getLong("tadpole.seed", System.nanoTime());
        System.out.println(test + ": seed " + seed);
        return seed;
    }
}
