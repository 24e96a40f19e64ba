package io.tadpole.examples.flights;

import io.tadpole.examples.flights.sbe.FlightEventEncoder;
import io.tadpole.examples.flights.sbe.Kind;

/**
 * One row of the input, in fields that are set anew for each row. Text is packed into numbers, first letter lowest, so
 * that no row allocates.
 */
final class FlightEvent
{
    /** The delay of a cancellation: there is none. */
    static final int NO_DELAY = FlightEventEncoder.delayMinutesNullValue();

    /** When it happened, in nanoseconds since the epoch, UTC; to the minute. */
    long timeNs;

    /** What happened. */
    Kind kind = Kind.NULL_VAL;

    /** Airline: two letters or digits, one a byte. */
    int carrier;

    /** Flight number, 0 to 65534. */
    int flight;

    /** Aircraft: up to six characters, one a byte, zero behind the last. */
    long tailnum;

    /** Where it left: an {@link Airport}'s index. */
    int origin;

    /** Where it went: an {@link Airport}'s index. */
    int dest;

    /** Between the two, 0 to 65534. */
    int distanceMiles;

    /** Negative is early; {@link #NO_DELAY} for a cancellation. */
    int delayMinutes = NO_DELAY;

    /** The row as it would stand in the input, for people. */
    @Override
    public String toString()
    {
        return timeNs + "ns," + (char)kind.value() + "," + text(carrier) + "," + flight + "," + text(tailnum) + "," +
            Airport.code(origin) + "," + Airport.code(dest) + "," + distanceMiles + "," +
            (delayMinutes == NO_DELAY ? "" : delayMinutes);
    }

    private static String text(final long packed)
    {
        final StringBuilder text = new StringBuilder();
        for (long rest = packed; rest != 0; rest >>>= 8)
        {
            text.append((char)(rest & 0xFF));
        }
        return text.toString();
    }
}
