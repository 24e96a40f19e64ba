package io.tadpole.ring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
        final Path channel = FrozenFiles.unpack(FrozenFileTest.class, "v1", directory.resolve("channel"), 2);
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

        // An engine's, for it has a stage.
        try (RingProducer producer = Channel.attachProducer(channel, (ring, tail) -> new DeclaredConsumers(ring));
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
}
