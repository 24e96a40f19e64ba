package io.tadpole.bench;

import io.tadpole.ring.Channel;
import io.tadpole.ring.Consumer;
import io.tadpole.ring.MessageHandler;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A consumer of ours, of a ring or of an engine. */
final class RingReceiver implements Receiver
{
    private static final int LIMIT = 256;

    private final Consumer consumer;
    private final MessageHandler handler;

    RingReceiver(final Path at, final LongConsumer numbers) throws IOException
    {
        consumer = Channel.attachConsumer(at, 0);
        handler = (buffer, offset, length, position) -> numbers.accept(buffer.getLong(offset));
    }

    @Override
    public int poll()
    {
        final int count = consumer.poll(handler, LIMIT);
        if (count < 0)
        {
            throw new IllegalStateException("nothing can be received: " + Status.name(count));
        }
        return count;
    }

    @Override
    public void close()
    {
        consumer.close();
    }
}
