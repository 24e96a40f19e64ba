package io.tadpole.ring;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Files of every released layout version are read for ever. Version 1: written by {@link FrozenFileWriter}, a ring of
 * 64 KiB with alignment 8: two fillers, then messages 0 to 99 in front of a padding and behind it. The consumer "late"
 * has read those before 40, "early" those before 98, and the producer was killed before it stored its last tail.
 */
class FrozenFileTest
{
    @Test
    void shouldReadLayoutVersion1(@TempDir(factory = SharedMemory.class) final Path directory) throws IOException
    {
        final Path channel = unpack("v1", directory.resolve("channel"));
        final ChannelDescription described = Channel.describe(channel);
        assertEquals(64 << 10, described.capacityBytes());
        assertEquals(8, described.alignment());
        assertEquals(1000, described.schemaId());
        assertEquals(3, described.schemaVersion());
        assertEquals(FrozenFileWriter.CREATED_NS, described.createdNs());
        assertEquals(FrozenFileWriter.RING_ID, described.ringId());
        assertEquals(
            new ChannelDescription.Producer(
                false, 2, FrozenFileWriter.STORED_TAIL, 101, described.producer().bytes(), 1),
            described.producer());
        assertEquals(
            new ChannelDescription.Stage("journal", 4096, 96, FrozenFileWriter.STORED_TAIL - 4096, 5, 2),
            described.stages().getFirst());
        final ChannelDescription.Consumer late = described.consumers().getFirst();
        assertEquals("late", late.name());
        assertEquals(42, late.messages());
        assertEquals(2, late.batches());
        assertEquals(List.of("late", "early"), described.consumers().stream().map(c -> c.name()).toList());

        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer lateConsumer = Channel.attachConsumer(channel, 0);
            RingConsumer earlyConsumer = Channel.attachConsumer(channel, 1))
        {
            assertEquals(FrozenFileWriter.TAIL, producer.position());
            assertEquals(3, Channel.describe(channel).producer().epoch());
            ProducerConsumerContract.publish(producer, 100, 100);
            ProducerConsumerContract.receive(lateConsumer, new Received(40), 61);
            ProducerConsumerContract.receive(earlyConsumer, new Received(98), 3);
        }
    }

    private static Path unpack(final String version, final Path channel) throws IOException
    {
        Files.createDirectory(channel);
        for (final String name : List.of("ring", "consumer-0", "consumer-1"))
        {
            final String resource = "/" + version + "/" + name + ".gz";
            try (InputStream packed = Objects.requireNonNull(
                FrozenFileTest.class.getResourceAsStream(resource), resource);
                InputStream file = new GZIPInputStream(packed))
            {
                Files.copy(file, channel.resolve(name));
            }
        }
        for (final String lock : List.of("producer.lock", "consumer-0.lock", "consumer-1.lock"))
        {
            Files.createFile(channel.resolve(lock));
        }
        return channel;
    }
}
