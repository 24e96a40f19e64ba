package io.tadpole.stress;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.StressMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Producers that are killed behind their last word and before their tail, the successor of each, and somebody who only
 * looks: what lies before the tail is whole.
 */
@JCStressTest
@Outcome(id = "whole", expect = Expect.ACCEPTABLE, desc = "each tail behind whole messages")
@Outcome(expect = Expect.FORBIDDEN, desc = "a tail before its messages")
@State
public class SuccessorStress
{
    private static final long START = 1024;

    private final StressMemory memory = StressMemory.take(RecordLayout.COMPACT, START);
    private final Ring ring = memory.ring();
    private final SegmentBuffer records = ring.readOnlyRecords();

    /** Creates a state. */
    public SuccessorStress()
    {
    }

    /** Takes over, publishes, and is killed. */
    @Actor
    public void producers()
    {
        while (true)
        {
            final RingProducer producer = memory.producer();
            final long tail = producer.position();
            if (!Messages.publish(producer, Messages.LENGTH))
            {
                return;
            }
            memory.storeTail(tail);
        }
    }

    /**
     * Looks at the tail, and then at all that lies before it.
     *
     * @param result whether it is whole.
     */
    @Actor
    public void observer(final L_Result result)
    {
        result.r1 = Messages.lookUpTo(ring::tail, START, ring, records);
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
