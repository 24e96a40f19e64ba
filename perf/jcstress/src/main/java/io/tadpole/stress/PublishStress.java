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

/** One message: its reader sees nothing or the whole of it. */
@JCStressTest
@Outcome(id = "nothing", expect = Expect.ACCEPTABLE, desc = "the poll came first")
@Outcome(id = "message 1", expect = Expect.ACCEPTABLE, desc = "the commit came first")
@Outcome(expect = Expect.FORBIDDEN, desc = "part of the message, or what an earlier lap left behind it")
@State
public class PublishStress
{
    private final StressMemory memory = StressMemory.take(RecordLayout.COMPACT, 1024);
    private final RingProducer producer = memory.producer();
    private final RingConsumer consumer = memory.consumer();

    /** Creates a state. */
    public PublishStress()
    {
    }

    /** Publishes. */
    @Actor
    public void publisher()
    {
        Messages.publish(producer, 1);
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
        consumer.poll(seen, 10);
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
