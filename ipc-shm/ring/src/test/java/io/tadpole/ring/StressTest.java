package io.tadpole.ring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Producer and consumers at full speed, each on a thread of its own. */
@Timeout(120)
class StressTest
{
    private static final long MESSAGES = 600_000;

    @Test
    void shouldDeliverEverythingInOrderToOneConsumer() throws Exception
    {
        run(ChannelConfig.plain(64 << 10));
    }

    @Test
    void shouldDeliverEverythingInOrderToTwoConsumersOfUnits() throws Exception
    {
        run(ChannelConfig.plain(128 << 10).withAlignment(RecordLayout.UNIT).withConsumers(2));
    }

    private static void run(final ChannelConfig config) throws IOException, InterruptedException, ExecutionException
    {
        final Random random = ProducerConsumerContract.seeded();
        final Traffic traffic = new Traffic(random.nextLong());
        try (RingConnection connection = new RingConnection(config);
            ExecutorService threads = Executors.newCachedThreadPool())
        {
            final List<Future<Long>> consumed = new ArrayList<>();
            for (int k = 0; k < connection.consumers(); k++)
            {
                final RingConsumer consumer = connection.consumer(k);
                final Random own = new Random(random.nextLong());
                consumed.add(threads.submit(() -> consume(consumer, connection, traffic, own)));
            }
            long number = 0;
            final Claim claim = new Claim();
            while (number < MESSAGES)
            {
                if (random.nextInt(64) == 0)
                {
                    abort(connection.producer(), claim);
                }
                final long published = traffic.publish(connection.producer(), claim, number);
                assertTrue(published >= 0, Status.name(published));
                number += published;
                if (published == 0)
                {
                    failFast(consumed);
                }
            }
            ProducerConsumerContract.publish(connection.producer(), 1, 0);
            for (final Future<Long> one : consumed)
            {
                assertEquals(number, one.get());
            }
        }
    }

    private static void abort(final Producer producer, final Claim claim)
    {
        if (producer.tryClaimRun(Traffic.MAX_LENGTH, 4, claim) >= 0)
        {
            for (int i = 1; i < 4; i++)
            {
                Pattern.write(claim.buffer(), claim.offset(), i * 11, i);
                claim.next(i * 11);
            }
            claim.abort();
        }
    }

    private static void failFast(final List<Future<Long>> consumed) throws InterruptedException, ExecutionException
    {
        ProducerConsumerContract.idle();
        for (final Future<Long> one : consumed)
        {
            if (one.isDone())
            {
                assertEquals(0, one.get(), "a consumer has ended");
            }
        }
    }

    /** Consumes until the one message that is shorter than any other. */
    private static long consume(
        final RingConsumer consumer, final RingConnection connection, final Traffic traffic, final Random random)
    {
        final long[] next = new long[1];
        final boolean[] last = new boolean[1];
        final Ring ring = connection.ring();
        while (!last[0])
        {
            // The tail is stored behind the first word: whoever has read it finds the messages before it.
            final boolean published = ring.tail() > consumer.position();
            final int polled = consumer.poll((buffer, offset, length, position) ->
            {
                if (length == 1)
                {
                    last[0] = true;
                    return;
                }
                assertTrue(traffic.matches(buffer, offset, length, next[0]), "not message " + next[0]);
                next[0]++;
            }, 1 + random.nextInt(200));
            assertTrue(polled > (published ? 0 : -1), () -> "polled " + polled + ", " + consumer.failure());
            if (polled == 0)
            {
                ProducerConsumerContract.idle();
            }
        }
        return next[0];
    }
}
