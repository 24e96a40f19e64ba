package io.tadpole.engine;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.ChildJvm;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How far each stage is, as the engine says and as another process sees. */
@Timeout(60)
class CountersTest
{
    private static final int CAPACITY = 64 << 10;
    private static final EngineConfig CONFIG = EngineConfig.of(CAPACITY);
    /** Two units. */
    private static final int LENGTH = 100;
    private static final int SIZE = 2 * RecordLayout.UNIT;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    /** Waits at two messages, so that its batches are 1, 9 and 10 messages. */
    private static final class Stepped extends CheckingMessages
    {
        private final Gate first = new Gate();
        private final Gate second = new Gate();

        Stepped(final Script script)
        {
            super(script);
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch)
        {
            if (handled() == 0)
            {
                first.pass();
            }
            if (handled() == 9)
            {
                second.pass();
            }
            super.onMessage(buffer, offset, length, sequence, endOfBatch);
        }
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void shouldCountWhatEachStageHasHandled(final Memory memory) throws IOException
    {
        final Script script = Script.same(20, LENGTH);
        final Stepped stepped = new Stepped(script);
        final CheckingMessages after = new CheckingMessages(script, stepped);
        final StageGraph graph = new StageGraph().stage("stepped", stepped).stage("after", after, "stepped");
        try (Engine engine = memory.start(directory, CONFIG, graph))
        {
            assertEquals(List.of(inside("stepped", 0, 0, 0), inside("after", 0, 0, 0)), engine.counters());
            final Feed feed = new Feed(engine, script, 1);
            publish(feed, 1);
            stepped.first.awaitReached(engine);
            publish(feed, 9);
            assertEquals(List.of(inside("stepped", 0, 0, 10), inside("after", 0, 0, 10)), engine.counters());
            stepped.first.open();
            stepped.second.awaitReached(engine);
            // The second batch is under way: what it has handled is said at its end.
            Await.until(engine, () -> engine.counters().getLast().messages() == 1);
            assertEquals(List.of(inside("stepped", 1, 1, 10), inside("after", 1, 1, 10)), engine.counters());
            publish(feed, 10);
            stepped.second.open();
            Await.until(engine, () -> engine.counters().getLast().messages() == 20);
            assertEquals(inside("stepped", 20, 3, 20), engine.counters().getFirst());
            assertTrue(engine.shutdown(Duration.ofSeconds(30)));
        }
    }

    @Test
    void shouldCountWhatAStageOutsideHasHandled() throws IOException
    {
        final Script script = Script.same(50, LENGTH);
        final Path channel = directory.resolve("channel");
        try (Engine engine = Engine.create(channel, CONFIG, new StageGraph().outside("native")))
        {
            publish(new Feed(engine, script, 1), 50);
            assertEquals(List.of(outside(0, 0, 50)), engine.counters());
            try (CheckingConsumer outside = new CheckingConsumer(channel, 0, script))
            {
                outside.poll(10);
                outside.poll(15);
                assertEquals(List.of(outside(25, 2, 50)), engine.counters());
                outside.poll(100);
                outside.poll(100);
                assertEquals(List.of(outside(50, 3, 50)), engine.counters());
            }
            assertTrue(engine.shutdown(Duration.ZERO));
        }
    }

    @Test
    void shouldShowNoDepthForAnEvictedStage() throws IOException
    {
        final Path channel = directory.resolve("channel");
        try (Engine engine = Engine.create(channel, CONFIG, new StageGraph().outside("native")))
        {
            publish(new Feed(engine, Script.same(5, LENGTH), 1), 5);
            Channel.evict(channel, 0);
            final StageCounters counters = engine.counters().getFirst();
            assertEquals(0, counters.depthBytes());
            assertEquals(0, counters.lagMessages());
            assertEquals(0, counters.messages());
        }
    }

    @Test
    void shouldShowItsCountersToAnotherProcess() throws IOException
    {
        final Script script = Script.same(20, LENGTH);
        final Stepped stepped = new Stepped(script);
        final Path channel = directory.resolve("channel");
        try (Engine engine =
            Engine.create(channel, CONFIG, new StageGraph().stage("stepped", stepped).outside("native")))
        {
            final Feed feed = new Feed(engine, script, 1);
            publish(feed, 1);
            stepped.first.awaitReached(engine);
            publish(feed, 9);
            stepped.first.open();
            stepped.second.awaitReached(engine);
            try (ChildJvm child = ChildJvm.start(Describer.class, channel))
            {
                child.await("producer held, tail " + 10 * SIZE + ", 10 messages");
                child.await("stage stepped at " + SIZE + ", lag 9, depth " + 9 * SIZE + ", 1 in 1");
                child.await("consumer native at 0, lag 10, depth " + 10 * SIZE + ", 0 in 0");
                assertEquals(0, child.exitCode());
            }
            stepped.second.open();
            engine.shutdown(Duration.ZERO);
        }
    }

    /** Looks at a channel and prints what it sees. */
    static final class Describer
    {
        private Describer()
        {
        }

        /**
         * Looks once.
         *
         * @param arguments the channel.
         */
        public static void main(final String[] arguments) throws IOException
        {
            final ChannelDescription seen = Channel.describe(Path.of(arguments[0]));
            System.out.println(
                "producer " + (seen.producer().held() ? "held" : "free") + ", tail " + seen.producer().tail() + ", " +
                seen.producer().messages() + " messages");
            seen.stages().forEach(stage -> System.out.println(
                "stage " + stage.name() + " at " + stage.position() + ", lag " + stage.lagMessages() + ", depth " +
                stage.depthBytes() + ", " + stage.messages() + " in " + stage.batches()));
            seen.consumers().forEach(consumer -> System.out.println(
                "consumer " + consumer.name() + " at " + consumer.position() + ", lag " + consumer.lagMessages() +
                ", depth " + consumer.depthBytes() + ", " + consumer.messages() + " in " + consumer.batches()));
        }
    }

    private static StageCounters inside(
        final String name, final int messages, final int batches, final int published)
    {
        return new StageCounters(
            name, false, (long)messages * SIZE, messages, batches, published - messages,
            (long)(published - messages) * SIZE);
    }

    private static StageCounters outside(final int messages, final int batches, final int published)
    {
        return new StageCounters(
            "native", true, (long)messages * SIZE, messages, batches, published - messages,
            (long)(published - messages) * SIZE);
    }

    private static void publish(final Feed feed, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            final long position = feed.tryPublish();
            assertTrue(position > 0, () -> Status.name(position));
        }
    }
}
