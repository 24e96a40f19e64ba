package io.tadpole.engine;

import com.lmax.disruptor.Sequence;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;

/**
 * How far a stage outside the JVM is: its position, read where that process publishes it. The answer is never ahead of
 * the cursor, so neither an evicted stage nor a forged position lets others run ahead.
 */
final class SharedSequence extends Sequence
{
    private final Ring ring;
    private final int consumer;
    private final Sequence cursor;

    SharedSequence(final Ring ring, final int consumer, final Sequence cursor)
    {
        this.ring = ring;
        this.consumer = consumer;
        this.cursor = cursor;
    }

    @Override
    public long get()
    {
        return ring.consumerPosition(consumer, (cursor.get() + 1) * RecordLayout.UNIT) / RecordLayout.UNIT - 1;
    }

    /** Does nothing: only the process outside moves its position. */
    @Override
    public void set(final long value)
    {
    }
}
