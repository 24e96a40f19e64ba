package io.tadpole.ring;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.LongStream;
import org.agrona.DirectBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Kills a consumer behind each access of its polls: it is resumed at a message, and never behind one whose handler had
 * not returned.
 */
public final class TornPolls implements Runnable
{
    private final Random random = ProducerConsumerContract.seeded();

    /** Creates the test. */
    public TornPolls()
    {
    }

    @Override
    public void run()
    {
        for (int round = 0; round < 24; round++)
        {
            final int alignment = round % 2 == 0 ? 8 : 64;
            try (Arena arena = Arena.ofConfined())
            {
                final MemoryRing memory = MemoryRing.create(
                    arena, alignment, (long)random.nextInt(MemoryRing.CAPACITY / 64) * 64);
                final long published =
                    ProducerConsumerContract.fill(memory.attachProducer(), 100 + random.nextInt(3000), 0);
                poll(arena, memory, round, published);
            }
        }
    }

    private void poll(final Arena arena, final MemoryRing memory, final int round, final long published)
    {
        final RingConsumer consumer = memory.attachConsumer();
        final Received received = new Received(0);
        final long[] returned = new long[1];
        final MemoryRing image = memory.copy(arena);
        final int limit = 1 + random.nextInt(30);
        final Runnable polls = () ->
        {
            while (received.next() < published)
            {
                if (round % 3 == 0)
                {
                    consumer.controlledPoll((buffer, offset, length, position) ->
                    {
                        received.onMessage(buffer, offset, length, position);
                        return ControlledMessageHandler.Action.COMMIT;
                    }, limit);
                }
                else
                {
                    consumer.poll(received, limit);
                }
                returned[0] = received.next();
            }
        };
        Stepping.steps(polls, access ->
        {
            image.set(memory);
            final RingConsumer successor = image.attachConsumer();
            // What earlier polls took is consumed; what no handler has taken is not.
            final Resumed resumed = new Resumed(received.next(), published);
            successor.poll(resumed, Integer.MAX_VALUE);
            assertTrue(resumed.first >= returned[0], "a message comes again whose poll had returned");
            assertTrue(resumed.first <= received.next(), "a message is lost that no handler has taken");
            assertEquals(published, resumed.next);
        });
    }

    /** Finds out at which message a successor goes on. */
    private static final class Resumed implements MessageHandler
    {
        private final long handled;
        private final long published;
        private long first;
        private long next;

        Resumed(final long handled, final long published)
        {
            this.handled = handled;
            this.published = published;
            this.first = published;
            this.next = published;
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long position)
        {
            if (first == published)
            {
                next = LongStream.rangeClosed(0, handled)
                    .filter(number -> Pattern.matches(buffer, offset, length, number))
                    .findFirst().orElseThrow(() -> new AssertionError("resumed at no message that was handled"));
                first = next;
            }
            assertTrue(Pattern.matches(buffer, offset, length, next), () -> "not message " + next);
            next++;
        }
    }
}
