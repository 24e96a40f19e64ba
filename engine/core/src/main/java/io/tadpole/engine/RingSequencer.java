package io.tadpole.engine;

import com.lmax.disruptor.AbstractSequencer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.util.Util;
import io.tadpole.ring.DeclaredConsumers;
import io.tadpole.ring.Downstream;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import io.tadpole.ring.Status;
import java.util.function.LongSupplier;

/**
 * The Disruptor's view of a ring: one unit of 64 bytes is one sequence, the cursor is the last published unit, and the
 * stages gate the ring's producer. Claims are the ring's own, by length and with a status as answer, so the Disruptor's
 * calls that claim or publish by sequence are refused.
 */
final class RingSequencer extends AbstractSequencer implements Downstream
{
    private final Ring ring;
    private final DeclaredConsumers consumers;
    private final LongSupplier stall;

    /**
     * Starts at the ring's tail, which for a successor is not 0.
     *
     * @param ring         to sequence.
     * @param tail         of the ring in bytes.
     * @param waitStrategy of the stages.
     * @param stall        why there is no space, asked when there is none.
     */
    RingSequencer(final Ring ring, final long tail, final WaitStrategy waitStrategy, final LongSupplier stall)
    {
        super(ring.capacity() / RecordLayout.UNIT, waitStrategy);
        this.ring = ring;
        this.consumers = new DeclaredConsumers(ring);
        this.stall = stall;
        cursor.set(tail / RecordLayout.UNIT - 1);
    }

    Sequence cursor()
    {
        return cursor;
    }

    @Override
    public long lowestPosition(final long tail)
    {
        final long outside = consumers.lowestPosition(tail);
        final long inside = Util.getMinimumSequence(gatingSequences, tail / RecordLayout.UNIT - 1);
        return outside < 0 ? outside : Math.min(outside, (inside + 1) * RecordLayout.UNIT);
    }

    @Override
    public void published(final long position)
    {
        // SYNC POINT "cursor": the records before it are complete. Pairs with StageProcessor.
        cursor.set(position / RecordLayout.UNIT - 1);
        waitStrategy.signalAllWhenBlocking();
    }

    @Override
    public long stall()
    {
        final long status = stall.getAsLong();
        return status < 0 ? status : Status.BACK_PRESSURED;
    }

    @Override
    public String corruption()
    {
        return consumers.corruption();
    }

    @Override
    public boolean isAvailable(final long sequence)
    {
        return sequence <= cursor.get() && sequence > cursor.get() - bufferSize;
    }

    @Override
    public long getHighestPublishedSequence(final long lowerBound, final long availableSequence)
    {
        return availableSequence;
    }

    @Override
    public boolean hasAvailableCapacity(final int requiredCapacity)
    {
        return remainingCapacity() >= requiredCapacity;
    }

    /** In units that a claim could take now, stages outside considered; one more holds the header word behind it. */
    @Override
    public long remainingCapacity()
    {
        final long last = cursor.get();
        final long tail = (last + 1) * RecordLayout.UNIT;
        long slowest = Util.getMinimumSequence(gatingSequences, last);
        for (int k = 0; k < ring.consumers(); k++)
        {
            slowest = Math.min(slowest, ring.consumerPosition(k, tail) / RecordLayout.UNIT - 1);
        }
        return Math.max(0, bufferSize - (last - slowest) - 1);
    }

    @Override
    public void claim(final long sequence)
    {
        throw bySequence();
    }

    @Override
    public long next()
    {
        throw bySequence();
    }

    @Override
    public long next(final int count)
    {
        throw bySequence();
    }

    @Override
    public long tryNext()
    {
        throw bySequence();
    }

    @Override
    public long tryNext(final int count)
    {
        throw bySequence();
    }

    @Override
    public void publish(final long sequence)
    {
        throw bySequence();
    }

    @Override
    public void publish(final long lowest, final long highest)
    {
        throw bySequence();
    }

    private static UnsupportedOperationException bySequence()
    {
        return new UnsupportedOperationException("an engine is claimed by length: Engine.tryClaim");
    }
}
