package io.tadpole.ring;

import java.io.IOException;
import java.nio.file.Path;

/** Another process that takes roles of a channel, or tries to, and says what came of it. */
final class RoleChild
{
    /** In the unused part of a consumer's file: whether the test believes that it has the lock. */
    static final long OWNED = 3000;
    /** How often this process has tried to take it. */
    static final long TRIES = 3008;

    private RoleChild()
    {
    }

    public static void main(final String... arguments) throws IOException
    {
        final Path channel = Path.of(arguments[0]);
        if (arguments[1].equals("intruder"))
        {
            intrude(channel);
            return;
        }
        try
        {
            if (!arguments[1].equals("consumer"))
            {
                Channel.attachProducer(channel);
            }
            if (!arguments[1].equals("producer"))
            {
                Channel.attachConsumer(channel, 0);
            }
            System.out.println("attached");
            if (arguments[1].equals("parent"))
            {
                System.out.println(new ProcessBuilder("sleep", "1000").start().pid());
            }
            System.in.read();
        }
        catch (final ChannelException refused)
        {
            System.out.println(refused.reason());
        }
    }

    /** Takes the producer's lock whenever it can: then the other process must not believe that it has it. */
    private static void intrude(final Path channel) throws IOException
    {
        int both = 0;
        long tries = 0;
        System.out.println("ready");
        while (System.in.available() == 0)
        {
            try
            {
                final RoleLock lock = RoleLock.acquire(channel.resolve("producer.lock"));
                both += (int)ChannelTest.getWord(channel.resolve("consumer-0"), OWNED);
                lock.close();
            }
            catch (final ChannelException held)
            {
                Thread.yield();
            }
            ChannelTest.putWord(channel.resolve("consumer-0"), TRIES, ++tries);
        }
        System.out.println(both == 0 ? "never both" : "both were owners " + both + " times");
    }
}
