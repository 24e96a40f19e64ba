package io.tadpole.journal;

import java.time.Instant;

/**
 * The time of messages that carry none.
 */
final class EpochClock
{
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private EpochClock()
    {
    }

    /** Nanoseconds since the epoch. */
    static long nanoTime()
    {
        final Instant now = Instant.now();
        return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
    }
}
