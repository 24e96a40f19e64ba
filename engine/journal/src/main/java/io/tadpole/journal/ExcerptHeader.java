package io.tadpole.journal;

import io.tadpole.envelope.SegmentBuffer;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The header of an excerpt, in memory of its own. One thread at a time.
 */
final class ExcerptHeader
{
    private final SegmentBuffer buffer;
    private final ByteBuffer checked;
    private final CRC32C crc = new CRC32C();

    ExcerptHeader()
    {
        buffer = new SegmentBuffer(Arena.ofAuto().allocate(ExcerptLayout.BODY_OFFSET, Long.BYTES));
        checked = buffer.segment().asSlice(0, ExcerptLayout.CRC_OFFSET).asByteBuffer();
        buffer.putLong(ExcerptLayout.MAGIC_OFFSET, ExcerptLayout.MAGIC);
    }

    SegmentBuffer buffer()
    {
        return buffer;
    }

    boolean hasMagic()
    {
        return buffer.getLong(ExcerptLayout.MAGIC_OFFSET) == ExcerptLayout.MAGIC;
    }

    long magic()
    {
        return buffer.getLong(ExcerptLayout.MAGIC_OFFSET);
    }

    long firstSequence()
    {
        return buffer.getLong(ExcerptLayout.FIRST_SEQUENCE_OFFSET);
    }

    long messages()
    {
        return buffer.getLong(ExcerptLayout.MESSAGES_OFFSET);
    }

    long endSequence()
    {
        return firstSequence() + messages();
    }

    long firstTimestamp()
    {
        return buffer.getLong(ExcerptLayout.FIRST_TIMESTAMP_OFFSET);
    }

    long lastTimestamp()
    {
        return buffer.getLong(ExcerptLayout.LAST_TIMESTAMP_OFFSET);
    }

    long ringId()
    {
        return buffer.getLong(ExcerptLayout.RING_ID_OFFSET);
    }

    long endPosition()
    {
        return buffer.getLong(ExcerptLayout.END_POSITION_OFFSET);
    }

    long runStart()
    {
        return buffer.getLong(ExcerptLayout.RUN_START_OFFSET);
    }

    long bodyLength()
    {
        return buffer.getLong(ExcerptLayout.BODY_LENGTH_OFFSET);
    }

    long storedCrc()
    {
        return buffer.getLong(ExcerptLayout.CRC_OFFSET);
    }

    void sequences(final long firstSequence, final long messages)
    {
        buffer.putLong(ExcerptLayout.FIRST_SEQUENCE_OFFSET, firstSequence);
        buffer.putLong(ExcerptLayout.MESSAGES_OFFSET, messages);
    }

    void timestamps(final long first, final long last)
    {
        buffer.putLong(ExcerptLayout.FIRST_TIMESTAMP_OFFSET, first);
        buffer.putLong(ExcerptLayout.LAST_TIMESTAMP_OFFSET, last);
    }

    void ring(final long ringId, final long endPosition, final long runStart)
    {
        buffer.putLong(ExcerptLayout.RING_ID_OFFSET, ringId);
        buffer.putLong(ExcerptLayout.END_POSITION_OFFSET, endPosition);
        buffer.putLong(ExcerptLayout.RUN_START_OFFSET, runStart);
    }

    /** Closes the header over its body: the view's bytes from its position to its limit. */
    void seal(final ByteBuffer body)
    {
        buffer.putLong(ExcerptLayout.BODY_LENGTH_OFFSET, body.remaining());
        buffer.putLong(ExcerptLayout.CRC_OFFSET, crcWith(body));
    }

    /** The CRC32C over this header and a body: the view's bytes from its position to its limit, which it consumes. */
    long crcWith(final ByteBuffer body)
    {
        crc.reset();
        crc.update(checked.rewind());
        crc.update(body);
        return crc.getValue();
    }
}
