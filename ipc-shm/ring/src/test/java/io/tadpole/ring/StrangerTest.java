package io.tadpole.ring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The document is enough: who has read nothing else reads what Java writes, and writes what Java reads. */
@Timeout(120)
class StrangerTest
{
    private static final int CAPACITY = 64 << 10;
    private static final int MESSAGES = 10_000;

    private final Path channel;
    private final Random random = ProducerConsumerContract.seeded();

    StrangerTest(@TempDir(factory = SharedMemory.class) final Path directory)
    {
        channel = directory.resolve("channel");
    }

    @ParameterizedTest
    @ValueSource(ints = {RecordLayout.COMPACT, RecordLayout.UNIT})
    void shouldConsumeWhatJavaPublishes(final int alignment) throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY).withAlignment(alignment));
        // It goes away in the middle, and another comes.
        for (int part = 0; part < 2; part++)
        {
            final Stranger.Told told = new Stranger.Told();
            try (RingProducer producer = Channel.attachProducer(channel);
                Stranger stranger = Stranger.start("consume", channel, 0, MESSAGES / 2))
            {
                while (told.messages() < MESSAGES / 2)
                {
                    final long left = MESSAGES / 2 - told.messages();
                    publish(producer, stranger, told, (int)Math.min(left, 1 + random.nextInt(16)));
                }
                assertEquals(told.toString(), stranger.output());
                assertEquals(
                    producer.position(), Channel.describe(channel).consumers().getFirst().position());
            }
        }
    }

    private void publish(
        final RingProducer producer, final Stranger stranger, final Stranger.Told told, final int count)
    {
        final boolean longest = random.nextInt(100) == 0;
        final int maxLength = longest ? producer.maxMessageLength() : 1 + random.nextInt(random.nextInt(4) * 300 + 60);
        final int run = longest || random.nextBoolean() ? 1 : count;
        final Claim claim = new Claim();
        while (producer.tryClaimRun(maxLength, run, claim) < 0)
        {
            assertNull(producer.failure());
            assertTrue(stranger.isAlive(), () -> "it has ended after " + told);
            Thread.yield();
        }
        for (int i = 1; i <= run; i++)
        {
            final int length = longest ? maxLength : 1 + random.nextInt(maxLength);
            for (int at = 0; at < length; at++)
            {
                claim.buffer().putByte(claim.offset() + at, (byte)random.nextInt());
            }
            told.add(claim.buffer(), claim.offset(), length);
            if (i < run)
            {
                claim.next(length);
            }
            else
            {
                claim.commit(length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RecordLayout.COMPACT, RecordLayout.UNIT})
    void shouldPublishWhatJavaConsumes(final int alignment) throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY).withAlignment(alignment).withConsumers(2));
        Channel.evict(channel, 1);
        for (int part = 0; part < 2; part++)
        {
            final Stranger.Told told = new Stranger.Told();
            try (RingConsumer consumer = Channel.attachConsumer(channel, 0);
                Stranger stranger = Stranger.start("publish", channel, MESSAGES / 2, random.nextInt(1000)))
            {
                while (told.messages() < MESSAGES / 2)
                {
                    final boolean alive = stranger.isAlive();
                    final int polled = consumer.poll(
                        (buffer, offset, length, position) -> told.add(buffer, offset, length), 100);
                    assertTrue(polled >= 0, () -> String.valueOf(consumer.failure()));
                    assertTrue(polled > 0 || alive, () -> "it has ended after " + told);
                    if (polled == 0)
                    {
                        Thread.yield();
                    }
                }
                assertEquals(stranger.output(), told.toString());
            }
        }
        final ChannelDescription.Producer left = Channel.describe(channel).producer();
        assertEquals(MESSAGES, left.messages());
        assertEquals(2, left.epoch());
    }

    @ParameterizedTest
    @ValueSource(ints = {RecordLayout.COMPACT, RecordLayout.UNIT})
    void shouldFindWhatAKilledProducerLeft(final int alignment) throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY).withAlignment(alignment));
        final long tail;
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            for (int i = 0; i < 100; i++)
            {
                ProducerConsumerContract.publish(producer, 100, i);
            }
            tail = producer.position();
        }
        // As a kill leaves it that comes before the tail is stored.
        ChannelTest.putWord(
            channel.resolve("ring"), RingFileLayout.TAIL_OFFSET, tail - 3 * RecordLayout.size(100, alignment));
        ChannelTest.putWord(channel.resolve("ring"), RingFileLayout.MESSAGES_OFFSET, 97);
        final String published;
        try (Stranger stranger = Stranger.start("publish", channel, 10, 1))
        {
            published = stranger.output();
        }
        assertEquals(110, Channel.describe(channel).producer().messages());
        final Stranger.Told told = new Stranger.Told();
        try (RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            ProducerConsumerContract.receive(consumer, new Received(0), 100);
            assertEquals(
                10, consumer.poll((buffer, offset, length, position) -> told.add(buffer, offset, length), 100));
        }
        assertEquals(published, told.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {RecordLayout.COMPACT, RecordLayout.UNIT})
    void shouldKeepToTheRolesAndTellAllWords(final int alignment) throws IOException
    {
        Channel.create(
            channel, new ChannelConfig(CAPACITY, alignment, List.of("board"), List.of("journal", "reply"), 1000, 3));
        try (RingConsumer consumer = Channel.attachConsumer(channel, 0);
            RingProducer producer = Channel.attachProducer(channel, (ring, tail) ->
            {
                ring.mirrorStage(1, 4096, 5, 2);
                return new DeclaredConsumers(ring);
            });
            Stranger second = Stranger.start("consume", channel, 0, 1);
            Stranger describing = Stranger.start("describe", channel))
        {
            assertTrue(second.output(1).contains("has another owner"));
            assertEquals(
                String.join(
                    System.lineSeparator(),
                    "capacity 65536", "alignment " + alignment, "schemaId 1000", "schemaVersion 3", "epoch 1",
                    "stage journal at 0, 0 messages, 0 batches", "stage reply at 4096, 5 messages, 2 batches",
                    "consumer board at 0, 0 messages, 0 bytes", "tail 0, 0 messages, 0 bytes"),
                describing.output());
            assertEquals(0, producer.position() + consumer.position());
        }
    }
}
