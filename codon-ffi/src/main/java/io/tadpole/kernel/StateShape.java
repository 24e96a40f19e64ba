package io.tadpole.kernel;

/**
 * What a kernel says of its state.
 *
 * @param rows      how many it has.
 * @param rowLength bytes of each.
 * @param version   of what they mean.
 */
record StateShape(long rows, long rowLength, long version)
{
    private static final long MAX_LENGTH = 1 << 30;

    /** Whether there can be such a state: at most 1 GiB, and every row at a multiple of 8. */
    boolean isPossible()
    {
        return rows >= 0 && rowLength >= 0 && rowLength <= MAX_LENGTH && rowLength % Long.BYTES == 0 &&
            (rowLength == 0 ? rows == 0 : rows <= MAX_LENGTH / rowLength);
    }

    /** Bytes of all rows. */
    long length()
    {
        return rows * rowLength;
    }

    /** Words with a bit for each row. */
    long touchedWords()
    {
        return (rows + Long.SIZE - 1) / Long.SIZE;
    }

    /** Bytes of these words. */
    long touchedLength()
    {
        return touchedWords() * Long.BYTES;
    }

    @Override
    public String toString()
    {
        return rows + " rows of " + rowLength + " bytes, version " + version;
    }
}
