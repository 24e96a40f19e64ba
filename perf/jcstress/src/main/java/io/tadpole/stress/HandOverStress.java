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

/** A full ring: nothing is written over before its consumer has said that it is through with it. */
@JCStressTest
@Outcome(id = "nothing", expect = Expect.ACCEPTABLE, desc = "all polls came first")
@Outcome(id = "whole", expect = Expect.ACCEPTABLE, desc = "each message stayed as it was while its handler ran")
@Outcome(expect = Expect.FORBIDDEN, desc = "a message was written over that the consumer was reading")
@State
public class HandOverStress
{
    private static final long START = 1024;
    private static final int ROUNDS = 60;

    private final StressMemory memory = StressMemory.take(RecordLayout.COMPACT, START);
    private final RingConsumer consumer = memory.consumer();
    private final RingProducer producer = memory.producer();

    /** Creates a state. */
    public HandOverStress()
    {
        Messages.publishUntilFull(producer);
    }

    /** Takes what room there is. */
    @Actor
    public void publisher()
    {
        for (int i = 0; i < 4 * ROUNDS; i++)
        {
            Messages.publish(producer, Messages.LENGTH);
        }
    }

    /**
     * Polls, and looks at each message more than once. The position moves in the midst of a poll, too.
     *
     * @param result what was seen.
     */
    @Actor
    public void reader(final L_Result result)
    {
        final Messages seen = new Messages();
        for (int i = 0; i < ROUNDS / 4; i++)
        {
            seen.status(consumer.poll(
                (buffer, offset, length, position) ->
                {
                    for (int look = 0; look < 4; look++)
                    {
                        seen.onMessage(buffer, offset, length, position);
                    }
                }, 3));
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
