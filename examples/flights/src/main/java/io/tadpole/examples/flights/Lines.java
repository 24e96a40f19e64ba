package io.tadpole.examples.flights;

import java.io.IOException;
import java.io.InputStream;

/**
 * The lines of an input, one at a time, where they lie in one buffer of fixed size. Ends of lines are LF or CR LF, the
 * last one may lack its end, a UTF-8 byte order mark is not part of the first line. One thread; no allocation.
 */
final class Lines implements AutoCloseable
{
    /** The longest line, with its end. A longer one is told as {@link #tooLong()}, without its bytes. */
    static final int MAX_LENGTH = 64 * 1024;

    private static final byte[] BYTE_ORDER_MARK = {(byte)0xEF, (byte)0xBB, (byte)0xBF};

    private final InputStream in;
    private final byte[] bytes = new byte[MAX_LENGTH];
    private int position;
    private int limit;
    private boolean drained;

    private int start;
    private int end;
    private long number;
    private boolean tooLong;

    /**
     * Reads lines.
     *
     * @param in to read from, and to close in the end.
     */
    Lines(final InputStream in)
    {
        this.in = in;
    }

    /**
     * Goes to the next line.
     *
     * @return whether there is one.
     * @throws IOException when the input cannot be read further.
     */
    boolean next() throws IOException
    {
        tooLong = false;
        int scanned = position;
        while (true)
        {
            while (scanned < limit && bytes[scanned] != '\n')
            {
                scanned++;
            }
            if (scanned < limit)
            {
                return found(scanned, scanned + 1);
            }
            if (drained)
            {
                return (position < limit || tooLong) && found(limit, limit);
            }
            if (limit - position == bytes.length)
            {
                tooLong = true;
                position = limit;
            }
            scanned -= position;
            fill();
        }
    }

    /** The buffer in which the line lies; its bytes are valid until the next line. */
    byte[] bytes()
    {
        return bytes;
    }

    /** Where the line starts in {@link #bytes()}. */
    int start()
    {
        return start;
    }

    /** Where the line ends in {@link #bytes()}, without its end-of-line. */
    int end()
    {
        return end;
    }

    /** Whether the line was too long to be kept; it then has no bytes. */
    boolean tooLong()
    {
        return tooLong;
    }

    /** Whether the line has nothing in it. */
    boolean isEmpty()
    {
        return start == end && !tooLong;
    }

    /** The line's number, from 1; 0 before the first. */
    long number()
    {
        return number;
    }

    @Override
    public void close() throws IOException
    {
        in.close();
    }

    private boolean found(final int lineEnd, final int next)
    {
        start = tooLong ? lineEnd : position;
        end = lineEnd > start && bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        position = next;
        if (number++ == 0 && startsWithMark())
        {
            start += BYTE_ORDER_MARK.length;
        }
        return true;
    }

    private boolean startsWithMark()
    {
        return end - start >= BYTE_ORDER_MARK.length &&
            bytes[start] == BYTE_ORDER_MARK[0] &&
            bytes[start + 1] == BYTE_ORDER_MARK[1] &&
            bytes[start + 2] == BYTE_ORDER_MARK[2];
    }

    /** Moves what is not yet taken to the front and reads behind it. */
    private void fill() throws IOException
    {
        final int kept = limit - position;
        System.arraycopy(bytes, position, bytes, 0, kept);
        position = 0;
        final int read = in.read(bytes, kept, bytes.length - kept);
        limit = kept + Math.max(read, 0);
        drained = read < 0;
    }
}
