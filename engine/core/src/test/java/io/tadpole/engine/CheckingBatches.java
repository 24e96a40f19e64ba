package io.tadpole.engine;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.RecordLayout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A stage that checks stretch by stretch: the records, and that the stretch is what its numbers say. */
class CheckingBatches extends Checker implements BatchStage
{
    private static final int MAX_STRETCH = 1 << 20;

    CheckingBatches(final Script script, final Checker... before)
    {
        super(script, before);
    }

    @Override
    public long onBatch(
        final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
        throws Exception
    {
        final int capacity = buffer.capacity();
        final long start = endPosition - length;
        assertTrue(messages > 0 && length > 0 && offset + length <= capacity);
        assertEquals(0, length % RecordLayout.UNIT);
        assertEquals(start & (capacity - 1), offset);
        assertTrue(messages == 1 || length <= MAX_STRETCH, () -> messages + " messages in " + length + " bytes");
        int at = offset;
        for (int i = 0; i < messages; i++)
        {
            final long word = buffer.getLong(at);
            final int size = RecordLayout.size(word, at, capacity, RecordLayout.UNIT);
            assertTrue(size > 0, () -> "header word 0x" + Long.toHexString(word));
            assertFalse(RecordLayout.isPadding(word));
            check(
                buffer, at + RecordLayout.HEADER_LENGTH, RecordLayout.messageLength(word), start + at - offset, i);
            at += size;
        }
        assertEquals(offset + length, at);
        handled(messages);
        return 0;
    }
}
