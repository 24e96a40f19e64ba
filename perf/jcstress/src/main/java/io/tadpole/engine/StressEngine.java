package io.tadpole.engine;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.Sequence;
import io.tadpole.ring.Channel;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.StressMemory;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;

/** An engine's parts over a very small ring, without threads: the publisher, one stage, and one stage outside. */
@NullMarked
public final class StressEngine
{
    private final RingProducer producer;
    private final Sequence cursor;
    private final Sequence outside;
    private final StageProcessor processor;

    /**
     * Makes them.
     *
     * @param memory of the ring.
     */
    public StressEngine(final StressMemory memory)
    {
        this(memory.ring(), memory::producer);
    }

    private StressEngine(final Ring ring, final Function<Channel.DownstreamMaker, RingProducer> maker)
    {
        final RingSequencer[] made = new RingSequencer[1];
        producer = maker.apply((mapped, tail) ->
        {
            made[0] = new RingSequencer(mapped, tail, new BusySpinWaitStrategy(), () -> 0);
            return made[0];
        });
        cursor = made[0].cursor();
        outside = new SharedSequence(ring, 0, cursor);
        final MessageStage stage = (buffer, offset, length, sequence, endOfBatch) -> { };
        processor = new StageProcessor(
            "stage", stage, ring, 0, made[0].newBarrier(), FailurePolicy.STOP, () -> true, failure -> { }, () -> { });
    }

    /**
     * Makes those of an engine in memory of its own.
     *
     * @param memory of the ring; its tail is 0.
     * @return the parts.
     */
    public static StressEngine inMemory(final StressMemory memory)
    {
        final Ring ring = memory.ring();
        return new StressEngine(ring, downstream -> RingProducer.of(ring, downstream.make(ring, 0)));
    }

    /**
     * The publisher.
     *
     * @return the ring's producer.
     */
    public RingProducer producer()
    {
        return producer;
    }

    /**
     * Up to where the cursor lets a stage go.
     *
     * @return position in bytes.
     */
    public long cursor()
    {
        return positionBehind(cursor);
    }

    /**
     * Up to where the stage outside lets one go that comes after it.
     *
     * @return position in bytes.
     */
    public long outside()
    {
        return positionBehind(outside);
    }

    /**
     * How far the stage is, as the publisher sees it.
     *
     * @return position in bytes.
     */
    public long stage()
    {
        return positionBehind(processor.sequence());
    }

    /**
     * Lets the stage say how far it is.
     *
     * @param position in bytes.
     */
    public void stageSays(final long position)
    {
        processor.startAt(position, 0);
    }

    private static long positionBehind(final Sequence sequence)
    {
        return (sequence.get() + 1) * RecordLayout.UNIT;
    }
}
