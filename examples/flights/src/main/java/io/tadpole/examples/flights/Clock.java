package io.tadpole.examples.flights;

import java.time.Instant;

/**
 * Nanoseconds since the epoch, with the resolution and the steadiness of {@link System#nanoTime()}: all hops of a
 * run are measured by one clock, which no correction of the system's time moves. Any thread; wait-free; no
 * allocation.
 */
final class Clock
{
    private final long offsetNs;

    /** Starts at the system's time. */
    Clock()
    {
        final Instant now = Instant.now();
        offsetNs = now.getEpochSecond() * 1_000_000_000L + now.getNano() - System.nanoTime();
    }

    /**
     * The clock of another JVM on this machine: on Linux, {@link System#nanoTime()} counts from the same moment in all
     * of them.
     *
     * @param offsetNs that clock's.
     */
    Clock(final long offsetNs)
    {
        this.offsetNs = offsetNs;
    }

    /** What it adds to {@link System#nanoTime()}, in nanoseconds. */
    long offsetNs()
    {
        return offsetNs;
    }

    /** Nanoseconds since the epoch. */
    long nowNs()
    {
        return System.nanoTime() + offsetNs;
    }
}
