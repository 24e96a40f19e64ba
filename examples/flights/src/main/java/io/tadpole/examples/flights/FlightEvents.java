package io.tadpole.examples.flights;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The flight events of a CSV file, plain or gzipped, one after the other, in the form that {@code data/README.md}
 * describes. A row that does not fit is told and skipped. One thread; nothing is allocated for a good row.
 */
final class FlightEvents implements AutoCloseable
{
    private static final byte[] HEADER = FlightRow.HEADER.getBytes(StandardCharsets.US_ASCII);
    private static final String TOO_LONG = "longer than " + Lines.MAX_LENGTH + " bytes";
    private static final String EMPTY = "an empty line before the end";

    private final Path file;
    private final boolean strict;
    private final RejectedRow rejectedRow;
    private final Lines lines;
    private final FlightRow row = new FlightRow();

    /** Whether the first line is a row: it was read to see whether it is the header, and is still to be told. */
    private boolean held;

    private long emptyLines;
    private long events;
    private long rejected;

    private FlightEvents(final Path file, final boolean strict, final RejectedRow rejectedRow) throws IOException
    {
        this.file = file;
        this.strict = strict;
        this.rejectedRow = rejectedRow;
        this.lines = new Lines(EventFile.open(file));
    }

    /**
     * Opens a file of flight events. Its first line is the header or a row.
     *
     * @param file        to read; its first bytes say whether it is gzipped.
     * @param strict      whether the first row that does not fit ends the reading.
     * @param rejectedRow is told of each row that does not fit, unless strict.
     * @return its events.
     * @throws IOException when it cannot be read or is empty: one sentence that says what to do.
     */
    static FlightEvents open(final Path file, final boolean strict, final RejectedRow rejectedRow) throws IOException
    {
        final FlightEvents events = new FlightEvents(file, strict, rejectedRow);
        try
        {
            events.readFirstLine();
            return events;
        }
        catch (final IOException e)
        {
            events.close();
            throw e;
        }
    }

    /**
     * Reads the next event.
     *
     * @param event set to it.
     * @return whether there was one.
     * @throws MalformedRowException when a row does not fit and the reading is strict.
     * @throws IOException           when the file cannot be read further: one sentence that says what to do.
     */
    boolean next(final FlightEvent event) throws IOException
    {
        while (held || nextLine())
        {
            held = false;
            if (lines.isEmpty())
            {
                emptyLines++;
                continue;
            }
            if (emptyLines > 0)
            {
                rejectEmptyLines();
            }
            final String wrong = lines.tooLong() ?
                TOO_LONG : row.parse(lines.bytes(), lines.start(), lines.end(), event);
            if (wrong == null)
            {
                events++;
                return true;
            }
            reject(lines.number(), wrong);
        }
        return false;
    }

    /** How many events were read so far. */
    long events()
    {
        return events;
    }

    /** How many rows were rejected so far. */
    long rejected()
    {
        return rejected;
    }

    @Override
    public void close() throws IOException
    {
        lines.close();
    }

    private void readFirstLine() throws IOException
    {
        if (!nextLine())
        {
            throw new IOException(file + " is empty: name a CSV file of flight events, plain or gzipped");
        }
        held = !Arrays.equals(lines.bytes(), lines.start(), lines.end(), HEADER, 0, HEADER.length);
    }

    private boolean nextLine() throws IOException
    {
        try
        {
            return lines.next();
        }
        catch (final IOException e)
        {
            throw EventFile.explained(e, file, lines.number());
        }
    }

    /** Empty lines are fine at the end of a file only: this is not the end. */
    private void rejectEmptyLines() throws MalformedRowException
    {
        final long first = lines.number() - emptyLines;
        emptyLines = 0;
        for (long line = first; line < lines.number(); line++)
        {
            reject(line, EMPTY);
        }
    }

    private void reject(final long line, final String reason) throws MalformedRowException
    {
        rejected++;
        if (strict)
        {
            throw new MalformedRowException(file.toString(), line, reason);
        }
        rejectedRow.onRejected(line, reason);
    }
}
