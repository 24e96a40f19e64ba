package io.tadpole.examples.flights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The airports of a board with the most events, as a table for people.
 */
final class BusiestAirports
{
    private static final String ROW = "%-7s %9s %9s %9s %12s %10s%n";

    private BusiestAirports()
    {
    }

    /**
     * Writes the table.
     *
     * @param board to show.
     * @param most  airports to show.
     * @return lines of text, with a line of headings.
     */
    static String table(final Board board, final int most)
    {
        final List<Integer> airports = airports(board);
        final int shown = Math.min(most, airports.size());
        final StringBuilder text = new StringBuilder(
            ROW.formatted("airport", "departed", "cancelled", "arrived", "mean delay", "max delay"));
        for (final int airport : airports.subList(0, shown))
        {
            text.append(row(board, airport));
        }
        if (shown < airports.size())
        {
            text.append("… and %,d more%n".formatted(airports.size() - shown));
        }
        return text.toString();
    }

    private static List<Integer> airports(final Board board)
    {
        final List<Integer> airports = new ArrayList<>();
        for (int airport = board.nextAirport(0); airport != Airport.NONE; airport = board.nextAirport(airport + 1))
        {
            airports.add(airport);
        }
        airports.sort(Comparator.comparingLong((Integer airport) -> board.events(airport)).reversed());
        return airports;
    }

    private static String row(final Board board, final int airport)
    {
        final long departed = board.departed(airport);
        return String.format(
            Locale.ROOT,
            ROW,
            Airport.code(airport),
            number(departed),
            number(board.cancelled(airport)),
            number(board.arrived(airport)),
            departed == 0 ?
                "" : String.format(Locale.ROOT, "%.1f min", (double)board.delayMinutesSum(airport) / departed),
            departed == 0 ? "" : String.format(Locale.ROOT, "%,d min", board.delayMinutesMax(airport)));
    }

    private static String number(final long value)
    {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
