package io.tadpole.ring;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Real processes, really killed (SIGKILL). Each counts in a file of its own what it has committed or handled: that
 * survives it.
 */
@Timeout(120)
class KillTest
{
    private static final int CAPACITY = 64 << 10;
    private static final int KILLS = 10;

    private final Path channel;
    private final Path ledger;

    KillTest(@TempDir(factory = SharedMemory.class) final Path directory)
    {
        channel = directory.resolve("channel");
        ledger = directory.resolve("ledger");
    }

    @Test
    void shouldLoseNothingOfAProducerThatIsKilledAtFullSpeed() throws IOException
    {
        final Random random = ProducerConsumerContract.seeded();
        Channel.create(channel, ChannelConfig.plain(CAPACITY).withAlignment(random.nextBoolean() ? 8 : 64));
        try (Ledger committed = Ledger.create(ledger); RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            for (int killed = 0; killed < KILLS; killed++)
            {
                final long stream = random.nextLong();
                final Stream received = new Stream(stream);
                committed.set(0);
                try (ChildJvm child = ChildJvm.start(KillChild.class, "producer", channel, ledger, stream))
                {
                    child.await("ready");
                    final long enough = 1 + random.nextLong(killed % 3 == 0 ? 100 : 50_000);
                    while (received.next < enough)
                    {
                        poll(consumer, received, child);
                    }
                    child.kill();
                }
                // Every third time, the successor finds a ring that nobody has drained.
                if (killed % 3 != 1)
                {
                    drain(consumer, received);
                }
                Channel.attachProducer(channel).close();
                drain(consumer, received);
                assertEquals(2L * killed + 2, Channel.describe(channel).producer().epoch());
                assertEquals(Channel.describe(channel).producer().tail(), consumer.position());
                // What was committed is there, and at most the one publish that was under way.
                final long count = committed.get();
                assertTrue(
                    received.next == count || received.next == count + new Traffic(stream).runLength(count),
                    () -> "committed " + count + ", received " + received.next);
            }
        }
    }

    @Test
    void shouldShowNothingOfAProducerThatIsKilledWithAnOpenClaim() throws IOException
    {
        for (final String step : List.of("open-claim", "half-filled-run", "full-run", "aborted-run"))
        {
            Channel.create(channel, ChannelConfig.plain(CAPACITY));
            try (RingConsumer consumer = Channel.attachConsumer(channel, 0))
            {
                try (ChildJvm child = ChildJvm.start(KillChild.class, step, channel, ledger, 4711))
                {
                    child.await(step);
                    child.kill();
                }
                final Stream received = new Stream(4711);
                try (RingProducer successor = Channel.attachProducer(channel))
                {
                    drain(consumer, received);
                    assertEquals(KillChild.BEFORE, received.next);
                    assertEquals(consumer.position(), successor.position());
                    assertEquals(2, Channel.describe(channel).producer().epoch());
                    final Claim claim = new Claim();
                    for (int i = 0; i < 1000; i++)
                    {
                        final Traffic traffic = new Traffic(4711);
                        final long next = received.next;
                        assertTrue(traffic.publish(successor, claim, next) > 0);
                        drain(consumer, received);
                        assertEquals(next + traffic.runLength(next), received.next);
                    }
                }
            }
            Channel.remove(channel);
        }
    }

    @Test
    void shouldLoseNothingOfAConsumerThatIsKilledAtFullSpeed() throws IOException
    {
        final Random random = ProducerConsumerContract.seeded();
        final long stream = random.nextLong();
        final Traffic traffic = new Traffic(stream);
        Channel.create(channel, ChannelConfig.plain(CAPACITY).withAlignment(random.nextBoolean() ? 8 : 64));
        final Claim claim = new Claim();
        long published = 0;
        try (Ledger handled = Ledger.create(ledger); RingProducer producer = Channel.attachProducer(channel))
        {
            for (int killed = 0; killed < KILLS; killed++)
            {
                final long start = published;
                try (ChildJvm child = ChildJvm.start(KillChild.class, "consumer", channel, ledger, stream))
                {
                    child.await("ready");
                    final long enough = start + 1 + random.nextLong(killed % 3 == 0 ? 100 : 50_000);
                    while (published < enough)
                    {
                        published += publish(traffic, producer, claim, published, child);
                    }
                    child.kill();
                }
                assertTrue(handled.get() <= published);
                // It was killed, and holds the producer back.
                while (traffic.publish(producer, claim, published) > 0)
                {
                    published += traffic.runLength(published);
                }
                assertTrue(published - handled.get() <= CAPACITY / 16);
            }
            try (ChildJvm child = ChildJvm.start(KillChild.class, "consumer", channel, ledger, stream))
            {
                child.await("ready");
                while (handled.get() < published)
                {
                    assertTrue(child.isAlive());
                    ProducerConsumerContract.idle();
                }
            }
        }
        assertEquals(KILLS + 1, Channel.describe(channel).consumers().getFirst().epoch());
    }

    private static long publish(
        final Traffic traffic, final RingProducer producer, final Claim claim, final long number, final ChildJvm child)
    {
        final long count = traffic.publish(producer, claim, number);
        assertTrue(count >= 0, () -> Status.name(count) + ", " + producer.failure());
        if (count == 0)
        {
            assertTrue(child.isAlive(), "the consumer has found an error");
            ProducerConsumerContract.idle();
        }
        return count;
    }

    private static void poll(final RingConsumer consumer, final Stream received, final ChildJvm child)
    {
        final int polled = consumer.poll(received, 100);
        assertTrue(polled >= 0, () -> "" + consumer.failure());
        if (polled == 0)
        {
            assertTrue(child.isAlive());
            ProducerConsumerContract.idle();
        }
    }

    private static void drain(final RingConsumer consumer, final Stream received)
    {
        assertTrue(consumer.poll(received, Integer.MAX_VALUE) >= 0, () -> "" + consumer.failure());
    }

    /** The messages of a stream, all of them, in their order. */
    private static final class Stream implements MessageHandler
    {
        private final Traffic traffic;
        private long next;

        Stream(final long stream)
        {
            traffic = new Traffic(stream);
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long position)
        {
            assertTrue(
                traffic.matches(buffer, offset, length, next),
                () -> "not message " + next + " at " + position + " but " + Traffic.number(buffer, offset));
            next++;
        }
    }

    /** A number in a mapped file: what a process wrote before it was killed. */
    static final class Ledger implements AutoCloseable
    {
        private final MappedFile file;

        private Ledger(final MappedFile file)
        {
            this.file = file;
        }

        static Ledger create(final Path path) throws IOException
        {
            return new Ledger(MappedFile.create(path, 8));
        }

        static Ledger open(final Path path) throws IOException
        {
            return new Ledger(MappedFile.attach(path, true, 8, 8));
        }

        long get()
        {
            return Ordered.getAcquire(words(), 0);
        }

        void set(final long number)
        {
            Ordered.setRelease(words(), 0, number);
        }

        private MemorySegment words()
        {
            return file.segment();
        }

        @Override
        public void close()
        {
            file.close();
        }
    }
}
