package io.tadpole.examples.flights;

import io.tadpole.examples.flights.sbe.Kind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The delay board: what happened at each airport so far. One row of eight numbers an airport, in one array, like the
 * rows of the native stage's state file:
 *
 * <pre>
 *   +----------+-----------+---------+-----------+-----------+-----------------+
 *   | departed | cancelled | arrived | delay sum | delay max | three zeros     |
 *   +----------+-----------+---------+-----------+-----------+-----------------+
 *   0          1           2         3           4           5                 8
 * </pre>
 *
 * <p>Departures, cancellations and departure delays (in minutes) count where a flight leaves, arrivals where it
 * lands. One thread writes; counting is wait-free and allocates nothing.
 */
final class Board
{
    /** How many numbers a row has. */
    static final int ROW_LENGTH = 8;

    private static final int DEPARTED = 0;
    private static final int CANCELLED = 1;
    private static final int ARRIVED = 2;
    private static final int DELAY_SUM = 3;
    private static final int DELAY_MAX = 4;

    private final long[] rows = new long[Airport.COUNT * ROW_LENGTH];

    /**
     * Counts an event.
     *
     * @param kind         what happened.
     * @param origin       where the flight leaves: an {@link Airport}'s index.
     * @param dest         where it goes.
     * @param delayMinutes of a departure; of no meaning otherwise.
     * @return the airport at which it counts.
     * @throws IllegalArgumentException when the kind is none.
     */
    int count(final Kind kind, final int origin, final int dest, final int delayMinutes)
    {
        return switch (kind)
        {
            case DEPARTED -> depart(origin, delayMinutes);
            case CANCELLED -> add(origin, CANCELLED);
            case ARRIVED -> add(dest, ARRIVED);
            default -> throw new IllegalArgumentException("nothing happened: " + kind);
        };
    }

    /** How many flights departed from an airport. */
    long departed(final int airport)
    {
        return rows[airport * ROW_LENGTH + DEPARTED];
    }

    /** How many departures from an airport were cancelled. */
    long cancelled(final int airport)
    {
        return rows[airport * ROW_LENGTH + CANCELLED];
    }

    /** How many flights arrived at an airport. */
    long arrived(final int airport)
    {
        return rows[airport * ROW_LENGTH + ARRIVED];
    }

    /** All departure delays of an airport together, in minutes; who left early made some good. */
    long delayMinutesSum(final int airport)
    {
        return rows[airport * ROW_LENGTH + DELAY_SUM];
    }

    /** The largest departure delay of an airport, in minutes, negative when all left early; 0 when none departed. */
    long delayMinutesMax(final int airport)
    {
        return rows[airport * ROW_LENGTH + DELAY_MAX];
    }

    /** How many events of a kind an airport has. */
    long events(final Kind kind, final int airport)
    {
        return switch (kind)
        {
            case DEPARTED -> departed(airport);
            case CANCELLED -> cancelled(airport);
            case ARRIVED -> arrived(airport);
            default -> throw new IllegalArgumentException("no event is of kind " + kind);
        };
    }

    /** How many events an airport has. */
    long events(final int airport)
    {
        return departed(airport) + cancelled(airport) + arrived(airport);
    }

    /**
     * The next airport that has an event, in the order of the codes.
     *
     * @param from the first airport to look at, 0 or greater.
     * @return its index, or {@link Airport#NONE} when there is none.
     */
    int nextAirport(final int from)
    {
        for (int airport = from; airport < Airport.COUNT; airport++)
        {
            if (events(airport) != 0)
            {
                return airport;
            }
        }
        return Airport.NONE;
    }

    /**
     * Sets an airport's row.
     *
     * @param airport         an {@link Airport}'s index.
     * @param departed        flights.
     * @param cancelled       flights.
     * @param arrived         flights.
     * @param delayMinutesSum of the departures.
     * @param delayMinutesMax of the departures; of no meaning when there are none.
     */
    void set(
        final int airport,
        final long departed,
        final long cancelled,
        final long arrived,
        final long delayMinutesSum,
        final long delayMinutesMax)
    {
        final int row = airport * ROW_LENGTH;
        rows[row + DEPARTED] = departed;
        rows[row + CANCELLED] = cancelled;
        rows[row + ARRIVED] = arrived;
        rows[row + DELAY_SUM] = delayMinutesSum;
        rows[row + DELAY_MAX] = departed == 0 ? 0 : delayMinutesMax;
    }

    /** Boards are equal when every number of every airport is. */
    @Override
    public boolean equals(final Object other)
    {
        return other instanceof final Board board && Arrays.equals(rows, board.rows);
    }

    @Override
    public int hashCode()
    {
        return Arrays.hashCode(rows);
    }

    /** The airports that have an event, by code, with their numbers. */
    Map<String, Object> toMap()
    {
        final Map<String, Object> airports = new LinkedHashMap<>();
        for (int airport = nextAirport(0); airport != Airport.NONE; airport = nextAirport(airport + 1))
        {
            final Map<String, @Nullable Object> numbers = new LinkedHashMap<>();
            numbers.put("departed", departed(airport));
            numbers.put("cancelled", cancelled(airport));
            numbers.put("arrived", arrived(airport));
            numbers.put("delay_minutes_sum", delayMinutesSum(airport));
            numbers.put("delay_minutes_max", departed(airport) == 0 ? null : delayMinutesMax(airport));
            airports.put(Airport.code(airport), numbers);
        }
        return airports;
    }

    private int add(final int airport, final int column)
    {
        rows[airport * ROW_LENGTH + column]++;
        return airport;
    }

    private int depart(final int airport, final int delayMinutes)
    {
        final int row = airport * ROW_LENGTH;
        final long before = rows[row + DEPARTED]++;
        rows[row + DELAY_SUM] += delayMinutes;
        rows[row + DELAY_MAX] = before == 0 ? delayMinutes : Math.max(rows[row + DELAY_MAX], delayMinutes);
        return airport;
    }
}
