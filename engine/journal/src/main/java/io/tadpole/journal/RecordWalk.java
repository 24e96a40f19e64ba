package io.tadpole.journal;

import io.tadpole.envelope.SegmentBuffer;

/**
 * Walks records that lie side by side, and the time that each names: that of its envelope, else that of the message
 * before it. One thread at a time.
 */
final class RecordWalk
{
    private static final long LENGTH_MASK = 0xFFFF_FFFFL;

    // Of an Envelope, behind the block's length: template 1, schema 21569. Its timestamp lies in the block.
    private static final int TEMPLATE_AND_SCHEMA = 21569 << 16 | 1;
    private static final int TEMPLATE_OFFSET = 2;
    private static final int TIMESTAMP_OFFSET = 8 + 24;

    private SegmentBuffer buffer = new SegmentBuffer();
    private int record;
    private int end;
    private int next;
    private int messageLength;
    private long timestamp;

    /**
     * Goes to the first record of a stretch.
     *
     * @param otherwise the time of messages before the first envelope.
     * @return whether there is one; false also when it is no whole record.
     */
    boolean start(final SegmentBuffer records, final int offset, final int length, final long otherwise)
    {
        buffer = records;
        next = offset;
        end = offset + length;
        timestamp = otherwise;
        return advance();
    }

    /**
     * Goes to the next record.
     *
     * @return whether there is one; false also when what follows is no whole record: then {@link #isAtEnd()} is not
     *         true.
     */
    boolean advance()
    {
        // Less than a record takes may be less than its header word, which would lie behind the stretch.
        if (end - next < ExcerptLayout.RECORD_ALIGNMENT)
        {
            return false;
        }
        final long length = buffer.getLong(next) & LENGTH_MASK;
        final long rounded = length + ExcerptLayout.RECORD_ALIGNMENT - 1 & -ExcerptLayout.RECORD_ALIGNMENT;
        if (length <= ExcerptLayout.MESSAGE_OFFSET || rounded > end - next)
        {
            return false;
        }
        record = next;
        next += (int)rounded;
        messageLength = (int)length - ExcerptLayout.MESSAGE_OFFSET;
        if (messageLength >= TIMESTAMP_OFFSET + Long.BYTES
            && buffer.getInt(messageOffset() + TEMPLATE_OFFSET) == TEMPLATE_AND_SCHEMA)
        {
            timestamp = buffer.getLong(messageOffset() + TIMESTAMP_OFFSET);
        }
        return true;
    }

    boolean isAtEnd()
    {
        return next == end;
    }

    SegmentBuffer buffer()
    {
        return buffer;
    }

    int messageOffset()
    {
        return record + ExcerptLayout.MESSAGE_OFFSET;
    }

    int messageLength()
    {
        return messageLength;
    }

    long timestamp()
    {
        return timestamp;
    }
}
