package io.tadpole.ring;

import io.tadpole.envelope.SegmentBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Stretches of a plain ring: whole, in order, and counted as far as they were taken. */
@Timeout(60)
class BatchPollTest
{
    private static final int CAPACITY = 64 << 10;

    private final Path channel;

    BatchPollTest(@TempDir(factory = SharedMemory.class) final Path directory)
    {
        channel = directory.resolve("channel");
    }

    /** Checks a stretch record by record, and takes as many of them as it is told. */
    private static final class Stretches implements BatchHandler
    {
        private final Received received = new Received(0);
        private final int alignment;
        private int atMost = Integer.MAX_VALUE;

        Stretches(final int alignment)
        {
            this.alignment = alignment;
        }

        @Override
        public long onBatch(
            final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
        {
            long at = endPosition - length;
            assertEquals(at & (CAPACITY - 1), offset);
            assertTrue(offset + length <= CAPACITY);
            for (int i = 0; i < Math.min(messages, atMost); i++)
            {
                final int index = (int)at & (CAPACITY - 1);
                final int size = RecordLayout.size(buffer.getLong(index), index, CAPACITY, alignment);
                received.onMessage(buffer, index + 8, RecordLayout.messageLength(buffer.getLong(index)), at);
                at += size;
            }
            assertTrue(messages > atMost || at == endPosition);
            return at;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 64})
    void shouldHandOverEverythingInOrder(final int alignment) throws IOException
    {
        final Random random = ProducerConsumerContract.seeded();
        Channel.create(channel, ChannelConfig.plain(CAPACITY).withAlignment(alignment));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            final Stretches stretches = new Stretches(alignment);
            int published = 0;
            for (int round = 0; round < 3000; round++)
            {
                for (int i = random.nextInt(40); i >= 0; i--)
                {
                    ProducerConsumerContract.publish(producer, 1 + random.nextInt(500), published++);
                }
                int left = published - (int)stretches.received.next();
                while (left > 0)
                {
                    final int limit = 1 + random.nextInt(50);
                    stretches.atMost = 1 + random.nextInt(50);
                    final int count = consumer.pollBatch(stretches, limit);
                    assertTrue(count > 0 && count <= Math.min(limit, stretches.atMost), () -> "took " + count);
                    left -= count;
                    assertEquals(consumer.position(), Channel.describe(channel).consumers().getFirst().position());
                }
                assertEquals(0, left);
                assertEquals(0, consumer.pollBatch(stretches, 10));
            }
            assertEquals(published, Channel.describe(channel).consumers().getFirst().messages());
            assertEquals(producer.position(), consumer.position());
        }
    }

    @Test
    void shouldDeliverAStretchAgainWhoseHandlerThrew() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            for (int i = 0; i < 5; i++)
            {
                ProducerConsumerContract.publish(producer, 8, i);
            }
            assertThrows(ArithmeticException.class, () -> consumer.pollBatch(
                (buffer, offset, length, messages, endPosition) ->
                {
                    throw new ArithmeticException();
                }, 3));
            assertEquals(0, consumer.position());
            assertEquals(5, consumer.pollBatch(new Stretches(8), 10));
        }
    }

    /** A handler that keeps a position of its own is never behind the published one: not by padding, either. */
    @Test
    void shouldPublishNothingBeforeTheHandlerReturns() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            final Received received = new Received(0);
            for (int i = 0; i < 5; i++)
            {
                ProducerConsumerContract.publish(producer, 20_000, i);
                final long published = consumer.position();
                assertEquals(1, consumer.pollBatch((buffer, offset, length, messages, endPosition) ->
                {
                    assertEquals(published, position());
                    received.onMessage(buffer, offset + 8, 20_000, endPosition - length);
                    return endPosition;
                }, 10));
                assertEquals(consumer.position(), position());
            }
        }
    }

    private long position()
    {
        try
        {
            return Channel.describe(channel).consumers().getFirst().position();
        }
        catch (final IOException failed)
        {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void shouldRefuseAPositionThatIsNone() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            ProducerConsumerContract.publish(producer, 20, 0);
            ProducerConsumerContract.publish(producer, 20, 1);
            for (final long wrong : List.of(-1L, 8L, 24L, 31L, 65L, 96L, Long.MAX_VALUE))
            {
                final IllegalStateException refused = assertThrows(
                    IllegalStateException.class,
                    () -> consumer.pollBatch((buffer, offset, length, messages, endPosition) -> wrong, 10));
                assertEquals(
                    "the handler took records up to position " + wrong + ", and none of those from 0 to 64 starts " +
                    "there", refused.getMessage());
                assertEquals(0, consumer.position());
            }
            assertEquals(0, consumer.pollBatch((buffer, offset, length, messages, endPosition) -> 0, 10));
            assertEquals(1, consumer.pollBatch((buffer, offset, length, messages, endPosition) -> 32, 10));
            assertEquals(32, consumer.position());
        }
    }

    @Test
    void shouldHandOverNoMoreThanAMebibyteOrOneMessage() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(16 << 20));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            for (final int length : new int[] {500_000, 500_000, 500_000, 5_000_000, 8, 8})
            {
                ProducerConsumerContract.publish(producer, length, 0);
            }
            final List<Integer> lengths = new ArrayList<>();
            while (consumer.pollBatch((buffer, offset, length, messages, endPosition) ->
            {
                lengths.add(length);
                return endPosition;
            }, 100) > 0)
            {
                assertTrue(lengths.size() < 6);
            }
            assertEquals(List.of(1_000_016, 500_008, 5_000_008, 32), lengths);
        }
    }

    @Test
    void shouldLetAHandlerCloseItsConsumer() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            ProducerConsumerContract.publish(producer, 20, 0);
            final RingConsumer consumer = Channel.attachConsumer(channel, 0);
            assertEquals(Status.CLOSED, consumer.pollBatch((buffer, offset, length, messages, endPosition) ->
            {
                consumer.close();
                return endPosition;
            }, 10));
            assertEquals(Status.CLOSED, consumer.resumeAt(32));
            try (RingConsumer successor = Channel.attachConsumer(channel, 0))
            {
                assertEquals(1, successor.pollBatch(new Stretches(8), 10));
            }
        }
    }

    @Test
    void shouldResumeWhereARecordStarts() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            for (int i = 0; i < 4; i++)
            {
                ProducerConsumerContract.publish(producer, 20, i);
            }
            for (final long wrong : List.of(-8L, 8L, 33L, 160L, 1L << 40, Long.MAX_VALUE))
            {
                assertEquals(Status.CORRUPT, consumer.resumeAt(wrong));
                assertEquals(0, consumer.position());
            }
            assertEquals(0, consumer.pollBatch(new Stretches(8), 0));
            assertEquals(0, consumer.pollBatch(new Stretches(8), -1));
            assertEquals(0, consumer.resumeAt(64));
            assertEquals(64, consumer.position());
            assertEquals(64, Channel.describe(channel).consumers().getFirst().position());
            assertEquals(2, Channel.describe(channel).consumers().getFirst().messages());
            assertEquals(Status.CORRUPT, consumer.resumeAt(32), "it never goes back");
            assertEquals(0, consumer.resumeAt(64));
            assertEquals(2, consumer.poll(new Received(2), 10));
            assertEquals(0, consumer.resumeAt(128));
        }
    }
}
