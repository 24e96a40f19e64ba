package io.tadpole.examples.flights;

import io.tadpole.examples.flights.sbe.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class CountedBoardTest
{
    @TempDir
    private Path folder;

    @Test
    void shouldReadWhatItWrote() throws IOException
    {
        final Board board = new Board();
        board.count(Kind.DEPARTED, 0, Airport.COUNT - 1, -12);
        board.count(Kind.DEPARTED, 0, 5, -7);
        board.count(Kind.CANCELLED, 5, 0, FlightEvent.NO_DELAY);
        board.count(Kind.ARRIVED, 0, Airport.COUNT - 1, 0);
        final CountedBoard counted = new CountedBoard(4, new Percentiles(1, 2, 3, 4), board);
        final Path file = folder.resolve("board");
        counted.write(file);
        counted.write(file);

        assertEquals(counted, CountedBoard.read(file));
        try (Stream<Path> files = Files.list(folder))
        {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void shouldSayThatAFileEndsEarly() throws IOException
    {
        final Path file = folder.resolve("board");
        new CountedBoard(0, new Percentiles(0, 0, 0, 0), new Board()).write(file);
        final byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++)
        {
            Files.write(file, Arrays.copyOf(whole, length));
            final IOException e = assertThrows(IOException.class, () -> CountedBoard.read(file));
            assertTrue(TestData.message(e).startsWith(file + " ends early"), e.toString());
        }
    }
}
