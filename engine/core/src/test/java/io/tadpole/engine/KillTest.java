package io.tadpole.engine;

import io.tadpole.engine.KilledEngine.Notes;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.ChildJvm;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A process that runs an engine is really killed, at random moments: nothing that it acknowledged is lost. */
@Timeout(120)
class KillTest
{
    private static final int KILLS = 8;
    private static final List<String> STAGES = List.of("messages", "batches", "behind");

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private volatile boolean enough;

    @Test
    void shouldHandOverEverythingThatWasAcknowledged() throws IOException
    {
        final long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        final Path channel = directory.resolve("channel");
        final Notes acknowledged = new Notes(directory.resolve("acknowledged"));
        Engine.create(channel, EngineConfig.of(KilledEngine.CAPACITY), new KilledEngine(directory, false).graph())
            .close();
        final long[] handled = new long[STAGES.size()];
        try (RingConsumer outside = Channel.attachConsumer(channel, 0))
        {
            final Chain chain = new Chain(KilledEngine.CAPACITY, 0);
            final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            final Thread polling = Thread.ofPlatform().daemon().start(() -> poll(outside, chain, failure));
            for (int kill = 0; kill < KILLS; kill++)
            {
                final boolean fromLowest = random.nextBoolean();
                final long until = acknowledged.first() + random.nextInt(1 << (10 + random.nextInt(17)));
                try (ChildJvm child = ChildJvm.start(
                    List.of("-XX:+UseSerialGC", "-Xmx64m"),
                    ProcessBuilder.Redirect.INHERIT,
                    KilledEngine.class, directory, fromLowest, random.nextLong()))
                {
                    child.await("started");
                    Await.until(() -> acknowledged.first() > until || !child.isAlive());
                    assertTrue(child.isAlive(), "the engine ended by itself");
                    child.kill();
                }
                assertNull(failure.get());
                checkNotes(Channel.describe(channel), acknowledged, handled);
            }
            try (Engine engine = new KilledEngine(directory, false).attach())
            {
                KilledEngine.publish(engine, acknowledged, random, engine.position() + 10_000_000);
                assertTrue(engine.shutdown(Duration.ofSeconds(60)), () -> "not drained: " + engine.failure());
                assertEquals(acknowledged.first(), engine.position());
            }
            enough = true;
            Await.until(() -> !polling.isAlive());
            assertNull(failure.get());
            assertEquals(acknowledged.first(), chain.next(), "the stage outside saw everything, once");
        }
        checkNotes(Channel.describe(channel), acknowledged, handled);
        for (final long stage : handled)
        {
            assertEquals(acknowledged.first(), stage);
        }
    }

    private void poll(final RingConsumer outside, final Chain chain, final AtomicReference<@Nullable Throwable> failure)
    {
        try
        {
            boolean last = false;
            while (!last)
            {
                last = enough;
                final int polled = outside.poll(chain::check, 100);
                if (polled == 0)
                {
                    Thread.yield();
                }
                assertTrue(polled >= 0, outside::failure);
            }
        }
        catch (final RuntimeException | Error failed)
        {
            failure.set(failed);
        }
    }

    /** Each stage goes on where its predecessor was at the latest, and the ring never says that it was further. */
    private void checkNotes(final ChannelDescription left, final Notes acknowledged, final long[] handled)
        throws IOException
    {
        for (int i = 0; i < handled.length; i++)
        {
            final String name = STAGES.get(i);
            final Notes notes = new Notes(directory.resolve(name));
            assertNotBeyond(handled[i], notes.first(), name + " has left out messages");
            assertTrue(notes.second() >= notes.first());
            // A stage that started before what it had handled may not have come as far again.
            handled[i] = Math.max(handled[i], notes.second());
            final long mirrored = left.stages().get(i).position();
            assertNotBeyond(handled[i], mirrored, name + " is not as far as the ring says");
            assertTrue(mirrored >= acknowledged.first() - KilledEngine.CAPACITY, () -> name + " was lapped");
        }
    }

    private static void assertNotBeyond(final long handled, final long position, final String what)
    {
        // Padding belongs to the message before it, but whoever handles messages does not see it.
        final long behindPadding = (handled + KilledEngine.CAPACITY - 1) & -KilledEngine.CAPACITY;
        assertTrue(
            position <= handled || position == behindPadding,
            () -> what + ": " + position + ", it has handled up to " + handled);
    }
}
