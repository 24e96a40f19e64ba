package io.tadpole.journal;

/**
 * One excerpt of a journal: a header, then records exactly as they lay in the ring. All words are little-endian.
 *
 * <pre>
 *     0  magic            bytes "TADJRNL", then the format version: 1
 *     8  first sequence   journal sequence of the first message: dense, from 0, over restarts
 *    16  messages         number of records in the body, at least 1
 *    24  first timestamp  of the first message, nanoseconds since the epoch
 *    32  last timestamp   of the last message
 *    40  ring id          of the ring the records come from; 0 = of no ring
 *    48  end position     in that ring behind the last record, in bytes
 *    56  run start        first sequence of the unbroken run of excerpts of this ring that this one belongs to
 *    64  body length      in bytes
 *    72  CRC32C           in the lower 32 bits, over bytes 0 to 71 and the body; upper 32 bits zero
 *    80  body             the records side by side, without the ring's padding records
 *
 *    record               starts at a multiple of 64 from the body's start
 *     0  header word      bits 0-31: length = 8 + message bytes; the other bits as the ring had them
 *     8  message
 *        rounding         to a multiple of 64: whatever the ring had there
 * </pre>
 *
 * An excerpt holds at most {@link #MAX_BATCH_LENGTH} of records, or one record of at most {@link #MAX_RECORD_LENGTH}.
 */
public final class ExcerptLayout
{
    /** Bytes "TADJRNL" and version 1. */
    public static final long MAGIC = 0x01_4C4E524A444154L;

    /** Offset of {@link #MAGIC}. */
    public static final int MAGIC_OFFSET = 0;

    /** Offset of the journal sequence of the first message. */
    public static final int FIRST_SEQUENCE_OFFSET = 8;

    /** Offset of the number of messages. */
    public static final int MESSAGES_OFFSET = 16;

    /** Offset of the first message's timestamp. */
    public static final int FIRST_TIMESTAMP_OFFSET = 24;

    /** Offset of the last message's timestamp. */
    public static final int LAST_TIMESTAMP_OFFSET = 32;

    /** Offset of the ring's identity. */
    public static final int RING_ID_OFFSET = 40;

    /** Offset of the position in the ring behind the last record. */
    public static final int END_POSITION_OFFSET = 48;

    /** Offset of the first sequence of the run of excerpts of the same ring. */
    public static final int RUN_START_OFFSET = 56;

    /** Offset of the body's length. */
    public static final int BODY_LENGTH_OFFSET = 64;

    /** Offset of the CRC32C. */
    public static final int CRC_OFFSET = 72;

    /** Offset of the body, and so the header's length. */
    public static final int BODY_OFFSET = 80;

    /** Records start at multiples of this many bytes. */
    public static final int RECORD_ALIGNMENT = 64;

    /** Offset of the message in its record, behind the header word. */
    public static final int MESSAGE_OFFSET = 8;

    /** How many bytes of records an excerpt holds at most when it holds more than one. */
    public static final int MAX_BATCH_LENGTH = 1 << 20;

    /** The bit of a header word that says that the record is whole: every record in a journal is. */
    public static final long PUBLISHED = 1L << 48;

    /**
     * How long a record may be, its header word and rounding included: a message of 16 MiB, and room for the
     * envelope in which a failed message of that size goes to a dead-letter journal.
     */
    public static final int MAX_RECORD_LENGTH = (16 << 20) + (128 << 10);

    private ExcerptLayout()
    {
    }
}
