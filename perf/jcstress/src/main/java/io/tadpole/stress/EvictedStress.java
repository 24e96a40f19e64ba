package io.tadpole.stress;

import io.tadpole.engine.StressEngine;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import io.tadpole.ring.StressMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** An evicted stage outside lets those who wait for it see no more than what is published. */
@JCStressTest
@Outcome(id = "whole", expect = Expect.ACCEPTABLE, desc = "whole messages before it")
@Outcome(expect = Expect.FORBIDDEN, desc = "those who wait for it have run ahead")
@State
public class EvictedStress
{
    private static final long START = 1024;

    private final StressMemory memory = StressMemory.take(RecordLayout.UNIT, START);
    private final StressEngine engine = new StressEngine(memory);
    private final Ring ring = memory.ring();
    private final SegmentBuffer records = ring.readOnlyRecords();

    /** Creates a state. */
    public EvictedStress()
    {
        Messages.publish(engine.producer(), Messages.LENGTH);
        memory.evict();
    }

    /** Publishes: nobody holds it back. */
    @Actor
    public void publisher()
    {
        Messages.publishTheRestOfALap(engine.producer());
    }

    /**
     * Looks how far it may go behind the stage outside, and at all that lies before that.
     *
     * @param result whether it is whole.
     */
    @Actor
    public void stage(final L_Result result)
    {
        result.r1 = Messages.lookUpTo(engine::outside, START, ring, records);
    }

    /**
     * Ends the state.
     *
     * @param result stays.
     */
    @Arbiter
    public void end(final L_Result result)
    {
        memory.give();
    }
}
