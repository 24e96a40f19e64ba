package io.tadpole.stress;

import io.tadpole.ring.Claim;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.StressMemory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Runs: once the first message of a run is seen, all of them are. */
@JCStressTest
@Outcome(id = "nothing", expect = Expect.ACCEPTABLE, desc = "all polls came first")
@Outcome(id = "whole", expect = Expect.ACCEPTABLE, desc = "whole runs")
@Outcome(expect = Expect.FORBIDDEN, desc = "part of a run, or what an earlier lap left behind it")
@State
public class RunStress
{
    private static final long START = 1024;
    private static final int ROUNDS = 60;
    private static final int RUN = 3;

    private final StressMemory memory = StressMemory.take(RecordLayout.COMPACT, START);
    private final RingConsumer consumer = memory.consumer();
    private final RingProducer producer = memory.producer();

    /** Creates a state. */
    public RunStress()
    {
    }

    /** Publishes runs while there is room. */
    @Actor
    public void publisher()
    {
        final Claim claim = new Claim();
        for (int i = 0; i < ROUNDS; i++)
        {
            long position = producer.tryClaimRun(Messages.LENGTH, RUN, claim);
            if (position >= 0)
            {
                for (int left = RUN; left > 1; left--)
                {
                    Messages.write(claim, Messages.LENGTH, position);
                    claim.next(Messages.LENGTH);
                    position += Messages.SIZE;
                }
                Messages.write(claim, Messages.LENGTH, position);
                claim.commit(Messages.LENGTH);
            }
        }
    }

    /**
     * Polls; each poll takes whole runs.
     *
     * @param result what was seen.
     */
    @Actor
    public void reader(final L_Result result)
    {
        final Messages seen = new Messages();
        for (int i = 0; i < ROUNDS; i++)
        {
            final int count = consumer.poll(seen, 10 * RUN);
            seen.status(count);
            if (count % RUN != 0)
            {
                seen.say("part of a run");
            }
        }
        result.r1 = seen.toString();
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
