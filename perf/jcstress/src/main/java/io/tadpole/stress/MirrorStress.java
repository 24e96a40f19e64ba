package io.tadpole.stress;

import io.tadpole.engine.StressEngine;
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

/**
 * A stage says how far it is in the ring first, and then to the publisher: whoever sees the second sees the first, so a
 * successor never resumes the stage where the publisher was allowed to write.
 */
@JCStressTest
@Outcome(id = "the mirror is as far", expect = Expect.ACCEPTABLE, desc = "or further")
@Outcome(expect = Expect.FORBIDDEN, desc = "the sequence came first")
@State
public class MirrorStress
{
    private static final long START = 1024;
    private static final int ROUNDS = 60;

    private final StressMemory memory = StressMemory.take(RecordLayout.UNIT, START);
    private final StressEngine engine = new StressEngine(memory);
    private final Ring ring = memory.ring();

    /** Creates a state. */
    public MirrorStress()
    {
        engine.stageSays(START);
    }

    /** Says again and again how far it is. */
    @Actor
    public void stage()
    {
        for (int i = 1; i < ROUNDS; i++)
        {
            engine.stageSays(START + i * RecordLayout.UNIT);
        }
    }

    /**
     * Looks at the sequence, and then at the mirror.
     *
     * @param result how they compare.
     */
    @Actor
    public void publisher(final L_Result result)
    {
        result.r1 = "the mirror is as far";
        for (int i = 0; i < ROUNDS; i++)
        {
            final long sequence = engine.stage();
            final long mirror = ring.stagePosition(0);
            if (mirror < sequence)
            {
                result.r1 = "the mirror is behind";
            }
        }
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
