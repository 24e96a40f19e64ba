package io.tadpole.examples.flights;

import io.tadpole.examples.flights.sbe.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class FlightEventsTest
{
    private static final String GOOD = TestData.DEPARTURE;

    @TempDir
    private Path folder;

    @Test
    void shouldReadTheRealData() throws IOException
    {
        final Map<String, Long> expected = new TreeMap<>();
        final List<String> rows = TestData.flightEvents().lines().skip(1).toList();
        for (final String row : rows)
        {
            final String[] columns = row.split(",", -1);
            expected.merge("distance", Long.parseLong(columns[7]), Long::sum);
            expected.merge("flight", Long.parseLong(columns[3]), Long::sum);
            expected.merge(columns[1] + columns[2] + columns[5] + columns[6], 1L, Long::sum);
            expected.merge("minutes", Instant.parse(columns[0].replace("Z", ":00Z")).getEpochSecond() / 60, Long::sum);
            expected.merge("tailnum " + columns[4], 1L, Long::sum);
            if (!columns[8].isEmpty())
            {
                expected.merge("delay " + columns[1], Long.parseLong(columns[8]), Long::sum);
            }
        }

        final Map<String, Long> found = new TreeMap<>();
        try (FlightEvents events = FlightEvents.open(TestData.FLIGHT_EVENTS, true, RejectedRow.IGNORED))
        {
            final FlightEvent event = new FlightEvent();
            while (events.next(event))
            {
                final String[] columns = event.toString().split(",", -1);
                found.merge("distance", (long)event.distanceMiles, Long::sum);
                found.merge("flight", (long)event.flight, Long::sum);
                found.merge(columns[1] + columns[2] + columns[5] + columns[6], 1L, Long::sum);
                found.merge("minutes", event.timeNs / 60_000_000_000L, Long::sum);
                found.merge("tailnum " + columns[4], 1L, Long::sum);
                if (event.kind != Kind.CANCELLED)
                {
                    found.merge("delay " + columns[1], (long)event.delayMinutes, Long::sum);
                }
            }
            assertEquals(326_334, events.events());
            assertEquals(0, events.rejected());
        }
        assertEquals(expected, found);
    }

    @Test
    void shouldReadEachFieldOfARow() throws IOException
    {
        final List<FlightEvent> events = read(
            FlightRow.HEADER + "\n" + TestData.DEPARTURE + "\n" + TestData.CANCELLATION + "\n", new ArrayList<>());

        final FlightEvent departure = events.getFirst();
        assertEquals(Instant.parse("2013-01-01T10:17:00Z"), Instant.ofEpochSecond(0, departure.timeNs));
        assertEquals(Kind.DEPARTED, departure.kind);
        assertEquals('U' | ('A' << 8), departure.carrier);
        assertEquals(1545, departure.flight);
        assertEquals(0x38_32_32_34_31_4EL, departure.tailnum);
        assertEquals(index("EWR"), departure.origin);
        assertEquals(index("IAH"), departure.dest);
        assertEquals(1400, departure.distanceMiles);
        assertEquals(2, departure.delayMinutes);
        final FlightEvent cancellation = events.getLast();
        assertEquals(Kind.CANCELLED, cancellation.kind);
        assertEquals(0, cancellation.tailnum);
        assertEquals(FlightEvent.NO_DELAY, cancellation.delayMinutes);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "2013-01-01T10:17Z,D,UA,0,N,AAA,ZZZ,0,2147483647",
        "2013-01-01T00:00Z,A,9e,65534,~ !\"#$,AAA,ZZZ,65534,-2147483647",
        "2012-02-29T23:59Z,D,00,007,N14228,EWR,IAH,0001400,-0",
        "2000-02-29T00:00Z,X,UA,1,,EWR,IAH,1,",
        "1678-01-01T00:00Z,X,UA,1,,EWR,IAH,1,",
        "2261-12-31T23:59Z,X,UA,1,,EWR,IAH,1,"})
    void shouldTakeExtremeRows(final String row) throws IOException
    {
        final List<String> rejected = new ArrayList<>();
        assertEquals(2, read(FlightRow.HEADER + "\n" + row + "\n" + GOOD + "\n", rejected).size());
        assertEquals(List.of(), rejected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400 | 8 columns instead of 9",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2, | 10 columns instead of 9",
        "nonsense | 1 column instead of 9",
        "`   ` | 1 column instead of 9",
        "2013-01-01 10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is \"2013-01-01 10:17Z\"",
        "2013-01-01T10:17,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is \"2013-01-01T10:17\"",
        "2013-01-01T10:17:00Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2013-02-29T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is \"2013-02-29T10:17Z\"",
        "1900-02-29T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2013-04-31T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2013-00-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2013-13-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2013-01-00T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2013-01-32T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2013-01-01T24:00Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2013-01-01T10:60Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2013-01-01T1a:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2x13-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "20/3-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "1677-12-31T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is",
        "2262-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2 | of the years 1678 to 2261",
        ",D,UA,1545,N14228,EWR,IAH,1400,2 | time_utc is \"\"",
        "2013-01-01T10:17Z,C,UA,1545,N14228,EWR,IAH,1400,2 | event is \"C\", not D, A or X",
        "2013-01-01T10:17Z,d,UA,1545,N14228,EWR,IAH,1400,2 | event is \"d\"",
        "2013-01-01T10:17Z,,UA,1545,N14228,EWR,IAH,1400,2 | event is \"\"",
        "2013-01-01T10:17Z,DD,UA,1545,N14228,EWR,IAH,1400,2 | event is \"DD\"",
        "2013-01-01T10:17Z,D,U,1545,N14228,EWR,IAH,1400,2 | carrier is \"U\", not two letters or digits",
        "2013-01-01T10:17Z,D,UAL,1545,N14228,EWR,IAH,1400,2 | carrier is \"UAL\"",
        "2013-01-01T10:17Z,D,U-,1545,N14228,EWR,IAH,1400,2 | carrier is \"U-\"",
        "2013-01-01T10:17Z,D,Ü,1545,N14228,EWR,IAH,1400,2 | carrier is \"??\"",
        "2013-01-01T10:17Z,D,UA,65535,N14228,EWR,IAH,1400,2 | flight is \"65535\", not a whole number from 0 to 65534",
        "2013-01-01T10:17Z,D,UA,4294967297,N14228,EWR,IAH,1400,2 | flight is",
        "2013-01-01T10:17Z,D,UA,18446744073709551617,N14228,EWR,IAH,1400,2 | flight is",
        "2013-01-01T10:17Z,D,UA,-1,N14228,EWR,IAH,1400,2 | flight is \"-1\"",
        "2013-01-01T10:17Z,D,UA,,N14228,EWR,IAH,1400,2 | flight is \"\"",
        "2013-01-01T10:17Z,D,UA,1 5,N14228,EWR,IAH,1400,2 | flight is \"1 5\"",
        "2013-01-01T10:17Z,D,UA,1545,N142288,EWR,IAH,1400,2 | tailnum is \"N142288\", not at most six",
        "2013-01-01T10:17Z,D,UA,1545,N1\t228,EWR,IAH,1400,2 | tailnum is \"N1?228\"",
        "2013-01-01T10:17Z,D,UA,1545,N1é,EWR,IAH,1400,2 | tailnum is \"N1??\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EW,IAH,1400,2 | origin is \"EW\", not three letters A to Z",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWRR,IAH,1400,2 | origin is \"EWRR\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,ewr,IAH,1400,2 | origin is \"ewr\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,I[H,1400,2 | dest is \"I[H\", not three letters A to Z",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,I@H,1400,2 | dest is \"I@H\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,,1400,2 | dest is \"\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,65535,2 | distance_miles is \"65535\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1.5,2 | distance_miles is \"1.5\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,,2 | distance_miles is \"\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400, | delay_minutes is \"\", not a whole number",
        "2013-01-01T10:17Z,A,UA,1545,N14228,EWR,IAH,1400, | delay_minutes is \"\", not a whole number",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,- | delay_minutes is \"-\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,+2 | delay_minutes is \"+2\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,--2 | delay_minutes is \"--2\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,NA | delay_minutes is \"NA\"",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,2147483648 | delay_minutes is",
        "2013-01-01T10:17Z,D,UA,1545,N14228,EWR,IAH,1400,-2147483648 | delay_minutes is",
        "2013-01-01T10:17Z,X,UA,1545,N14228,EWR,IAH,1400,2 | delay_minutes is \"2\", not empty"})
    void shouldRejectAndSkipAMalformedRow(final String row, final String reason) throws IOException
    {
        final List<String> rejected = new ArrayList<>();
        final String input = FlightRow.HEADER + "\n" + GOOD + "\n" + row + "\n" + GOOD + "\n";

        assertEquals(2, read(input, rejected).size());
        assertEquals(1, rejected.size());
        assertTrue(rejected.getFirst().startsWith("3: "), rejected.getFirst());
        assertTrue(rejected.getFirst().contains(reason), rejected.getFirst());

        final Path file = Files.writeString(folder.resolve("strict.csv"), input);
        try (FlightEvents events = FlightEvents.open(file, true, RejectedRow.IGNORED))
        {
            final FlightEvent event = new FlightEvent();
            assertTrue(events.next(event));
            final MalformedRowException e = assertThrows(MalformedRowException.class, () -> events.next(event));
            assertEquals(3, e.line());
            assertTrue(e.reason().contains(reason), e.reason());
            assertEquals(file + ", line 3: " + e.reason(), TestData.message(e));
            assertEquals(1, events.rejected());
        }
    }

    @Test
    void shouldNameTheFirstBadColumnWhateverTheRowBeforeHeld() throws IOException
    {
        final List<String> rejected = new ArrayList<>();
        read(
            String.join("\n", GOOD, "x,x,x,x,x,x,x,x,x", GOOD.replace(",D,", ",Q,"), TestData.CANCELLATION + "1"),
            rejected);

        assertEquals(3, rejected.size());
        assertTrue(rejected.get(0).startsWith("2: time_utc"), rejected.get(0));
        assertTrue(rejected.get(1).startsWith("3: event"), rejected.get(1));
        assertTrue(rejected.get(2).startsWith("4: delay_minutes"), rejected.get(2));
    }

    @Test
    void shouldKeepReasonsShort() throws IOException
    {
        final List<String> rejected = new ArrayList<>();
        read(GOOD + "\n" + GOOD.replace("N14228", "N".repeat(5000)) + "\n", rejected);

        assertEquals(
            List.of("2: tailnum is \"" + "N".repeat(40) + "…\", not at most six printable characters"), rejected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void shouldReadEitherEndOfLineAndNoneAtTheEnd(final String endOfLine) throws IOException
    {
        for (final String mark : List.of("", "\uFEFF"))
        {
            for (final String header : List.of("", FlightRow.HEADER + endOfLine))
            {
                for (final String end : List.of("", endOfLine, endOfLine + endOfLine + endOfLine))
                {
                    final String input =
                        mark + header + GOOD + endOfLine + "bad" + endOfLine + TestData.CANCELLATION + end;
                    final List<String> rejected = new ArrayList<>();
                    final List<FlightEvent> events = read(input, rejected);
                    assertEquals(2, events.size(), input);
                    assertEquals(Kind.CANCELLED, events.getLast().kind);
                    assertEquals(
                        List.of((header.isEmpty() ? 2 : 3) + ": 1 column instead of 9"), rejected, input);
                }
            }
        }
    }

    @Test
    void shouldRejectEmptyLinesThatAreNotAtTheEnd() throws IOException
    {
        final List<String> rejected = new ArrayList<>();
        assertEquals(3, read(GOOD + "\n\n\r\n" + GOOD + "\n\n" + GOOD + "\n\n\n", rejected).size());
        final String reason = ": an empty line before the end";
        assertEquals(List.of("2" + reason, "3" + reason, "5" + reason), rejected);
    }

    @Test
    void shouldTakeACarriageReturnWithinALineForPartOfIt() throws IOException
    {
        final List<String> rejected = new ArrayList<>();
        assertEquals(1, read(GOOD + "\n" + GOOD + "\r\r\n", rejected).size());
        assertEquals(1, rejected.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {Lines.MAX_LENGTH, Lines.MAX_LENGTH + 1, 5 * Lines.MAX_LENGTH + 77})
    void shouldRejectAVeryLongLineWithoutKeepingIt(final int length) throws IOException
    {
        for (final String end : List.of("\n" + GOOD + "\n" + GOOD, ""))
        {
            final List<String> rejected = new ArrayList<>();
            final List<FlightEvent> events = read(GOOD + "\n" + "a".repeat(length) + end, rejected);
            assertEquals(end.isEmpty() ? 1 : 3, events.size());
            assertEquals(List.of("2: longer than 65536 bytes"), rejected);
        }
    }

    @Test
    void shouldKeepALineThatFillsTheBuffer() throws IOException
    {
        final List<String> rejected = new ArrayList<>();
        assertEquals(2, read(GOOD + "\n" + "a".repeat(Lines.MAX_LENGTH - 1) + "\n" + GOOD, rejected).size());
        assertEquals(List.of("2: 1 column instead of 9"), rejected);
    }

    @Test
    void shouldReadGzipByItsBytesWhateverItsName() throws IOException
    {
        final byte[] plain = (FlightRow.HEADER + "\n" + GOOD + "\n").getBytes(StandardCharsets.UTF_8);
        final Path zipped = Files.write(folder.resolve("zipped.csv"), TestData.gzip(plain));
        final Path notZipped = Files.write(folder.resolve("plain.csv.gz"), plain);

        for (final Path file : List.of(zipped, notZipped))
        {
            try (FlightEvents events = FlightEvents.open(file, true, RejectedRow.IGNORED))
            {
                assertTrue(events.next(new FlightEvent()));
                assertFalse(events.next(new FlightEvent()));
                assertFalse(events.next(new FlightEvent()));
            }
        }
    }

    @Test
    void shouldSayThatAGzipIsNotComplete() throws IOException
    {
        final byte[] whole = Files.readAllBytes(TestData.FLIGHT_EVENTS);
        final Path half = Files.write(folder.resolve("half.gz"), Arrays.copyOf(whole, whole.length / 2));
        final Path tailless = Files.write(folder.resolve("tailless.gz"), Arrays.copyOf(whole, whole.length - 1));
        final Path stump = Files.write(folder.resolve("stump.gz"), Arrays.copyOf(whole, 5));

        for (final Path file : List.of(half, tailless, stump))
        {
            final IOException e =
                assertThrows(IOException.class, () -> Reference.of(file, 1, false, RejectedRow.IGNORED));
            final String start = file + " is not complete: its gzip data ends within line ";
            assertTrue(TestData.message(e).startsWith(start), TestData.message(e));
            assertTrue(TestData.message(e).endsWith("; fetch it again"), TestData.message(e));
        }
    }

    @Test
    void shouldSayThatAGzipIsDamaged() throws IOException
    {
        final byte[] bytes = Files.readAllBytes(TestData.FLIGHT_EVENTS);
        bytes[bytes.length - 6] ^= 1;
        final Path file = Files.write(folder.resolve("damaged.gz"), bytes);

        final IOException e = assertThrows(IOException.class, () -> Reference.of(file, 1, false, RejectedRow.IGNORED));
        assertTrue(TestData.message(e).startsWith(file + " is damaged behind line 3"), TestData.message(e));
    }

    @Test
    void shouldSayWhatIsWrongWithAnInputThatHasNoEvents() throws IOException
    {
        assertRefused(folder.resolve("missing.csv"), "there is no file " + folder.resolve("missing.csv"));
        assertRefused(folder, folder + " is a directory");
        assertRefused(Path.of("/dev/null"), "/dev/null is not a regular file");
        final Path empty = Files.createFile(folder.resolve("empty.csv"));
        assertRefused(empty, empty + " is empty");
        final Path emptyZip = Files.write(folder.resolve("empty.gz"), TestData.gzip(new byte[0]));
        assertRefused(emptyZip, emptyZip + " is empty");
    }

    @Test
    void shouldRejectAFirstLineThatIsNeitherTheHeaderNorAnEvent() throws IOException
    {
        for (final String first : List.of("", "name,age", "\0".repeat(3 * Lines.MAX_LENGTH), FlightRow.HEADER + ","))
        {
            final Path file = Files.writeString(folder.resolve("input"), first + "\n" + GOOD + "\n");
            final List<Long> lines = new ArrayList<>();
            final Reference reference = Reference.of(file, 1, false, (line, reason) -> lines.add(line));
            assertEquals(1, reference.events());
            assertEquals(List.of(1L), lines);
            assertThrows(MalformedRowException.class, () -> Reference.of(file, 1, true, RejectedRow.IGNORED));
        }
    }

    @Test
    void shouldAllocateNothingForARow() throws IOException
    {
        final Path plain = Files.writeString(folder.resolve("plain.csv"), TestData.flightEvents());
        final FlightEvent event = new FlightEvent();
        for (final Path file : List.of(TestData.FLIGHT_EVENTS, plain))
        {
            try (FlightEvents events = FlightEvents.open(file, true, RejectedRow.IGNORED))
            {
                // Opening a file allocates, and so does its end; the rows between do not.
                assertTrue(events.next(event));
                assertEquals(0, Steady.allocatedBytes(() -> read(events, event, 30_000)), file + ": bytes");
            }
        }
    }

    private static void read(final FlightEvents events, final FlightEvent event, final int count) throws IOException
    {
        for (int i = 0; i < count; i++)
        {
            assertTrue(events.next(event));
        }
    }

    private void assertRefused(final Path file, final String start)
    {
        final IOException e =
            assertThrows(IOException.class, () -> FlightEvents.open(file, false, RejectedRow.IGNORED));
        assertTrue(TestData.message(e).startsWith(start), TestData.message(e));
        assertFalse(TestData.message(e).contains("\n"), TestData.message(e));
    }

    /** Reads the input plain and zipped, and sees that both are the same. */
    private List<FlightEvent> read(final String input, final List<String> rejected) throws IOException
    {
        final byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
        final List<String> rejectedZipped = new ArrayList<>();
        final List<FlightEvent> plain = readAll(Files.write(folder.resolve("plain"), bytes), rejected);
        final List<FlightEvent> zipped =
            readAll(Files.write(folder.resolve("zipped"), TestData.gzip(bytes)), rejectedZipped);
        assertEquals(plain.toString(), zipped.toString());
        assertEquals(rejected, rejectedZipped);
        return plain;
    }

    private static List<FlightEvent> readAll(final Path file, final List<String> rejected) throws IOException
    {
        final List<FlightEvent> all = new ArrayList<>();
        try (FlightEvents events =
            FlightEvents.open(file, false, (line, reason) -> rejected.add(line + ": " + reason)))
        {
            for (FlightEvent event = new FlightEvent(); events.next(event); event = new FlightEvent())
            {
                all.add(event);
            }
            assertEquals(all.size(), events.events());
            assertEquals(rejected.size(), events.rejected());
        }
        return all;
    }

    private static int index(final String code)
    {
        return Airport.index((byte)code.charAt(0), (byte)code.charAt(1), (byte)code.charAt(2));
    }
}
