package io.tadpole.ring;

import java.lang.foreign.Arena;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A consumer's role gets a new owner while the former one, which lost its lock and yet lives, goes on between any two
 * steps: the new owner starts where the former one has stopped for good.
 */
public final class TakeOverSteps implements Runnable
{
    /** Creates the test. */
    public TakeOverSteps()
    {
    }

    @Override
    public void run()
    {
        try (Arena arena = Arena.ofConfined())
        {
            final MemoryRing memory = MemoryRing.create(arena, 8, 0);
            final RingConsumer former = memory.attachConsumer();
            ProducerConsumerContract.fill(memory.attachProducer(), 100, 0);
            final RingConsumer[] successor = new RingConsumer[1];
            final int[] taken = new int[1];
            final Ring ring = memory.ring();
            Stepping.steps(
                () -> successor[0] = memory.attachConsumer(ring),
                access -> taken[0] += former.poll((buffer, offset, length, position) -> { }, 1) > 0 ? 1 : 0);
            assertTrue(taken[0] > 0, "the former owner did nothing");
            assertEquals(
                Ordered.getAcquire(memory.consumerFile(), ConsumerFileLayout.POSITION_OFFSET),
                successor[0].position());
            assertEquals("DEPOSED", String.valueOf(former.failure()).split(" ", 2)[0]);
        }
        shouldFenceBetweenTheEpochAndThePosition();
    }

    /** The former owner may have looked at the epoch and not stored yet: no test on one thread sees a missing fence. */
    private static void shouldFenceBetweenTheEpochAndThePosition()
    {
        try (Arena arena = Arena.ofConfined())
        {
            final MemoryRing memory = MemoryRing.create(arena, 8, 0);
            final Ring ring = memory.ring();
            assertEquals(
                List.of("getAcquire", "setRelease", "fullFence", "getAcquire"),
                Stepping.trace(() -> memory.attachConsumer(ring)).subList(0, 4));
        }
    }
}
