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

/** A stage outside that says it is ahead of all that is published lets nobody else run there. */
@JCStressTest
@Outcome(id = "whole", expect = Expect.ACCEPTABLE, desc = "whole messages before it")
@Outcome(expect = Expect.FORBIDDEN, desc = "those who wait for it have run ahead")
@State
public class AheadStress
{
    private static final long START = 1024;

    private final StressMemory memory = StressMemory.take(RecordLayout.UNIT, START);
    private final StressEngine engine = new StressEngine(memory);
    private final Ring ring = memory.ring();
    private final SegmentBuffer records = ring.readOnlyRecords();

    /** Creates a state. */
    public AheadStress()
    {
        Messages.publish(engine.producer(), Messages.LENGTH);
        memory.putConsumerPosition(START + 4 * RecordLayout.UNIT);
    }

    /** Publishes. */
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
