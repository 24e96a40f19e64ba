package io.tadpole.bench;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Our ring. */
final class RingCarrier implements Carrier
{
    @Override
    public Sender create(final Path at, final int size, final int run, final Tally inside) throws IOException
    {
        Channel.create(at, ChannelConfig.plain(Scenario.RING_BYTES));
        return new RingSender(Channel.attachProducer(at), size, run);
    }

    @Override
    public Receiver open(final Path at, final LongConsumer numbers) throws IOException
    {
        return new RingReceiver(at, numbers);
    }
}
