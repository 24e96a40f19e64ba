package io.tadpole.examples.flights;

import io.tadpole.engine.BatchStage;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.RecordLayout;

/**
 * Measures a journal stage: how long each event took from its timestamp to the end of the append.
 */
final class TimedJournal implements BatchStage
{
    private final BatchStage journal;
    private final Hop hop;
    private final EventReader event = new EventReader();

    /**
     * Measures a stage.
     *
     * @param journal the stage.
     * @param hop     that measures it.
     */
    TimedJournal(final BatchStage journal, final Hop hop)
    {
        this.journal = journal;
        this.hop = hop;
    }

    @Override
    public long resumeAt(final long ringId, final long mirrored)
    {
        return journal.resumeAt(ringId, mirrored);
    }

    @Override
    public long onBatch(
        final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
        throws Exception
    {
        final long status = journal.onBatch(buffer, offset, length, messages, endPosition);
        if (status == 0)
        {
            final long nowNs = hop.nowNs();
            for (int at = offset; at < offset + length; at += sizeAt(buffer, at))
            {
                event.wrap(buffer, at + RecordLayout.HEADER_LENGTH, messageLengthAt(buffer, at));
                hop.record(event.timestampNs(), nowNs);
            }
        }
        return status;
    }

    /** What measures it. */
    Hop hop()
    {
        return hop;
    }

    /** How long the message is whose record lies there. */
    static int messageLengthAt(final SegmentBuffer buffer, final int at)
    {
        return RecordLayout.messageLength(buffer.getLong(at));
    }

    /** How much of the ring a record takes. */
    static int sizeAt(final SegmentBuffer buffer, final int at)
    {
        return (messageLengthAt(buffer, at) + RecordLayout.HEADER_LENGTH + RecordLayout.UNIT - 1) & -RecordLayout.UNIT;
    }
}
