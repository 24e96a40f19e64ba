package io.tadpole.engine;

import io.tadpole.engine.KilledEngine.Notes;
import io.tadpole.ring.Channel;
import io.tadpole.ring.RingConsumer;
import java.io.IOException;
import java.nio.file.Path;

/** A stage in a process of its own: checks the chain, and notes how far it is before it says so in the ring. */
final class OutsideProcess
{
    private OutsideProcess()
    {
    }

    /**
     * Polls until it has handled the ring up to a position.
     *
     * @param arguments the channel, the file of its notes, the capacity, the last position.
     */
    public static void main(final String[] arguments) throws IOException
    {
        final Notes notes = new Notes(Path.of(arguments[1]));
        final long end = Long.parseLong(arguments[3]);
        try (RingConsumer consumer = Channel.attachConsumer(Path.of(arguments[0]), 0))
        {
            final Chain chain = new Chain(Long.parseLong(arguments[2]), consumer.position());
            System.out.println("started");
            while (chain.next() < end)
            {
                final int polled = consumer.poll(
                    (buffer, offset, length, position) ->
                    {
                        chain.check(buffer, offset, length, position);
                        notes.first(chain.next());
                    },
                    100);
                if (polled < 0)
                {
                    throw new AssertionError(consumer.failure());
                }
                if (polled == 0)
                {
                    Thread.yield();
                }
            }
        }
    }
}
