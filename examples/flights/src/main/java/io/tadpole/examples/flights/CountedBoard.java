package io.tadpole.examples.flights;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What the process behind Aeron has to say when its stream has ended, as it leaves it in a file.
 *
 * @param events  that came.
 * @param latency from their timestamps to its count.
 * @param board   that it counted.
 */
record CountedBoard(long events, Percentiles latency, Board board)
{
    /**
     * Writes it. The file has its name only when it is whole.
     *
     * @param file to create or replace.
     * @throws IOException when it cannot be written.
     */
    void write(final Path file) throws IOException
    {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes))
        {
            out.writeLong(events);
            out.writeLong(latency.p50());
            out.writeLong(latency.p99());
            out.writeLong(latency.p999());
            out.writeLong(latency.max());
            for (int airport = board.nextAirport(0); airport != Airport.NONE; airport = board.nextAirport(airport + 1))
            {
                out.writeInt(airport);
                out.writeLong(board.departed(airport));
                out.writeLong(board.cancelled(airport));
                out.writeLong(board.arrived(airport));
                out.writeLong(board.delayMinutesSum(airport));
                out.writeLong(board.delayMinutesMax(airport));
            }
            out.writeInt(Airport.NONE);
        }
        final Path whole = file.resolveSibling(file.getFileName() + ".new");
        Files.write(whole, bytes.toByteArray());
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Reads it.
     *
     * @param file that was written.
     * @throws IOException when it is missing or ends early.
     */
    static CountedBoard read(final Path file) throws IOException
    {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file))))
        {
            final long events = in.readLong();
            final Percentiles latency =
                new Percentiles(in.readLong(), in.readLong(), in.readLong(), in.readLong());
            final Board board = new Board();
            for (int airport = in.readInt(); airport != Airport.NONE; airport = in.readInt())
            {
                board.set(airport, in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
            }
            return new CountedBoard(events, latency, board);
        }
        catch (final EOFException early)
        {
            throw new IOException(file + " ends early: the process behind Aeron did not write it", early);
        }
    }
}
