package io.tadpole.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What a carrier whose memory is a ring of records does besides: positions are exact to the byte, wherever in the ring
 * a record lies, and so is the moment at which the ring is full.
 */
public abstract class RingSpaceContract extends ProducerConsumerContract
{
    /** Creates the suite. */
    protected RingSpaceContract()
    {
    }

    /**
     * The capacity of the connections' rings.
     *
     * @return bytes.
     */
    protected abstract int capacity();

    /**
     * The alignment of the connections' rings.
     *
     * @return 8 or 64 bytes.
     */
    protected abstract int alignment();

    @Test
    void shouldTakeHalfTheCapacityAndNotAByteMore() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final int longest = capacity() / 2 - RecordLayout.HEADER_LENGTH;
            assertEquals(longest, producer.maxClaimLength());
            assertEquals(longest, producer.maxMessageLength());
            final Claim claim = new Claim();
            assertEquals(Status.TOO_LONG, producer.tryClaim(longest + 1, claim));
            final int unit = alignment() * 2 - RecordLayout.HEADER_LENGTH;
            final int most = capacity() / 2 / (alignment() * 2);
            assertEquals(Status.TOO_LONG, producer.tryClaimRun(unit, most + 1, claim));
            assertEquals(Status.TOO_LONG, producer.tryClaimRun(unit + 1, most, claim));
            assertEquals(0, producer.tryClaimRun(unit, most, claim));
            claim.abort();
            assertEquals(0, producer.tryClaim(longest, claim));
            claim.abort();
        }
    }

    @Test
    void shouldDeliverAtEveryOffsetBeforeTheWrap() throws Exception
    {
        final Random random = seeded();
        final List<Integer> lengths = new ArrayList<>(List.of(
            1,
            64 - RecordLayout.HEADER_LENGTH,
            2 * 64 - RecordLayout.HEADER_LENGTH,
            3 * 64 - RecordLayout.HEADER_LENGTH,
            100));
        for (int i = 0; i < 5; i++)
        {
            lengths.add(1 + random.nextInt(2000));
        }
        try (Connection connection = open(1))
        {
            final Feeder feeder = new Feeder(connection);
            for (final int length : lengths)
            {
                final int size = size(length);
                for (int index = capacity() - size - 2 * alignment(); index < capacity(); index += alignment())
                {
                    feeder.moveTo(index);
                    feeder.publish(length);
                    feeder.receive();
                }
            }
        }
    }

    @Test
    void shouldDeliverTheLongestAtEveryOffset() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Feeder feeder = new Feeder(connection);
            final int longest = capacity() / 2 - RecordLayout.HEADER_LENGTH;
            for (int index = capacity() / 2 - 2 * alignment(); index < capacity(); index += alignment())
            {
                feeder.moveTo(index);
                feeder.publish(longest);
                feeder.receive();
            }
        }
    }

    @Test
    void shouldDeliverRunsAtEveryOffsetBeforeTheWrap() throws Exception
    {
        final Random random = seeded();
        try (Connection connection = open(1))
        {
            final Feeder feeder = new Feeder(connection);
            for (final int count : List.of(1, 2, 3, 5))
            {
                for (final int maxLength : List.of(1, 56, 57, 120, 184, 300))
                {
                    final int size = size(maxLength) * count;
                    for (int index = capacity() - size - 2 * alignment(); index < capacity(); index += alignment())
                    {
                        feeder.moveTo(index);
                        // An aborted run first: its words lie where the next ones will be, shifted against them.
                        feeder.abortRun(maxLength, count, random);
                        feeder.publishRun(maxLength, count, random);
                        feeder.receive();
                    }
                }
            }
        }
    }

    @Test
    void shouldBeFullExactlyWhenTheNextHeaderWordWouldNotFit() throws Exception
    {
        final Random random = seeded();
        for (int round = 0; round < 40; round++)
        {
            final int longest = round % 4 == 0 ? capacity() / 2 - RecordLayout.HEADER_LENGTH : 1 << (4 + round % 10);
            try (Connection connection = open(2))
            {
                final Feeder feeder = new Feeder(connection);
                for (int step = 0; step < 400; step++)
                {
                    if (random.nextInt(6) == 0)
                    {
                        feeder.poll(random.nextInt(2), 1 + random.nextInt(20));
                    }
                    else if (random.nextInt(5) == 0)
                    {
                        feeder.publishRun(Math.max(1, longest / 16), 1 + random.nextInt(8), random);
                    }
                    else
                    {
                        feeder.publish(1 + random.nextInt(longest));
                    }
                }
                feeder.receive();
            }
        }
    }

    @Test
    void shouldTakeTheLastUnitAndNotOneMoreFromEveryOffset() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Feeder feeder = new Feeder(connection);
            final int half = capacity() / 2 - RecordLayout.HEADER_LENGTH;
            for (int index = 0; index < capacity(); index += 67 * alignment())
            {
                if (index == RecordLayout.HEADER_LENGTH)
                {
                    continue;
                }
                feeder.moveTo(index);
                // Two halves never fit, since the word behind them is the oldest message's; the feeder's arithmetic
                // knows, and asserts it.
                feeder.publish(half);
                feeder.publish(half);
                feeder.publish(half - alignment());
                feeder.publish(1);
                feeder.publish(1);
                feeder.receive();
            }
        }
    }

    @Test
    void shouldGiveSpaceBackInTheMiddleOfALongPoll() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final int length = 120;
            final long published = fill(producer, length, 0);
            final Received received = new Received(0);
            final Claim claim = new Claim();
            final int eighth = capacity() / 8 / size(length) + 1;
            final int polled = connection.consumer(0).poll((buffer, offset, size, position) ->
            {
                if (received.next() > eighth && received.next() < published)
                {
                    // What lies before was given back while this poll goes on.
                    succeed(() -> producer.tryClaim(length, claim));
                    claim.abort();
                }
                received.onMessage(buffer, offset, size, position);
            }, Integer.MAX_VALUE);
            assertEquals(published, polled);
        }
    }

    @Test
    void shouldGiveSpaceBackAtACommitInTheMiddleOfAPoll() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final int length = 120;
            fill(producer, length, 0);
            final Received received = new Received(0);
            final Claim claim = new Claim();
            assertEquals(4, connection.consumer(0).controlledPoll((buffer, offset, size, position) ->
            {
                if (received.next() < 2)
                {
                    assertEquals(Status.BACK_PRESSURED, producer.tryClaim(length, claim));
                }
                else
                {
                    succeed(() -> producer.tryClaim(length, claim));
                    claim.abort();
                }
                received.onMessage(buffer, offset, size, position);
                return received.next() == 2 ?
                    ControlledMessageHandler.Action.COMMIT : ControlledMessageHandler.Action.CONTINUE;
            }, 4));
        }
    }

    /** The space that a message takes. */
    private int size(final int length)
    {
        return (RecordLayout.HEADER_LENGTH + length + alignment() - 1) / alignment() * alignment();
    }

    /**
     * Publishes numbered messages and foretells for each, by arithmetic of its own, where it lies and whether there is
     * space.
     */
    private final class Feeder
    {
        private final Producer producer;
        private final Connection connection;
        private final Claim claim = new Claim();
        private final List<Received> received = new ArrayList<>();
        private final List<Consumer> consumers = new ArrayList<>();
        private long tail;
        private long number;

        Feeder(final Connection connection)
        {
            this.connection = connection;
            this.producer = connection.producer();
        }

        /** Lets the next record start there: fillers are published and consumed. */
        void moveTo(final int index)
        {
            receive();
            while ((tail & (capacity() - 1)) != index)
            {
                final int here = (int)tail & (capacity() - 1);
                final int end = here < index ? index : capacity();
                publishFiller(Math.min(end - here, capacity() / 2), end - here);
            }
        }

        private void publishFiller(final int wanted, final int distance)
        {
            final int smallest = size(1);
            // No record may be left to do that is smaller than the smallest one.
            final int size = distance != wanted && distance - wanted < smallest ? wanted - smallest : wanted;
            final int length = Math.max(size, smallest) - RecordLayout.HEADER_LENGTH;
            publish(length);
            receive();
        }

        /** Publishes, if there is space; asserts that there is exactly when there must be. */
        void publish(final int length)
        {
            if (claim(length, 1))
            {
                Pattern.write(claim.buffer(), claim.offset(), length, number++);
                tail += padding(size(length)) + size(length);
                assertEquals(tail, claim.commit(length));
            }
        }

        void publishRun(final int maxLength, final int count, final Random random)
        {
            if (claim(maxLength, count))
            {
                tail += padding(size(maxLength) * count);
                final int used = 1 + random.nextInt(count);
                for (int i = 1; i <= used; i++)
                {
                    final int length = random.nextBoolean() ? maxLength : 1 + random.nextInt(maxLength);
                    Pattern.write(claim.buffer(), claim.offset(), length, number++);
                    tail += size(length);
                    if (i == count)
                    {
                        assertEquals(tail, claim.commit(length));
                        return;
                    }
                    claim.next(length);
                }
                assertEquals(tail, claim.commit(0));
            }
        }

        void abortRun(final int maxLength, final int count, final Random random)
        {
            if (claim(maxLength, count))
            {
                for (int i = 1; i < count; i++)
                {
                    final int length = 1 + random.nextInt(maxLength);
                    Pattern.write(claim.buffer(), claim.offset(), length, -1);
                    claim.next(length);
                }
                claim.abort();
                receive();
            }
        }

        private boolean claim(final int maxLength, final int count)
        {
            final int size = size(maxLength) * count;
            final int padding = padding(size);
            final long start = tail + padding;
            final boolean fits = start + size + RecordLayout.HEADER_LENGTH <= lowest() + capacity();
            final long claimed = fits ?
                succeed(() -> producer.tryClaimRun(maxLength, count, claim)) :
                producer.tryClaimRun(maxLength, count, claim);
            assertEquals(
                fits ? start : Status.BACK_PRESSURED, claimed,
                () -> count + " of " + maxLength + " bytes at " + tail + ", consumed up to " + lowest());
            return fits;
        }

        private int padding(final int size)
        {
            final int index = (int)tail & (capacity() - 1);
            return index + size > capacity() ? capacity() - index : 0;
        }

        private long lowest()
        {
            long lowest = tail;
            for (int k = 0; k < consumers().size(); k++)
            {
                lowest = Math.min(lowest, consumers.get(k).position());
            }
            return lowest;
        }

        private List<Consumer> consumers()
        {
            if (consumers.isEmpty())
            {
                consumers.add(connection.consumer(0));
                received.add(new Received(0));
                if (connection.consumers() == 2)
                {
                    consumers.add(connection.consumer(1));
                    received.add(new Received(0));
                }
            }
            return consumers;
        }

        void poll(final int wanted, final int limit)
        {
            final int k = Math.min(wanted, consumers().size() - 1);
            assertTrue(consumers.get(k).poll(received.get(k), limit) >= 0);
        }

        /** Lets each consumer take everything. */
        void receive()
        {
            for (int k = 0; k < consumers().size(); k++)
            {
                ProducerConsumerContract.receive(consumers.get(k), received.get(k), number - received.get(k).next());
                assertNothingToPoll(consumers.get(k));
            }
        }
    }
}
