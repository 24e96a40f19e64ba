package io.tadpole.examples.flights;

import io.tadpole.engine.BatchStage;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Claim;
import io.tadpole.ring.Producer;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Status;

/**
 * Forwards every event over Aeron, as it lies in the ring, to whatever listens there. While that is behind, the engine
 * offers the rest of the stretch again: nothing is dropped. Another thread may ask for the numbers after the stage has
 * ended.
 */
final class AeronStage implements BatchStage
{
    private final Claim claim = new Claim();
    private final Producer producer;
    private final Allocation allocation;
    /** In the ring, up to where events are forwarded. */
    private long position;
    private long events;

    /**
     * Forwards events.
     *
     * @param producer     to publish with; only this stage's thread does, and whoever made it closes it.
     * @param warmUpEvents before allocation is counted.
     */
    AeronStage(final Producer producer, final long warmUpEvents)
    {
        this.producer = producer;
        this.allocation = new Allocation(warmUpEvents);
    }

    /**
     * Forwards a stretch, or the rest of it.
     *
     * @throws IllegalStateException when nobody listens any longer.
     */
    @Override
    public long onBatch(
        final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
    {
        final long start = endPosition - length;
        int at = offset + (int)(Math.max(position, start) - start);
        while (at < offset + length)
        {
            final long status =
                forward(buffer, at + RecordLayout.HEADER_LENGTH, TimedJournal.messageLengthAt(buffer, at));
            if (status == Status.BACK_PRESSURED)
            {
                return status;
            }
            if (status < 0)
            {
                throw new IllegalStateException("event " + events + " cannot be forwarded: Aeron says " +
                    Status.name(status));
            }
            at += TimedJournal.sizeAt(buffer, at);
            position = start + (at - offset);
            allocation.events(++events);
        }
        return 0;
    }

    private long forward(final SegmentBuffer buffer, final int offset, final int length)
    {
        final long status = producer.tryClaim(length, claim);
        if (status >= 0)
        {
            buffer.getBytes(offset, claim.buffer(), claim.offset(), length);
            claim.commit(length);
        }
        return status;
    }

    /** How many events it has forwarded. */
    long events()
    {
        return events;
    }

    /** What the stage's thread allocates. */
    Allocation allocation()
    {
        return allocation;
    }
}
