package io.tadpole.cli;

import java.time.Instant;
import java.util.Locale;

/** How values look, in every command alike. */
final class Text
{
    private static final long NS_PER_S = 1_000_000_000L;

    private Text()
    {
    }

    /**
     * A time.
     *
     * @param epochNs nanoseconds since the epoch.
     * @return for example {@code 2013-01-01T10:17:00Z}.
     */
    static String time(final long epochNs)
    {
        return Instant.ofEpochSecond(Math.floorDiv(epochNs, NS_PER_S), Math.floorMod(epochNs, NS_PER_S)).toString();
    }

    /**
     * The identity of a ring: text in JSON too, where many readers round numbers beyond 53 bits.
     *
     * @param ringId of the ring.
     * @return 16 hexadecimal digits.
     */
    static String ringId(final long ringId)
    {
        return String.format(Locale.ROOT, "%016x", ringId);
    }
}
