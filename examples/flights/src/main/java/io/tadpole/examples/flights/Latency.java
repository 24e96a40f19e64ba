package io.tadpole.examples.flights;

import org.HdrHistogram.Histogram;

/**
 * How long a hop took, event by event: a histogram that never grows. One thread records; another one may ask after it
 * has ended. Recording is wait-free and allocates nothing.
 */
final class Latency
{
    private static final long HIGHEST_NS = 3_600_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Histogram histogram = new Histogram(HIGHEST_NS, SIGNIFICANT_DIGITS);

    /**
     * Records one event.
     *
     * @param latencyNs that it took, in nanoseconds; counted as at least 0 and at most an hour.
     */
    void record(final long latencyNs)
    {
        histogram.recordValue(Math.clamp(latencyNs, 0L, HIGHEST_NS));
    }

    /** What was recorded so far. */
    Percentiles percentiles()
    {
        return new Percentiles(
            histogram.getValueAtPercentile(50),
            histogram.getValueAtPercentile(99),
            histogram.getValueAtPercentile(99.9),
            histogram.getMaxValue());
    }
}
