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
    private final Clock clock;
    private final Allocation allocation;
    private final EventReader event = new EventReader();
    private final Latency latency = new Latency();
    private long events;

    /**
     * Measures a stage.
     *
     * @param journal    the stage.
     * @param clock      by which the publisher stamps the messages.
     * @param allocation that is told of the events.
     */
    TimedJournal(final BatchStage journal, final Clock clock, final Allocation allocation)
    {
        this.journal = journal;
        this.clock = clock;
        this.allocation = allocation;
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
            final long nowNs = clock.nowNs();
            for (int at = offset; at < offset + length; at += sizeAt(buffer, at))
            {
                event.wrap(buffer, at + RecordLayout.HEADER_LENGTH, messageLengthAt(buffer, at));
                latency.record(nowNs - event.timestampNs());
            }
            events += messages;
            allocation.events(events);
        }
        return status;
    }

    /** From the message's timestamp to the end of the append. */
    Latency latency()
    {
        return latency;
    }

    /** What its thread allocates. */
    Allocation allocation()
    {
        return allocation;
    }

    private static int messageLengthAt(final SegmentBuffer buffer, final int at)
    {
        return RecordLayout.messageLength(buffer.getLong(at));
    }

    private static int sizeAt(final SegmentBuffer buffer, final int at)
    {
        return (messageLengthAt(buffer, at) + RecordLayout.HEADER_LENGTH + RecordLayout.UNIT - 1) & -RecordLayout.UNIT;
    }
}
