package io.tadpole.examples.flights;

import io.tadpole.examples.flights.sbe.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Parses one row of nine columns, by hand, where its bytes lie. A good row allocates nothing; a bad one a sentence.
 */
final class FlightRow
{
    /** The header line of the input. */
    static final String HEADER =
        "time_utc,event,carrier,flight,tailnum,origin,dest,distance_miles,delay_minutes";

    private static final int COLUMNS = 9;
    private static final int TIME = 0;
    private static final int EVENT = 1;
    private static final int CARRIER = 2;
    private static final int FLIGHT = 3;
    private static final int TAILNUM = 4;
    private static final int ORIGIN = 5;
    private static final int DEST = 6;
    private static final int DISTANCE = 7;
    private static final int DELAY = 8;

    /** The largest number of a uint16 that SBE does not take for null. */
    private static final int MAX_NUMBER = 65_534;

    private static final int MAX_TAILNUM_LENGTH = 6;
    private static final int MAX_QUOTED_LENGTH = 40;

    private final int[] starts = new int[COLUMNS + 1];
    private byte[] bytes = {};

    /**
     * Parses a row.
     *
     * @param row   in which its bytes lie.
     * @param start of the row.
     * @param end   of the row, without its end-of-line.
     * @param event set to what the row says; of no meaning when the row is bad.
     * @return null when the row is good, otherwise what is wrong with it.
     */
    @Nullable String parse(final byte[] row, final int start, final int end, final FlightEvent event)
    {
        bytes = row;
        final int columns = split(start, end);
        if (columns != COLUMNS)
        {
            return columns + (columns == 1 ? " column" : " columns") + " instead of " + COLUMNS;
        }
        return parseTime(event) && parseKind(event) && parseAircraft(event) && parseRoute(event) && parseDelay(event) ?
            null : reason(event);
    }

    /** Notes where each column starts; the one behind the last starts one byte after the row's end. */
    private int split(final int start, final int end)
    {
        int columns = 0;
        starts[columns++] = start;
        for (int i = start; i < end; i++)
        {
            if (bytes[i] == ',')
            {
                if (columns < COLUMNS)
                {
                    starts[columns] = i + 1;
                }
                columns++;
            }
        }
        starts[COLUMNS] = end + 1;
        return columns;
    }

    private boolean parseTime(final FlightEvent event)
    {
        event.timeNs = UtcMinute.parse(bytes, start(TIME), end(TIME));
        return event.timeNs != UtcMinute.NONE;
    }

    private boolean parseKind(final FlightEvent event)
    {
        event.kind = length(EVENT) == 1 ? kind(bytes[start(EVENT)]) : Kind.NULL_VAL;
        return event.kind != Kind.NULL_VAL;
    }

    private boolean parseAircraft(final FlightEvent event)
    {
        event.carrier = carrier();
        event.flight = number(FLIGHT);
        event.tailnum = tailnum();
        return event.carrier >= 0 && event.flight >= 0 && event.tailnum >= 0;
    }

    private boolean parseRoute(final FlightEvent event)
    {
        event.origin = airport(ORIGIN);
        event.dest = airport(DEST);
        event.distanceMiles = number(DISTANCE);
        return event.origin != Airport.NONE && event.dest != Airport.NONE && event.distanceMiles >= 0;
    }

    private boolean parseDelay(final FlightEvent event)
    {
        if (event.kind == Kind.CANCELLED)
        {
            event.delayMinutes = FlightEvent.NO_DELAY;
            return length(DELAY) == 0;
        }
        event.delayMinutes = delay();
        return event.delayMinutes != FlightEvent.NO_DELAY;
    }

    private static Kind kind(final byte letter)
    {
        return switch (letter)
        {
            case 'D' -> Kind.DEPARTED;
            case 'A' -> Kind.ARRIVED;
            case 'X' -> Kind.CANCELLED;
            default -> Kind.NULL_VAL;
        };
    }

    /** Both characters, the first one lowest; -1 when it is no carrier. */
    private int carrier()
    {
        final int start = start(CARRIER);
        return length(CARRIER) == 2 && isAlphanumeric(bytes[start]) && isAlphanumeric(bytes[start + 1]) ?
            bytes[start] | (bytes[start + 1] << 8) : -1;
    }

    /** All characters, the first one lowest; -1 when it is no tail number. */
    private long tailnum()
    {
        final int start = start(TAILNUM);
        final int length = length(TAILNUM);
        if (length > MAX_TAILNUM_LENGTH)
        {
            return -1;
        }
        long packed = 0;
        for (int i = 0; i < length; i++)
        {
            final byte character = bytes[start + i];
            if (character < ' ' || character > '~')
            {
                return -1;
            }
            packed |= (long)character << (8 * i);
        }
        return packed;
    }

    private int airport(final int column)
    {
        final int start = start(column);
        return length(column) == 3 ?
            Airport.index(bytes[start], bytes[start + 1], bytes[start + 2]) : Airport.NONE;
    }

    /** A whole number from 0 to 65534; -1 when it is none. */
    private int number(final int column)
    {
        final long value = digits(start(column), end(column));
        return value > MAX_NUMBER ? -1 : (int)value;
    }

    /** Any int but the one that means none. */
    private int delay()
    {
        final int start = start(DELAY);
        final boolean negative = length(DELAY) > 0 && bytes[start] == '-';
        final long value = digits(negative ? start + 1 : start, end(DELAY));
        return value < 0 || value > Integer.MAX_VALUE ? FlightEvent.NO_DELAY : (int)(negative ? -value : value);
    }

    /** At least one digit and nothing else, up to what an int holds and a little more; -1 when it is not so. */
    private long digits(final int start, final int end)
    {
        if (start >= end)
        {
            return -1;
        }
        long value = 0;
        for (int i = start; i < end; i++)
        {
            final int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9)
            {
                return -1;
            }
            value = Math.min(value * 10 + digit, 1L << 32);
        }
        return value;
    }

    /** Says what {@link #parse} found to be wrong: the first bad column. */
    private String reason(final FlightEvent event)
    {
        if (event.timeNs == UtcMinute.NONE)
        {
            return wrong("time_utc", TIME, "a time like 2013-01-31T23:59Z, " + UtcMinute.RANGE);
        }
        if (event.kind == Kind.NULL_VAL)
        {
            return wrong("event", EVENT, "D, A or X");
        }
        if (event.carrier < 0)
        {
            return wrong("carrier", CARRIER, "two letters or digits");
        }
        if (event.flight < 0)
        {
            return wrong("flight", FLIGHT, "a whole number from 0 to 65534");
        }
        if (event.tailnum < 0)
        {
            return wrong("tailnum", TAILNUM, "at most six printable characters");
        }
        if (event.origin == Airport.NONE)
        {
            return wrong("origin", ORIGIN, "three letters A to Z");
        }
        if (event.dest == Airport.NONE)
        {
            return wrong("dest", DEST, "three letters A to Z");
        }
        if (event.distanceMiles < 0)
        {
            return wrong("distance_miles", DISTANCE, "a whole number from 0 to 65534");
        }
        return event.kind == Kind.CANCELLED ?
            wrong("delay_minutes", DELAY, "empty, as a cancellation has none") :
            wrong("delay_minutes", DELAY, "a whole number from -2147483647 to 2147483647");
    }

    private String wrong(final String name, final int column, final String wanted)
    {
        final StringBuilder text = new StringBuilder(name).append(" is \"");
        final int end = Math.min(end(column), start(column) + MAX_QUOTED_LENGTH);
        for (int i = start(column); i < end; i++)
        {
            final byte character = bytes[i];
            text.append(character < ' ' || character > '~' ? '?' : (char)character);
        }
        return text.append(length(column) > MAX_QUOTED_LENGTH ? "…" : "").append("\", not ").append(wanted).toString();
    }

    private int start(final int column)
    {
        return starts[column];
    }

    private int end(final int column)
    {
        return starts[column + 1] - 1;
    }

    private int length(final int column)
    {
        return end(column) - start(column);
    }

    private static boolean isAlphanumeric(final byte character)
    {
        return isWithin('0', character, '9') || isWithin('A', character, 'Z') || isWithin('a', character, 'z');
    }

    private static boolean isWithin(final char first, final byte character, final char last)
    {
        return character >= first && character <= last;
    }
}
