package io.tadpole.examples.flights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

import static io.tadpole.examples.flights.BoardStateLayout.ACTIVE_COPY_MASK;
import static io.tadpole.examples.flights.BoardStateLayout.ARRIVED_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.CANCELLED_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.COPIES_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.COPY_LENGTH;
import static io.tadpole.examples.flights.BoardStateLayout.DELAY_MAX_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.DELAY_SUM_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.DEPARTED_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.FILE_LENGTH;
import static io.tadpole.examples.flights.BoardStateLayout.MAGIC;
import static io.tadpole.examples.flights.BoardStateLayout.MAGIC_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.POSITION_ALIGNMENT;
import static io.tadpole.examples.flights.BoardStateLayout.RING_ID_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.ROWS_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.ROW_LENGTH;
import static io.tadpole.examples.flights.BoardStateLayout.ROW_LENGTH_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.STATE_OFFSET;
import static io.tadpole.examples.flights.BoardStateLayout.VERSION;
import static io.tadpole.examples.flights.BoardStateLayout.VERSION_OFFSET;

/**
 * What the native stage left in its state file; and the rows of a board, which a kernel has, too.
 *
 * @param position in bytes up to which it has counted the engine's ring.
 * @param board    that it counted.
 */
record BoardState(long position, Board board)
{
    /**
     * Reads a state file. Its process has ended, in whatever way: while it runs, it may switch the copies meanwhile.
     *
     * @param file   to read.
     * @param ringId of the ring that it must belong to.
     * @return position and board.
     * @throws IOException when it is missing, not ready, or not the state of a native stage on that ring.
     */
    static BoardState read(final Path file, final long ringId) throws IOException
    {
        if (!Files.isRegularFile(file))
        {
            throw new IOException("there is no state file " + file + ": the native stage has not started");
        }
        if (Files.size(file) != FILE_LENGTH)
        {
            throw new IOException(
                file + " has " + Files.size(file) + " bytes instead of " + FILE_LENGTH + ": no native stage's state");
        }
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        check(bytes, file, ringId);
        final long state = bytes.getLong(STATE_OFFSET);
        final long copy = state & ACTIVE_COPY_MASK;
        final long position = state - copy;
        if (position < 0 || position % POSITION_ALIGNMENT != 0)
        {
            throw new IOException(file + " is corrupt: its state word is 0x" + Long.toHexString(state));
        }
        return new BoardState(
            position, board(bytes.slice(COPIES_OFFSET + (int)copy * COPY_LENGTH, COPY_LENGTH), file.toString()));
    }

    private static void check(final ByteBuffer bytes, final Path file, final long ringId) throws IOException
    {
        if (bytes.getLong(VERSION_OFFSET) == 0)
        {
            throw new IOException(file + " is not ready: the native stage ended before it had prepared it");
        }
        if (bytes.getLong(MAGIC_OFFSET) != MAGIC)
        {
            throw new IOException(file + " is no native stage's state: its first bytes are not \"TADBOARD\"");
        }
        if (bytes.getLong(VERSION_OFFSET) != VERSION)
        {
            throw new IOException(file + " is of version " + bytes.getLong(VERSION_OFFSET) +
                ", and this program knows version " + VERSION);
        }
        if (bytes.getLong(ROWS_OFFSET) != Airport.COUNT || bytes.getLong(ROW_LENGTH_OFFSET) != ROW_LENGTH)
        {
            throw new IOException(file + " is corrupt: " + bytes.getLong(ROWS_OFFSET) + " rows of " +
                bytes.getLong(ROW_LENGTH_OFFSET) + " bytes");
        }
        if (bytes.getLong(RING_ID_OFFSET) != ringId)
        {
            throw new IOException(file + " belongs to ring 0x" + Long.toHexString(bytes.getLong(RING_ID_OFFSET)) +
                ", not to this engine's 0x" + Long.toHexString(ringId));
        }
    }

    /**
     * Reads the rows of a board.
     *
     * @param rows   as {@link BoardStateLayout} says, from the first on.
     * @param source of them, for people.
     * @throws IOException when no board has such rows.
     */
    static Board board(final ByteBuffer rows, final String source) throws IOException
    {
        rows.order(ByteOrder.LITTLE_ENDIAN);
        final Board board = new Board();
        for (int airport = 0; airport < Airport.COUNT; airport++)
        {
            final int row = airport * ROW_LENGTH;
            final long departed = rows.getLong(row + DEPARTED_OFFSET);
            final long cancelled = rows.getLong(row + CANCELLED_OFFSET);
            final long arrived = rows.getLong(row + ARRIVED_OFFSET);
            if ((departed | cancelled | arrived) < 0)
            {
                throw new IOException(source + " is corrupt: " + Airport.code(airport) + " counts less than nothing");
            }
            board.set(
                airport,
                departed,
                cancelled,
                arrived,
                rows.getLong(row + DELAY_SUM_OFFSET),
                rows.getLong(row + DELAY_MAX_OFFSET));
        }
        return board;
    }
}
