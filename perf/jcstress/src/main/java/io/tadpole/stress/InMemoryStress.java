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

/** In memory of an engine's own no word is ordered: the cursor alone says that what lies before it is whole. */
@JCStressTest
@Outcome(id = "whole", expect = Expect.ACCEPTABLE, desc = "whole messages before it")
@Outcome(expect = Expect.FORBIDDEN, desc = "the cursor before its records")
@State
public class InMemoryStress
{
    private static final long START = 0;

    private final StressMemory memory = StressMemory.take(RecordLayout.UNIT, START);
    private final StressEngine engine = StressEngine.inMemory(memory);
    private final Ring ring = memory.ring();
    private final SegmentBuffer records = ring.readOnlyRecords();

    /** Creates a state. */
    public InMemoryStress()
    {
    }

    /** Publishes until the ring is full. */
    @Actor
    public void publisher()
    {
        Messages.publishUntilFull(engine.producer());
    }

    /**
     * Looks at the cursor, and then at all that lies before it.
     *
     * @param result whether it is whole.
     */
    @Actor
    public void stage(final L_Result result)
    {
        result.r1 = Messages.lookUpTo(engine::cursor, START, ring, records);
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
