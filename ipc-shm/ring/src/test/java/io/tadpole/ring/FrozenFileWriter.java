package io.tadpole.ring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Writes the frozen files of the present layout version. It was run once for version 1, and is run again when the
 * layout changes, into a folder of the next version: what is frozen is never written again. No test by its name, it
 * runs only when it is asked for, with its like in the modules above: see {@link FrozenFiles}.
 */
final class FrozenFileWriter
{
    static final long RING_ID = 0x0123_4567_89AB_CDEFL;
    static final long CREATED_NS = 1_760_000_000_000_000_000L;
    /** Position behind message 98. */
    static final long STORED_TAIL = 68488;
    /** Position behind message 99. */
    static final long TAIL = 68528;

    @Test
    void write(@TempDir(factory = SharedMemory.class) final Path directory) throws IOException
    {
        final Path channel = directory.resolve("channel");
        Channel.create(channel, new ChannelConfig(
            64 << 10, RecordLayout.COMPACT, List.of("late", "early"), List.of("journal"), 1000, 3));
        ChannelTest.putWord(channel.resolve("ring"), RingFileLayout.RING_ID_OFFSET, RING_ID);
        ChannelTest.putWord(channel.resolve("ring"), RingFileLayout.CREATED_NS_OFFSET, CREATED_NS);
        for (final String consumer : List.of("consumer-0", "consumer-1"))
        {
            ChannelTest.putWord(channel.resolve(consumer), ConsumerFileLayout.RING_ID_OFFSET, RING_ID);
            ChannelTest.putWord(channel.resolve(consumer), ConsumerFileLayout.CREATED_NS_OFFSET, CREATED_NS);
        }
        publish(channel);
        FrozenFiles.pack(channel, "ring", "consumer-0", "consumer-1");
    }

    private static void publish(final Path channel) throws IOException
    {
        Channel.attachProducer(channel, (ring, tail) -> new DeclaredConsumers(ring)).close();
        try (RingProducer producer = Channel.attachProducer(channel, (ring, tail) ->
        {
            ring.mirrorStage(0, 4096, 5, 2);
            return new DeclaredConsumers(ring);
        });
            RingConsumer late = Channel.attachConsumer(channel, 0);
            RingConsumer early = Channel.attachConsumer(channel, 1))
        {
            final Received lateReceived = new Received(0);
            final Received earlyReceived = new Received(0);
            // Empty ones, which pack well, bring the tail near the end of the ring.
            final Claim claim = new Claim();
            for (final int filler : List.of(32_760, 30_000))
            {
                producer.tryClaim(filler, claim);
                claim.commit(filler);
            }
            assertEquals(Status.BACK_PRESSURED, producer.tryClaim(8000, claim));
            assertEquals(2, late.poll((buffer, offset, length, position) -> { }, 2));
            assertEquals(2, early.poll((buffer, offset, length, position) -> { }, 2));
            for (int i = 0; i < 50; i++)
            {
                ProducerConsumerContract.publish(producer, length(i), i);
            }
            late.poll(lateReceived, 40);
            early.poll(earlyReceived, 50);
            for (int i = 50; i < 100; i++)
            {
                if (i == 98)
                {
                    early.poll(earlyReceived, 100);
                }
                ProducerConsumerContract.publish(producer, length(i), i);
            }
            System.out.println("tail " + producer.position());
        }
        // The last publish as a kill leaves it that comes before the tail is stored.
        final long size = RecordLayout.size(length(99), RecordLayout.COMPACT);
        final ChannelDescription.Producer last = Channel.describe(channel).producer();
        ChannelTest.putWord(channel.resolve("ring"), RingFileLayout.TAIL_OFFSET, last.tail() - size);
        ChannelTest.putWord(channel.resolve("ring"), RingFileLayout.MESSAGES_OFFSET, last.messages() - 1);
        ChannelTest.putWord(channel.resolve("ring"), RingFileLayout.BYTES_OFFSET, last.bytes() - length(99));
        System.out.println("stored tail " + (last.tail() - size));
    }

    private static int length(final int number)
    {
        return 1 + (int)Long.remainderUnsigned(Pattern.mix(number), 90);
    }
}
