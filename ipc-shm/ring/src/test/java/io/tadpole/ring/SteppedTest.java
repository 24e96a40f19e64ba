package io.tadpole.ring;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kills and interleavings at every instruction that touches shared memory, in the code as it is. */
@Timeout(60)
class SteppedTest
{
    @Test
    void shouldLeaveWholeMessagesOrNoneWhereverTheProducerIsKilled()
    {
        Stepping.run(TornPublishes.class);
    }

    @Test
    void shouldResumeAtAMessageWhereverTheConsumerIsKilled()
    {
        Stepping.run(TornPolls.class);
    }

    @Test
    void shouldJoinWhateverTheProducerDoesMeanwhile()
    {
        Stepping.run(JoinSteps.class);
    }

    @Test
    void shouldTakeAConsumerOverWhateverItsFormerOwnerDoesMeanwhile()
    {
        Stepping.run(TakeOverSteps.class);
    }
}
