package io.tadpole.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The same roles as a {@link RingConnection}'s, over memory of this process alone.
 */
final class MemoryConnection implements Connection
{
    private final Arena arena = Arena.ofShared();
    private final RingProducer producer;
    private final List<RingConsumer> consumers = new ArrayList<>();

    MemoryConnection(final ChannelConfig config)
    {
        final MemorySegment file =
            arena.allocate(RingFileLayout.HEADER_LENGTH + config.capacityBytes(), RecordLayout.UNIT);
        Ring.initialise(file, config);
        final MemorySegment[] consumerFiles = new MemorySegment[config.consumers().size()];
        for (int k = 0; k < consumerFiles.length; k++)
        {
            consumerFiles[k] = arena.allocate(ConsumerFileLayout.LENGTH, RecordLayout.UNIT);
            consumers.add(new RingConsumer(new Ring(file), consumerFiles[k], 0, () -> { }));
        }
        final Ring ring = new Ring(file, consumerFiles);
        producer = new RingProducer(ring, 0, new DeclaredConsumers(ring), () -> { });
    }

    @Override
    public RingProducer producer()
    {
        return producer;
    }

    @Override
    public int consumers()
    {
        return consumers.size();
    }

    @Override
    public RingConsumer consumer(final int index)
    {
        return consumers.get(index);
    }

    @Override
    public void close()
    {
        producer.close();
        consumers.forEach(RingConsumer::close);
        arena.close();
    }
}
