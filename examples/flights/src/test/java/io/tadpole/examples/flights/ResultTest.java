package io.tadpole.examples.flights;

import io.tadpole.examples.flights.sbe.Kind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class ResultTest
{
    private static final Percentiles PERCENTILES = new Percentiles(1, 2, 3, 4);

    @Test
    void shouldWriteAllThereIs()
    {
        final Board board = board();
        final Result result = result(new Result.Boards(board, board(), board(), board()), PERCENTILES);

        final String numbers = """
            {"BOS":{"departed":0,"cancelled":0,"arrived":1,"delay_minutes_sum":0,"delay_minutes_max":null},
            "JFK":{"departed":2,"cancelled":1,"arrived":0,"delay_minutes_sum":-7,"delay_minutes_max":-2}}""";
        final String latency = "{\"p50\":1,\"p99\":2,\"p999\":3,\"max\":4}";
        assertEquals("""
            {"input":"a \\"b\\".csv","events":4,"rejected":0,"native":"codon","killed":true,"identical":true,
            "boards":{"java":BOARD,"native":BOARD,"replay":BOARD,"reference":BOARD},
            "events_per_second":99999.5,
            "latency_ns":{"java":LATENCY,"native":LATENCY,"journal":LATENCY},
            "allocated_bytes_per_event":0,"allocated_bytes_per_event_mean":0.5,
            "allocated_bytes_per_event_reading":0.25,
            "allocated_bytes_per_event_journal":12,"journal":"/tmp/j"}
            """.replace("BOARD", numbers).replace("LATENCY", latency).replace("\n", ""), result.toJson());
    }

    @Test
    void shouldWriteNullForANativeStageThatIsNone()
    {
        final Result result = result(new Result.Boards(board(), null, board(), board()), null);

        assertTrue(result.identical());
        assertTrue(result.toJson().contains(",\"native\":null,\"replay\":"), result.toJson());
        assertTrue(result.toJson().contains(",\"native\":null,\"journal\":{"), result.toJson());
    }

    @Test
    void shouldNotBeIdenticalWhenOneBoardIsNot()
    {
        final Board other = board();
        other.count(Kind.ARRIVED, 0, 1, 2);

        assertFalse(new Result.Boards(other, board(), board(), board()).identical());
        assertFalse(new Result.Boards(board(), other, board(), board()).identical());
        assertFalse(new Result.Boards(board(), board(), other, board()).identical());
        assertFalse(new Result.Boards(board(), board(), board(), other).identical());
        assertFalse(new Result.Boards(board(), null, other, board()).identical());
    }

    @Test
    void shouldWriteTextAndNumbersThatJsonCanRead()
    {
        final Json json = new Json().beginObject()
            .name("\"\\\n\r\t\u0001é😀").value((String)null)
            .name("empty").beginObject().endObject()
            .name("half").value("\uD83D")
            .name("true").value(true)
            .name("small").value(0.001)
            .name("large").value(1e300)
            .endObject();

        assertEquals(
            "{\"\\\"\\\\\\n\\r\\t\\u0001é\\ud83d\\ude00\":null,\"empty\":{},\"half\":\"\\ud83d\",\"true\":true," +
                "\"small\":0.001,\"large\":1.0E300}",
            json.toString());
        assertThrows(IllegalArgumentException.class, () -> new Json().value(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Json().value(Double.POSITIVE_INFINITY));
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
            99_999.5,
            new Result.Latencies(PERCENTILES, nativeStage, PERCENTILES),
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
