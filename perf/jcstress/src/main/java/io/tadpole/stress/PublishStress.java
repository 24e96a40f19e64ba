package io.tadpole.stress;

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

/** Message after message: whoever sees one sees the whole of it, and stops behind the last. */
@JCStressTest
@Outcome(id = "nothing", expect = Expect.ACCEPTABLE, desc = "all polls came first")
@Outcome(id = "whole", expect = Expect.ACCEPTABLE, desc = "whole messages, each where it was published")
@Outcome(expect = Expect.FORBIDDEN, desc = "part of a message, or what an earlier lap left behind it")
@State
public class PublishStress
{
    private static final long START = 1024;
    private static final int ROUNDS = 60;

    private final StressMemory memory = StressMemory.take(RecordLayout.COMPACT, START);
    private final RingConsumer consumer = memory.consumer();
    private final RingProducer producer = memory.producer();

    /** Creates a state. */
    public PublishStress()
    {
    }

    /** Publishes while there is room. */
    @Actor
    public void publisher()
    {
        for (int i = 0; i < ROUNDS; i++)
        {
            Messages.publish(producer, Messages.LENGTH);
        }
    }

    /**
     * Polls.
     *
     * @param result what was seen.
     */
    @Actor
    public void reader(final L_Result result)
    {
        final Messages seen = new Messages();
        for (int i = 0; i < ROUNDS; i++)
        {
            seen.status(consumer.poll(seen, 10));
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
