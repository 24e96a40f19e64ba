package io.tadpole.examples.flights;

import io.tadpole.examples.flights.sbe.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

final class BoardTest
{
    private static final Kind[] KINDS = {Kind.DEPARTED, Kind.ARRIVED, Kind.CANCELLED};

    @Test
    void shouldCountLikeAModelOfMaps()
    {
        final SplittableRandom random = new SplittableRandom(TestData.seed("BoardTest"));
        final Board board = new Board();
        final Map<Integer, LongSummaryStatistics> departures = new HashMap<>();
        final Map<Integer, Long> cancelled = new HashMap<>();
        final Map<Integer, Long> arrived = new HashMap<>();
        for (int i = 0; i < 50_000; i++)
        {
            final Kind kind = KINDS[random.nextInt(KINDS.length)];
            final int origin = airport(random);
            final int dest = airport(random);
            final int delay = switch (random.nextInt(10))
            {
                case 0 -> random.nextBoolean() ? Integer.MAX_VALUE : -Integer.MAX_VALUE;
                default -> random.nextInt(-60, 1000);
            };
            final int counted = board.count(kind, origin, dest, delay);
            switch (kind)
            {
                case DEPARTED ->
                    departures.computeIfAbsent(origin, _ -> new LongSummaryStatistics()).accept(delay);
                case CANCELLED -> cancelled.merge(origin, 1L, Long::sum);
                default -> arrived.merge(dest, 1L, Long::sum);
            }
            assertEquals(kind == Kind.ARRIVED ? dest : origin, counted);
        }

        final TreeSet<Integer> seen = new TreeSet<>();
        for (int airport = board.nextAirport(0); airport != Airport.NONE; airport = board.nextAirport(airport + 1))
        {
            seen.add(airport);
        }
        for (int airport = 0; airport < Airport.COUNT; airport++)
        {
            final LongSummaryStatistics departed = departures.getOrDefault(airport, new LongSummaryStatistics());
            assertEquals(departed.getCount(), board.departed(airport));
            assertEquals(departed.getSum(), board.delayMinutesSum(airport));
            assertEquals(departed.getCount() == 0 ? 0 : departed.getMax(), board.delayMinutesMax(airport));
            assertEquals(cancelled.getOrDefault(airport, 0L), board.cancelled(airport));
            assertEquals(arrived.getOrDefault(airport, 0L), board.arrived(airport));
            assertEquals(
                departures.containsKey(airport) || cancelled.containsKey(airport) || arrived.containsKey(airport),
                seen.contains(airport));
            assertEquals(departed.getCount(), board.events(Kind.DEPARTED, airport));
            assertEquals(board.cancelled(airport), board.events(Kind.CANCELLED, airport));
            assertEquals(board.arrived(airport), board.events(Kind.ARRIVED, airport));
        }
    }

    @Test
    void shouldKnowTheLargestDelayWhenAllLeftEarly()
    {
        final Board board = new Board();
        board.count(Kind.DEPARTED, 7, 8, -20);
        board.count(Kind.DEPARTED, 7, 8, -5);
        board.count(Kind.DEPARTED, 7, 8, -9);

        assertEquals(-5, board.delayMinutesMax(7));
        assertEquals(-34, board.delayMinutesSum(7));
        assertEquals(Airport.NONE, board.nextAirport(8));
    }

    @Test
    void shouldRefuseToCountNothing()
    {
        final Board board = new Board();
        assertThrows(IllegalArgumentException.class, () -> board.count(Kind.NULL_VAL, 0, 1, 2));
        assertThrows(IllegalArgumentException.class, () -> board.events(Kind.NULL_VAL, 0));
    }

    @Test
    void shouldBeEqualWhenEveryNumberIs()
    {
        final List<Board> boards = new ArrayList<>();
        for (int changed = 0; changed < 6; changed++)
        {
            final long[] numbers = {3, 3, 3, 3, 3, 3};
            numbers[changed]++;
            final Board board = new Board();
            board.set(5, numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
            boards.add(board);
        }
        final Board same = new Board();
        same.set(5, 3, 3, 3, 3, 3);
        assertEquals(boards.getFirst(), same);
        assertEquals(boards.getFirst().hashCode(), same.hashCode());
        for (final Board other : boards.subList(1, boards.size()))
        {
            assertNotEquals(same, other);
        }
    }

    @Test
    void shouldNotCompareTheMaximumOfNoDelays()
    {
        final Board set = new Board();
        set.set(5, 0, 1, 0, 0, Long.MIN_VALUE);
        final Board counted = new Board();
        counted.count(Kind.CANCELLED, 5, 6, FlightEvent.NO_DELAY);

        assertEquals(counted, set);
    }

    @Test
    void shouldShowTheBusiestAirports()
    {
        final Board board = new Board();
        board.set(Airport.index((byte)'J', (byte)'F', (byte)'K'), 1234, 56, 0, 12_340, 1301);
        board.set(Airport.index((byte)'B', (byte)'O', (byte)'S'), 0, 0, 9_000, 0, 0);
        board.set(Airport.index((byte)'A', (byte)'B', (byte)'C'), 0, 0, 1, 0, 0);

        assertEquals("""
            airport  departed cancelled   arrived   mean delay  max delay
            BOS             0         0     9,000
            JFK         1,234        56         0     10.0 min  1,301 min
            … and 1 more
            """, BusiestAirports.table(board, 2).lines().map(String::stripTrailing)
            .collect(Collectors.joining("\n", "", "\n")));
    }

    private static int airport(final SplittableRandom random)
    {
        return random.nextInt(20) == 0 ? random.nextInt(Airport.COUNT) : random.nextInt(40);
    }
}
