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
    void writeTo(final Json json)
    {
        json.beginObject()
            .name("p50").value(p50)
            .name("p99").value(p99)
            .name("p999").value(p999)
            .name("max").value(max)
            .endObject();
    }
}
