package io.tadpole.journal;

import io.tadpole.envelope.SegmentBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A private copy of one excerpt, reused from excerpt to excerpt: what is checked is what is delivered, whatever
 * becomes of the file meanwhile. One thread at a time.
 */
final class Excerpt
{
    private final ExcerptHeader header = new ExcerptHeader();
    private final RecordWalk walk = new RecordWalk();
    private SegmentBuffer body = new SegmentBuffer();
    private ByteBuffer checked = ByteBuffer.allocateDirect(0);
    private int bodyLength;

    ExcerptHeader header()
    {
        return header;
    }

    /** The records, from offset 0. */
    SegmentBuffer body()
    {
        return body;
    }

    int bodyLength()
    {
        return bodyLength;
    }

    /** Takes a copy of the whole excerpt, at least a header long. */
    void copyFrom(final MemorySegment source)
    {
        final int length = (int)(source.byteSize() - ExcerptLayout.BODY_OFFSET);
        if (length > body.capacity())
        {
            // A power of two, so that growing ends soon; from there on, nothing is allocated.
            final long capacity = Math.max(ExcerptLayout.MAX_BATCH_LENGTH, Long.highestOneBit(length) << 1);
            body = new SegmentBuffer(Arena.ofAuto().allocate(capacity, ExcerptLayout.RECORD_ALIGNMENT));
            checked = body.segment().asByteBuffer();
        }
        MemorySegment.copy(source, 0, header.buffer().segment(), 0, ExcerptLayout.BODY_OFFSET);
        MemorySegment.copy(source, ExcerptLayout.BODY_OFFSET, body.segment(), 0, length);
        bodyLength = length;
    }

    /**
     * Checks the copy.
     *
     * @return what is wrong, or the empty string.
     */
    String flaw()
    {
        if (!header.hasMagic())
        {
            return "it does not start with the mark of a journal's excerpt of version 1 but with 0x"
                + Long.toHexString(header.magic());
        }
        if (header.bodyLength() != bodyLength)
        {
            return "its header names " + header.bodyLength() + " bytes of records, it has " + bodyLength;
        }
        final long crc = header.crcWith(checked.limit(bodyLength).position(0));
        if (crc != header.storedCrc())
        {
            return "its CRC32C is 0x" + Long.toHexString(crc) + ", its header says 0x"
                + Long.toHexString(header.storedCrc());
        }
        final long first = header.firstSequence();
        if (first < 0 || header.messages() < 1 || header.endSequence() < first
            || header.runStart() < 0 || header.runStart() > first)
        {
            // Whoever goes from run to run must come to an end.
            return "its header names " + header.messages() + " messages from sequence " + first
                + " of a run that starts with " + header.runStart();
        }
        long messages = 0;
        boolean more = walk.start(body, 0, bodyLength, 0);
        while (more)
        {
            messages++;
            more = walk.advance();
        }
        return walk.isAtEnd() && messages == header.messages() ? ""
            : "it holds " + messages + " whole records, its header names " + header.messages();
    }
}
