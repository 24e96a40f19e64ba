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
    private final MemorySegment file;
    private final MemorySegment[] consumerFiles;
    private final RingProducer producer;
    private final List<RingConsumer> consumers = new ArrayList<>();

    MemoryConnection(final ChannelConfig config)
    {
        file = arena.allocate(RingFileLayout.HEADER_LENGTH + config.capacityBytes(), RecordLayout.UNIT);
        Ring.initialise(file, config);
        consumerFiles = new MemorySegment[config.consumers().size()];
        for (int k = 0; k < consumerFiles.length; k++)
        {
            consumerFiles[k] = arena.allocate(ConsumerFileLayout.LENGTH, RecordLayout.UNIT);
            consumers.add(consumer(consumerFiles[k]));
        }
        final Ring ring = new Ring(file, consumerFiles);
        producer = new RingProducer(ring, 0, new DeclaredConsumers(ring), () -> { });
    }

    private RingConsumer consumer(final MemorySegment consumerFile)
    {
        final long position = Ordered.getAcquire(consumerFile, ConsumerFileLayout.POSITION_OFFSET);
        return new RingConsumer(new Ring(file), consumerFile, position, () -> { });
    }

    @Override
    public RingConsumer successor(final int index)
    {
        consumers.set(index, consumer(consumerFiles[index]));
        return consumers.get(index);
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
