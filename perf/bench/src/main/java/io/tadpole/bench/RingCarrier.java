package io.tadpole.bench;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.Consumer;
import io.tadpole.ring.MessageHandler;
import io.tadpole.ring.Producer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Our ring. */
final class RingCarrier implements Carrier
{
    private static final int LIMIT = 256;

    @Override
    public Sender create(final Path at, final int size, final int run, final LongConsumer inside) throws IOException
    {
        Channel.create(at, ChannelConfig.plain(Scenario.RING_BYTES));
        final Producer producer = Channel.attachProducer(at);
        return run == 1 ? new RingSender(producer, size) : new RunSender(producer, size, run);
    }

    @Override
    public Receiver open(final Path at, final LongConsumer numbers) throws IOException
    {
        final Consumer consumer = Channel.attachConsumer(at, 0);
        final MessageHandler handler =
            (buffer, offset, length, position) -> numbers.accept(buffer.getLong(offset));
        return new Receiver()
        {
            @Override
            public int poll()
            {
                return consumer.poll(handler, LIMIT);
            }

            @Override
            public void close()
            {
                consumer.close();
            }
        };
    }
}
