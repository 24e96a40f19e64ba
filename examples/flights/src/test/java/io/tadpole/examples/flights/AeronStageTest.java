package io.tadpole.examples.flights;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.Claim;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The forwarding stage of an engine, with a small ring in the place of Aeron: it is full again and again. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class AeronStageTest
{
    private static final int EVENTS = 20_000;

    @TempDir
    private Path folder;

    private final Claim claim = new Claim();
    private final IdlePolicy idle = IdlePolicy.adaptive();

    @Test
    void shouldForwardEveryEventOnceHoweverSlowTheReaderIs() throws IOException
    {
        final Path channel = folder.resolve("channel");
        Channel.create(channel, ChannelConfig.plain(64 << 10));
        try (RingConsumer consumer = Channel.attachConsumer(channel, 0);
            RingProducer producer = Channel.attachProducer(channel))
        {
            final AeronStage stage = new AeronStage(producer, 0);
            final long[] next = new long[1];
            try (Engine engine = Engine.inMemory(config(), new StageGraph().stage("aeron", stage)))
            {
                for (int number = 0; number < EVENTS; number++)
                {
                    // Only when the engine is full too: so most of the time there is no space to forward to.
                    publish(engine, number, () -> poll(consumer, next, 3));
                }
                while (next[0] < EVENTS)
                {
                    poll(consumer, next, 10);
                }
                assertTrue(engine.shutdown(Duration.ofSeconds(30)), () -> String.valueOf(engine.reason()));
            }
            assertEquals(EVENTS, stage.events());
            assertEquals(0, consumer.poll((buffer, offset, length, position) -> { }, 1));
            assertEquals(0, stage.allocation().medianBytesPerEvent());
        }
    }

    @Test
    void shouldFailWhenThereIsNothingToForwardTo() throws IOException
    {
        final Path channel = folder.resolve("channel");
        Channel.create(channel, ChannelConfig.plain(64 << 10));
        final RingProducer producer = Channel.attachProducer(channel);
        producer.close();
        try (Engine engine = Engine.inMemory(config(), new StageGraph().stage("aeron", new AeronStage(producer, 0))))
        {
            publish(engine, 0, idle::idle);
            while (engine.reason() == null)
            {
                idle.idle();
            }
            assertTrue(
                String.valueOf(engine.reason()).contains("event 0 cannot be forwarded: Aeron says CLOSED"),
                engine.reason());
        }
    }

    private static EngineConfig config()
    {
        return EngineConfig.of(256 << 10).withWaitStrategy("blocking");
    }

    /** Of many lengths: the stage forwards whatever lies in the ring. */
    private void publish(final Engine engine, final int number, final Runnable whenFull)
    {
        final int length = Integer.BYTES + number % 200;
        while (engine.tryClaim(length, claim) < 0)
        {
            assertNull(engine.reason());
            whenFull.run();
        }
        claim.buffer().putInt(claim.offset(), number);
        claim.commit(length);
    }

    private void poll(final RingConsumer consumer, final long[] next, final int limit)
    {
        final int polled = consumer.poll((buffer, offset, length, position) ->
        {
            assertEquals(next[0], buffer.getInt(offset));
            assertEquals(Integer.BYTES + next[0] % 200, length);
            next[0]++;
        }, limit);
        assertTrue(polled >= 0);
        if (polled == 0)
        {
            idle.idle();
        }
    }
}
