package io.tadpole.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A channel of its own with all of its roles taken.
 */
final class RingConnection implements Connection
{
    private final Path channel;
    private final RingProducer producer;
    private final Ring[] ring = new Ring[1];
    private final List<RingConsumer> consumers = new ArrayList<>();

    RingConnection(final ChannelConfig config) throws IOException
    {
        channel = SharedMemory.directory().resolve("channel");
        Channel.create(channel, config);
        for (int k = 0; k < config.consumers().size(); k++)
        {
            consumers.add(Channel.attachConsumer(channel, k));
        }
        producer = Channel.attachProducer(channel, (mapped, tail) ->
        {
            ring[0] = mapped;
            return new DeclaredConsumers(mapped);
        });
    }

    /** The ring as the producer maps it. */
    Ring ring()
    {
        return ring[0];
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
    public RingConsumer successor(final int index) throws IOException
    {
        consumers.set(index, Channel.attachConsumer(channel, index));
        return consumers.get(index);
    }

    @Override
    public void close() throws IOException
    {
        producer.close();
        consumers.forEach(RingConsumer::close);
        Channel.remove(channel);
        Files.delete(channel.getParent());
    }
}
