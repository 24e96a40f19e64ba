package io.tadpole.journal;

import io.tadpole.engine.BatchStage;
import io.tadpole.envelope.SegmentBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The stage of an engine that appends each stretch of the ring to a journal, as one excerpt. Whoever opened the
 * journal closes it, after the engine has stopped. The counters may be read by any thread.
 */
public final class JournalStage implements BatchStage
{
    // A ring's capacity is a power of two, at least this; its padding is less than half the greatest.
    private static final long LEAST_CAPACITY = 64 << 10;
    private static final long GREATEST_PADDING = 512L << 20;

    private final Journal journal;
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong excerpts = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private long ringId;
    private long position;

    /**
     * Creates a stage.
     *
     * @param journal to append to; used by the stage's thread alone from now on.
     */
    public JournalStage(final Journal journal)
    {
        this.journal = journal;
    }

    /**
     * Goes on where the journal of the ring ends.
     *
     * @param ringId   identity of the ring.
     * @param mirrored position up to which the former engine's journal stage had come.
     * @return the greater of that and the journal's end for this ring.
     * @throws JournalException when the journal does not know the ring up to there: what lies between is missing in
     *                          it, as when an older copy of the journal was put in its place.
     */
    @Override
    public long resumeAt(final long ringId, final long mirrored)
    {
        final long journaled = journal.endPosition(ringId);
        if (journaled < 0 ? mirrored > 0 : !follows(mirrored, journaled))
        {
            throw new JournalException("the journal lacks messages: it "
                + (journaled < 0 ? "holds nothing" : "ends at position " + journaled) + " of ring 0x"
                + Long.toHexString(ringId) + ", whose former journal stage had come to " + mirrored
                + "; put the journal in place that it wrote, or remove the ring to go on without them");
        }
        this.ringId = ringId;
        position = Math.max(mirrored, journaled);
        return position;
    }

    @Override
    public long onBatch(
        final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
    {
        final long start = endPosition - length;
        if (start < position || !follows(start, position))
        {
            throw new JournalException("records from position " + start + " of ring 0x" + Long.toHexString(ringId)
                + " do not follow those before, which ended at " + position);
        }
        final long status = journal.append(ringId, buffer, offset, length, messages, endPosition);
        if (status != 0)
        {
            refusals.setRelease(refusals.getPlain() + 1);
            return status;
        }
        position = endPosition;
        this.messages.setRelease(this.messages.getPlain() + messages);
        bytes.setRelease(bytes.getPlain() + length);
        excerpts.setRelease(excerpts.getPlain() + 1);
        return 0;
    }

    // Nothing lies between but the padding with which a ring skips from before its end to its start; a start is a
    // multiple of the capacity.
    private static boolean follows(final long position, final long end)
    {
        final long gap = position - end;
        return gap <= 0 || (gap < GREATEST_PADDING && position % LEAST_CAPACITY == 0);
    }

    /**
     * How many messages this stage appended.
     *
     * @return messages.
     */
    public long messages()
    {
        return messages.getAcquire();
    }

    /**
     * How many bytes of records this stage appended.
     *
     * @return bytes, header words and rounding included.
     */
    public long bytes()
    {
        return bytes.getAcquire();
    }

    /**
     * How many excerpts this stage appended.
     *
     * @return excerpts, one a batch.
     */
    public long excerpts()
    {
        return excerpts.getAcquire();
    }

    /**
     * How often an append was refused because the disk was full.
     *
     * @return refusals.
     */
    public long refusals()
    {
        return refusals.getAcquire();
    }
}
