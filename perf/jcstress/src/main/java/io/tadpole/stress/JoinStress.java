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

/**
 * A consumer joins while the producer publishes and looks how far the consumers are: each stores, fences, and looks at
 * the other's word. One of the two sees the other, so from its position on nothing is written over.
 */
@JCStressTest
@Outcome(id = "whole", expect = Expect.ACCEPTABLE, desc = "all is there from where the consumer joined")
@Outcome(id = "nothing", expect = Expect.ACCEPTABLE, desc = "nothing was published behind that")
@Outcome(expect = Expect.FORBIDDEN, desc = "the producer has written over what the consumer joined for")
@State
public class JoinStress
{
    private static final long START = 1024;
    private static final int ROUNDS = 10;

    private final StressMemory memory = StressMemory.take(RecordLayout.COMPACT, START);
    private final RingProducer producer = memory.producer();

    /** Creates a state. */
    public JoinStress()
    {
    }

    /** Publishes while there is room: for a consumer that is evicted there always is. */
    @Actor
    public void publisher()
    {
        for (int i = 0; i < 30 * ROUNDS; i++)
        {
            Messages.publish(producer, Messages.LENGTH);
        }
    }

    /**
     * Is evicted, joins, and reads on.
     *
     * @param result what was seen.
     */
    @Actor
    public void consumer(final L_Result result)
    {
        final Messages seen = new Messages();
        for (int i = 0; i < ROUNDS; i++)
        {
            memory.evict();
            final RingConsumer consumer = memory.consumer();
            for (int polls = 0; polls < 5; polls++)
            {
                seen.status(consumer.poll(seen, 4));
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
