package io.tadpole.ring;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A consumer joins while the producer does anything between any two of its steps: it sees everything from its position
 * on. And a joiner that is killed behind any step leaves what another one can take over.
 */
public final class JoinSteps implements Runnable
{
    private static final int LENGTH = 1000;

    /** What a producer does between two steps of the other side. */
    private enum Meanwhile
    {
        NOTHING, PUBLISHES_A_LITTLE, PUBLISHES_ALL_IT_CAN
    }

    /** Creates the test. */
    public JoinSteps()
    {
    }

    @Override
    public void run()
    {
        for (final int alignment : List.of(8, 64))
        {
            final int steps = join(alignment, new ArrayList<>(), Integer.MAX_VALUE);
            assertTrue(steps >= 4, () -> "only " + steps + " steps");
            final int combinations = (int)Math.pow(Meanwhile.values().length, steps);
            for (int combination = 0; combination < combinations; combination++)
            {
                final List<Meanwhile> plan = new ArrayList<>();
                for (int digits = combination; plan.size() < steps; digits /= Meanwhile.values().length)
                {
                    plan.add(Meanwhile.values()[digits % Meanwhile.values().length]);
                }
                for (int killed = 1; killed < steps; killed++)
                {
                    // A plan for steps that are not reached is the same as one without them.
                    if (plan.subList(killed, steps).stream().allMatch(Meanwhile.NOTHING::equals))
                    {
                        join(alignment, plan, killed);
                    }
                }
                join(alignment, plan, Integer.MAX_VALUE);
            }
        }
        shouldFenceBetweenTheMarkAndTheTail();
        shouldFenceBetweenTheTailAndThePositions();
    }

    /** Both sides of the race store, fence, and then load: no test on one machine sees it when a fence is missing. */
    private static void shouldFenceBetweenTheMarkAndTheTail()
    {
        try (Arena arena = Arena.ofConfined())
        {
            final MemoryRing memory = MemoryRing.create(arena, 8, 0);
            final Ring ring = memory.ring();
            assertEquals(
                List.of("getAcquire", "setRelease", "fullFence", "getAcquire", "setRelease"),
                Stepping.trace(() -> RingConsumer.join(ring, memory.consumerFile())));
        }
    }

    private static void shouldFenceBetweenTheTailAndThePositions()
    {
        try (Arena arena = Arena.ofConfined())
        {
            final MemoryRing memory = MemoryRing.create(arena, 8, 0);
            final RingProducer producer = memory.attachProducer();
            final Claim claim = new Claim();
            assertEquals(
                List.of("fullFence", "getAcquire", "getAcquire"),
                Stepping.trace(() -> producer.tryClaim(10, claim)));
        }
    }

    /**
     * Lets a consumer join.
     *
     * @param plan   what the producer does behind each step.
     * @param killed behind how many steps the joiner is killed; another one takes over.
     * @return how many steps there were.
     */
    private static int join(final int alignment, final List<Meanwhile> plan, final int killed)
    {
        try (Arena arena = Arena.ofConfined())
        {
            final MemoryRing memory = MemoryRing.create(arena, alignment, 0);
            final Publisher publisher = new Publisher(memory.attachProducer());
            publisher.publish(5);
            Ordered.setRelease(
                memory.consumerFile(), ConsumerFileLayout.POSITION_OFFSET, ConsumerFileLayout.DETACHED);
            publisher.publish(500);
            final int[] steps = new int[1];
            final Consumer<String> meanwhile = access ->
            {
                publisher.run(steps[0] < plan.size() ? plan.get(steps[0]) : Meanwhile.NOTHING);
                steps[0]++;
                if (steps[0] == killed)
                {
                    throw new Killed();
                }
            };
            final Ring ring = memory.ring();
            final long[] position = new long[1];
            try
            {
                Stepping.steps(() -> position[0] = RingConsumer.join(ring, memory.consumerFile()), meanwhile);
            }
            catch (final Killed takenOver)
            {
                // Where it was killed shows in its position: a mark or nothing, or it had joined.
                publisher.run(Meanwhile.PUBLISHES_ALL_IT_CAN);
                position[0] = Ordered.getAcquire(memory.consumerFile(), ConsumerFileLayout.POSITION_OFFSET);
                if ((position[0] & 1) != 0)
                {
                    position[0] = RingConsumer.join(memory.ring(), memory.consumerFile());
                }
            }
            publisher.assertJoined(memory, position[0]);
            return steps[0];
        }
    }

    /** The end of a joiner. */
    private static final class Killed extends RuntimeException
    {
        private static final long serialVersionUID = 1;
    }

    private static final class Publisher
    {
        private final RingProducer producer;
        private final NavigableMap<Long, Long> numbers = new TreeMap<>();
        private long next;

        Publisher(final RingProducer producer)
        {
            this.producer = producer;
        }

        void run(final Meanwhile what)
        {
            switch (what)
            {
                case NOTHING ->
                {
                }
                case PUBLISHES_A_LITTLE -> publish(3);
                case PUBLISHES_ALL_IT_CAN -> publish(300);
            }
        }

        void publish(final int count)
        {
            final Claim claim = new Claim();
            long start = 0;
            for (int i = 0; i < count && (start = producer.tryClaim(LENGTH, claim)) >= 0; i++)
            {
                numbers.put(start, next);
                Pattern.write(claim.buffer(), claim.offset(), LENGTH, next++);
                claim.commit(LENGTH);
            }
            assertTrue(start >= 0 || start == Status.BACK_PRESSURED, () -> "" + producer.failure());
        }

        void assertJoined(final MemoryRing memory, final long position)
        {
            run(Meanwhile.PUBLISHES_ALL_IT_CAN);
            final RingConsumer consumer = memory.attachConsumer();
            assertEquals(position, consumer.position());
            final Received received =
                new Received(numbers.tailMap(position, true).values().stream().findFirst().orElse(next));
            consumer.poll(received, Integer.MAX_VALUE);
            assertEquals(next, received.next());
            assertEquals(producer.position(), consumer.position());
            // And it holds the producer back from now on.
            publish(300);
            assertEquals(Status.BACK_PRESSURED, producer.tryClaim(LENGTH, new Claim()));
            assertNotEquals(next, received.next());
            consumer.poll(received, Integer.MAX_VALUE);
            assertEquals(next, received.next());
        }
    }
}
