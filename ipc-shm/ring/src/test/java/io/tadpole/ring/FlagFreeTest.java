package io.tadpole.ring;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The ring runs on a JVM as it comes out of the box, and on one that denies what later ones will. */
@Timeout(60)
class FlagFreeTest
{
    @Test
    void shouldRunWithoutAFlagAndWithoutAWarning(@TempDir(factory = SharedMemory.class) final Path directory)
        throws IOException
    {
        for (final List<String> flags : List.of(
            List.<String>of(), List.of("--illegal-native-access=deny", "--sun-misc-unsafe-memory-access=deny")))
        {
            final File errors = directory.resolve("stderr").toFile();
            try (ChildJvm child = ChildJvm.start(
                flags, ProcessBuilder.Redirect.to(errors), Main.class, directory.resolve("channel")))
            {
                child.await("received 20000");
                assertEquals(0, child.exitCode());
            }
            assertEquals("", Files.readString(errors.toPath()));
        }
    }

    /** A producer and a consumer, from the creation of a channel to its removal. */
    static final class Main
    {
        private Main()
        {
        }

        public static void main(final String... arguments) throws IOException
        {
            final Path channel = Path.of(arguments[0]);
            Channel.create(channel, ChannelConfig.plain(64 << 10));
            final Traffic traffic = new Traffic(1);
            final Claim claim = new Claim();
            final long[] received = new long[1];
            try (RingProducer producer = Channel.attachProducer(channel);
                RingConsumer consumer = Channel.attachConsumer(channel, 0))
            {
                for (long number = 0; number < 20_000; number++)
                {
                    assertTrue(producer.tryClaim(Traffic.MAX_LENGTH, claim) >= 0);
                    claim.commit(traffic.write(claim, number));
                    consumer.poll((buffer, offset, length, position) ->
                    {
                        assertTrue(traffic.matches(buffer, offset, length, received[0]));
                        received[0]++;
                    }, 10);
                }
                assertTrue(Channel.describe(channel).producer().held());
            }
            Channel.evict(channel, 0);
            Channel.joinConsumer(channel, 0).close();
            Channel.remove(channel);
            System.out.println("received " + received[0]);
        }
    }
}
