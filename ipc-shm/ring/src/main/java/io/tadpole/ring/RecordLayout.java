package io.tadpole.ring;

/**
 * A record: its header word, then the message. Records start at multiples of the ring's alignment.
 *
 * <pre>
 *     63       50  49   48  47        32 31                    0
 *     +----------+----+----+------------+----------------------+
 *     |  0 ... 0 | PA | PU |  0 ... 0   |  length in bytes     |   length: header word + message, unrounded
 *     +----------+----+----+------------+----------------------+
 *     |  message, length - 8 bytes, then up to alignment - 1   |   PU: published; the word is 0 before
 *     |  bytes of no meaning                                   |   PA: padding up to the capacity, no message
 *     +--------------------------------------------------------+
 * </pre>
 *
 * The smallest message has 1 byte; a record, rounded up to the alignment, takes at most half the capacity, so that an
 * empty ring always has room for it.
 */
public final class RecordLayout
{
    /** Length of the header word in bytes. */
    public static final int HEADER_LENGTH = 8;

    /** Alignment in bytes of the records in a plain ring. */
    public static final int COMPACT = 8;

    /** Alignment in bytes of the records in an engine's ring: one unit is one sequence of the Disruptor. */
    public static final int UNIT = 64;

    static final long PUBLISHED = 1L << 48;
    static final long PADDING = 1L << 49;
    static final long LENGTH_MASK = 0xFFFF_FFFFL;
    private static final long RESERVED = ~(PUBLISHED | PADDING | LENGTH_MASK);

    private RecordLayout()
    {
    }

    /**
     * The header word of a published message.
     *
     * @param messageLength in bytes.
     * @return the word.
     */
    static long messageWord(final int messageLength)
    {
        return PUBLISHED | (messageLength + HEADER_LENGTH);
    }

    /**
     * The header word of a published padding record.
     *
     * @param length of the padding in bytes, its header word included.
     * @return the word.
     */
    static long paddingWord(final int length)
    {
        return PUBLISHED | PADDING | length;
    }

    /**
     * Whether a published record is padding.
     *
     * @param word a header word that {@link #size} accepted.
     * @return true for padding.
     */
    public static boolean isPadding(final long word)
    {
        return (word & PADDING) != 0;
    }

    /**
     * The length of a published record's message.
     *
     * @param word a header word that {@link #size} accepted, not of a padding record.
     * @return bytes.
     */
    public static int messageLength(final long word)
    {
        return (int)word - HEADER_LENGTH;
    }

    /**
     * The space that a record takes.
     *
     * @param messageLength in bytes, at most 1 GiB.
     * @param alignment     of the ring in bytes.
     * @return bytes, rounded up to the alignment.
     */
    public static long size(final int messageLength, final int alignment)
    {
        return ((long)messageLength + HEADER_LENGTH + alignment - 1) & -alignment;
    }

    /**
     * The space that the record behind a header word takes, if that word can be true: whoever reads a word that it did
     * not write asks here first, and so never reads past the end.
     *
     * @param word      found at the index, not 0.
     * @param index     of the word in the ring's data, a multiple of the alignment.
     * @param capacity  of the ring in bytes.
     * @param alignment of the ring in bytes.
     * @return bytes, rounded up to the alignment, or -1 when no such record can stand there.
     */
    public static int size(final long word, final int index, final int capacity, final int alignment)
    {
        final int length = (int)word;
        if ((word & RESERVED) != 0 || (word & PUBLISHED) == 0)
        {
            return -1;
        }
        if ((word & PADDING) != 0)
        {
            // Shorter than the record that did not fit: so a reader of forged padding never runs in circles.
            return length == capacity - index && length <= capacity >> 1 ? length : -1;
        }
        if (length <= HEADER_LENGTH || length > capacity >> 1)
        {
            return -1;
        }
        final int size = (length + alignment - 1) & -alignment;
        return size <= capacity - index ? size : -1;
    }
}
