package io.tadpole.examples.flights;

import io.tadpole.examples.flights.sbe.Kind;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class ResultTest
{
    private static final Percentiles PERCENTILES = new Percentiles(1, 2, 3, 4);

    @Test
    void shouldWriteAllThereIs()
    {
        final Board board = board();
        final Result result =
            result(new Result.Boards(board, board(), board(), board(), board(), board()), PERCENTILES);

        final String numbers = """
            {BOS={departed=0, cancelled=0, arrived=1, delay_minutes_sum=0, delay_minutes_max=null}, \
            JFK={departed=2, cancelled=1, arrived=0, delay_minutes_sum=-7, delay_minutes_max=-2}}""";
        assertEquals("""
            {input=a "b".csv, events=4, rejected=0, native=codon, killed=true, identical=true, \
            boards={java=BOARD, native=BOARD, kernel=BOARD, aeron=BOARD, replay=BOARD, reference=BOARD}, \
            user_kernel=null, events_per_second=99999.5, latency_ns={java=LATENCY, native=LATENCY, aeron=LATENCY, \
            journal=LATENCY}, \
            allocated_bytes_per_event=0.0, allocated_bytes_per_event_mean=0.5, \
            allocated_bytes_per_event_reading=0.25, allocated_bytes_per_event_journal=12.0, journal=/tmp/j}\
            """.replace("BOARD", numbers).replace("LATENCY", PERCENTILES.toString()), result.toMap().toString());
    }

    @Test
    void shouldWriteNullForANativeStageThatIsNone()
    {
        final Result result = result(new Result.Boards(board(), null, null, board(), board(), board()), null);

        assertTrue(result.identical());
        assertFalse(result.hasKernel());
        final String written = result.toMap().toString();
        assertTrue(written.contains(", native=null, kernel=null, aeron={"), written);
        assertTrue(written.contains(", native=null, aeron=Perc"), written);
    }

    @Test
    void shouldNotBeIdenticalWhenOneBoardIsNot()
    {
        final Board other = board();
        other.count(Kind.ARRIVED, 0, 1, 2);

        for (int different = 0; different < 6; different++)
        {
            final Board[] boards = new Board[6];
            Arrays.setAll(boards, i -> board());
            assertTrue(identical(boards));
            boards[different] = other;
            assertFalse(identical(boards), "board " + different);
        }
        assertFalse(new Result.Boards(board(), null, null, board(), other, board()).identical());
    }

    private static boolean identical(final Board[] boards)
    {
        return new Result.Boards(boards[0], boards[1], boards[2], boards[3], boards[4], boards[5]).identical();
    }

    @Test
    void shouldNameTheLanguagesAsUsersDo()
    {
        assertEquals("codon", NativeLanguage.CODON.toString());
        assertEquals("c", NativeLanguage.C.toString());
        assertEquals("none", NativeLanguage.NONE.toString());
    }

    private static Result result(final Result.Boards boards, final @Nullable Percentiles nativeStage)
    {
        return new Result(
            "a \"b\".csv",
            4,
            0,
            NativeLanguage.CODON,
            true,
            boards,
            null,
            99_999.5,
            new Result.Latencies(PERCENTILES, nativeStage, PERCENTILES, PERCENTILES),
            new Result.Allocated(0, 0.5, 0.25, 12),
            Path.of("/tmp/j"));
    }

    private static Board board()
    {
        final Board board = new Board();
        final int kennedy = Airport.index((byte)'J', (byte)'F', (byte)'K');
        final int boston = Airport.index((byte)'B', (byte)'O', (byte)'S');
        board.count(Kind.DEPARTED, kennedy, boston, -5);
        board.count(Kind.DEPARTED, kennedy, boston, -2);
        board.count(Kind.CANCELLED, kennedy, boston, FlightEvent.NO_DELAY);
        board.count(Kind.ARRIVED, kennedy, boston, 99);
        return board;
    }
}
