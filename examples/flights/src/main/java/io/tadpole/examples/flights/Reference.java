package io.tadpole.examples.flights;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a plain pass over the input says, with one thread and no engine: the measure of all other boards.
 *
 * @param board    of all events.
 * @param events   that were counted.
 * @param rejected rows that were skipped.
 */
record Reference(Board board, long events, long rejected)
{
    /**
     * Passes over an input.
     *
     * @param input       to read.
     * @param repeat      how many times its events happen, at least 1; each bad row is told once.
     * @param strict      whether the first row that does not fit ends the reading.
     * @param rejectedRow is told of each row that does not fit, unless strict.
     * @return what it says.
     * @throws MalformedRowException when a row does not fit and the reading is strict.
     * @throws IOException           when the input cannot be read: one sentence that says what to do.
     */
    static Reference of(final Path input, final int repeat, final boolean strict, final RejectedRow rejectedRow)
        throws IOException
    {
        final Board board = new Board();
        final FlightEvent event = new FlightEvent();
        long events = 0;
        long rejected = 0;
        for (int pass = 0; pass < repeat; pass++)
        {
            try (FlightEvents rows = FlightEvents.open(input, strict, pass == 0 ? rejectedRow : RejectedRow.IGNORED))
            {
                while (rows.next(event))
                {
                    board.count(event.kind, event.origin, event.dest, event.delayMinutes);
                }
                events += rows.events();
                rejected = rows.rejected();
            }
        }
        return new Reference(board, events, rejected);
    }
}
