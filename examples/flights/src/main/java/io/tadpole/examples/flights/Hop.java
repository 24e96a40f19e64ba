package io.tadpole.examples.flights;

/**
 * Measures one stage: how long each event took to come through it, and what its thread allocates. The stage's thread
 * records; another one may ask after it has ended. Recording is wait-free and allocates nothing.
 */
final class Hop
{
    private final Latency latency = new Latency();
    private final Clock clock;
    private final Allocation allocation;
    private long events;

    /**
     * Measures a stage.
     *
     * @param clock        by which the publisher stamps the messages.
     * @param warmUpEvents before allocation is counted.
     */
    Hop(final Clock clock, final long warmUpEvents)
    {
        this.clock = clock;
        this.allocation = new Allocation(warmUpEvents);
    }

    /** Now, by the publisher's clock. */
    long nowNs()
    {
        return clock.nowNs();
    }

    /**
     * An event has come through.
     *
     * @param timestampNs of the event.
     * @param nowNs       when it had come through.
     */
    void record(final long timestampNs, final long nowNs)
    {
        latency.record(nowNs - timestampNs);
        allocation.events(++events);
    }

    /** How many events have come through. */
    long events()
    {
        return events;
    }

    /** From the messages' timestamps to here. */
    Latency latency()
    {
        return latency;
    }

    /** What the stage's thread allocates. */
    Allocation allocation()
    {
        return allocation;
    }
}
