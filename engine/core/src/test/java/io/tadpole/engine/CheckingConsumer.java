package io.tadpole.engine;

import io.tadpole.ring.Channel;
import io.tadpole.ring.RingConsumer;
import java.io.IOException;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** A stage outside the engine that checks what it polls, on whatever thread calls. */
final class CheckingConsumer extends Checker implements AutoCloseable
{
    private final RingConsumer consumer;

    CheckingConsumer(final Path channel, final int index, final Script script) throws IOException
    {
        super(script);
        consumer = Channel.attachConsumer(channel, index);
    }

    int poll(final int limit)
    {
        final int polled = consumer.poll(
            (buffer, offset, length, position) ->
            {
                check(buffer, offset, length, position, 0);
                handled(1);
            },
            limit);
        assertTrue(polled >= 0, consumer::failure);
        return polled;
    }

    void pollUntil(final long messages)
    {
        Await.until(() -> poll(Integer.MAX_VALUE) >= 0 && handled() >= messages);
    }

    /** Polls on a thread of its own until some messages have arrived. */
    Thread start(final long messages)
    {
        return Thread.ofPlatform().daemon().name("outside").start(() -> pollUntil(messages));
    }

    @Override
    public void close()
    {
        consumer.close();
    }
}
