package io.tadpole.bench;

/**
 * One run and what it carried.
 *
 * @param run      what it found.
 * @param messages that it carried.
 */
record Measured(Run run, int messages)
{
    /** By how much two probes may differ that agree: near cores and far ones differ by a factor of three. */
    private static final double TOLERANCE = 0.2;

    /** Messages in a nanosecond. */
    double rate()
    {
        return (double)messages / run.elapsed();
    }

    /** The bare line's round trip in nanoseconds. */
    double line()
    {
        return (run.lineBefore() + run.lineAfter()) / 2.0;
    }

    /** Whether the cores stayed where they were during the run. */
    boolean isSteady()
    {
        return agree((double)run.lineBefore(), (double)run.lineAfter());
    }

    /** Whether both runs were steady, and the cores as far apart in one as in the other. */
    boolean isComparableWith(final Measured other)
    {
        return isSteady() && other.isSteady() && agree(line(), other.line());
    }

    private static boolean agree(final double one, final double other)
    {
        return Math.abs(one - other) <= TOLERANCE * Math.min(one, other);
    }
}
