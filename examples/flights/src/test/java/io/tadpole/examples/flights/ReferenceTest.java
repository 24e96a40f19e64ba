package io.tadpole.examples.flights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

final class ReferenceTest
{
    @TempDir
    private Path folder;

    @Test
    void shouldCountTheRealDataLikeMaps() throws IOException
    {
        final Map<String, Long> expected = new TreeMap<>();
        for (final String row : TestData.flightEvents().lines().skip(1).toList())
        {
            final String[] columns = row.split(",", -1);
            switch (columns[1])
            {
                case "D" ->
                {
                    final long delay = Long.parseLong(columns[8]);
                    expected.merge(columns[5] + " departed", 1L, Long::sum);
                    expected.merge(columns[5] + " sum", delay, Long::sum);
                    expected.merge(columns[5] + " max", delay, Math::max);
                }
                case "X" -> expected.merge(columns[5] + " cancelled", 1L, Long::sum);
                default -> expected.merge(columns[6] + " arrived", 1L, Long::sum);
            }
        }

        final Reference reference = Reference.of(TestData.FLIGHT_EVENTS, 1, true, RejectedRow.IGNORED);
        final Board board = reference.board();
        final Map<String, Long> found = new TreeMap<>();
        for (int airport = board.nextAirport(0); airport != Airport.NONE; airport = board.nextAirport(airport + 1))
        {
            final String code = Airport.code(airport);
            put(found, code + " departed", board.departed(airport));
            put(found, code + " cancelled", board.cancelled(airport));
            put(found, code + " arrived", board.arrived(airport));
            if (board.departed(airport) != 0)
            {
                found.put(code + " sum", board.delayMinutesSum(airport));
                found.put(code + " max", board.delayMinutesMax(airport));
            }
        }
        assertEquals(expected, found);
        assertEquals(326_334, reference.events());
        assertEquals(0, reference.rejected());
    }

    @Test
    void shouldCountARepeatedInputAndTellABadRowOnce() throws IOException
    {
        final Path file = Files.writeString(
            folder.resolve("input"), TestData.DEPARTURE + "\nbad\n" + TestData.ARRIVAL + "\nworse,\n");
        final List<String> rejected = new ArrayList<>();
        final Reference reference = Reference.of(file, 3, false, (line, reason) -> rejected.add(line + ": " + reason));

        assertEquals(6, reference.events());
        assertEquals(2, reference.rejected());
        assertEquals(List.of("2: 1 column instead of 9", "4: 2 columns instead of 9"), rejected);
        final int newark = reference.board().nextAirport(0);
        assertEquals(3, reference.board().departed(newark));
        assertEquals(6, reference.board().delayMinutesSum(newark));
        final MalformedRowException e =
            assertThrows(MalformedRowException.class, () -> Reference.of(file, 3, true, RejectedRow.IGNORED));
        assertEquals(2, e.line());
    }

    private static void put(final Map<String, Long> to, final String name, final long value)
    {
        if (value != 0)
        {
            to.put(name, value);
        }
    }
}
