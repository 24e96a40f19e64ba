package io.tadpole.examples.flights;

/**
 * How long a hop took, in nanoseconds, to three significant digits.
 *
 * @param p50  half of the events took no longer.
 * @param p99  99 of 100 events took no longer.
 * @param p999 999 of 1,000 events took no longer.
 * @param max  no event took longer.
 */
public record Percentiles(long p50, long p99, long p999, long max)
{
}
