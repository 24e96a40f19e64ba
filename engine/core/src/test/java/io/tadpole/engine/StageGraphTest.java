package io.tadpole.engine;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.ChannelException;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What cannot be run is refused, with a sentence that says what is wrong. */
@Timeout(60)
class StageGraphTest
{
    private static final EngineConfig CONFIG = EngineConfig.of(64 << 10);
    private static final MessageStage NOTHING = (buffer, offset, length, sequence, endOfBatch) -> { };

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    @Test
    void shouldRefuseAnUnknownWaitStrategy()
    {
        assertRefused(
            () -> CONFIG.withWaitStrategy("lazy"),
            "wait strategy 'lazy' is none of [busy-spin, yielding, sleeping, blocking]");
    }

    @Test
    void shouldRefuseTwoStagesOfOneName()
    {
        final StageGraph graph = new StageGraph().stage("a", NOTHING);
        assertRefused(() -> graph.stage("a", NOTHING), "two stages have the name 'a'");
        assertRefused(() -> graph.outside("a"), "two stages have the name 'a'");
    }

    @Test
    void shouldRefuseAStageAfterOneThatIsNotDeclaredBeforeIt()
    {
        assertRefused(
            () -> new StageGraph().stage("b", NOTHING, "a"),
            "stage 'b' waits for 'a', which is not declared before it");
        assertRefused(
            () -> new StageGraph().stage("b", NOTHING, "b"),
            "stage 'b' waits for 'b', which is not declared before it");
    }

    @Test
    void shouldRefuseAStageOutsideOfPrivateMemory()
    {
        assertRefused(
            () -> Engine.inMemory(CONFIG, new StageGraph().outside("native")),
            "a private ring has no consumers outside the process: create a channel for [native]");
    }

    @Test
    void shouldRefuseNamesThatTheRingCannotHold()
    {
        final Path channel = directory.resolve("channel");
        for (final String name : List.of("", "x".repeat(57), "ü".repeat(29), "a\0b"))
        {
            final IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> Engine.create(channel, CONFIG, new StageGraph().stage(name, NOTHING)));
            assertTrue(
                String.valueOf(refused.getMessage()).contains("is not 1 to 56 bytes of UTF-8 text"),
                refused.getMessage());
        }
        assertFalse(Files.exists(channel));
    }

    @Test
    void shouldRefuseMoreStagesThanTheRingHasWordsFor()
    {
        final StageGraph graph = new StageGraph();
        for (int i = 0; i < 29; i++)
        {
            graph.stage("stage-" + i, NOTHING);
        }
        assertRefused(() -> Engine.inMemory(CONFIG, graph), "29 stages: at most 28 can be declared");
    }

    @Test
    void shouldRefuseACapacityThatIsNoPowerOfTwo()
    {
        assertRefused(
            () -> Engine.inMemory(EngineConfig.of(100_000), new StageGraph()),
            "capacity 100000 is not a power of two from 65536 to 1073741824 bytes");
    }

    @Test
    void shouldRefuseToAttachWithOtherStages() throws IOException
    {
        final Path channel = directory.resolve("channel");
        Engine.create(channel, CONFIG, new StageGraph().stage("a", NOTHING).outside("native")).close();
        final StageGraph other = new StageGraph().stage("b", NOTHING).outside("native");
        assertRefused(
            () -> Engine.attach(channel, CONFIG, other),
            channel + " was created for the stages [a] and, outside, [native], not for [b] and [native]: give the " +
            "same graph, or create it anew");
        assertRefused(() -> Engine.attach(channel, CONFIG, new StageGraph().stage("a", NOTHING)),
            channel + " was created for the stages [a] and, outside, [native], not for [a] and []: give the " +
            "same graph, or create it anew");
    }

    @Test
    void shouldRefuseToAttachToAPlainRing() throws IOException
    {
        final Path channel = directory.resolve("channel");
        Channel.create(channel, ChannelConfig.plain(64 << 10));
        final IllegalArgumentException refused = assertThrows(
            IllegalArgumentException.class,
            () -> Engine.attach(channel, CONFIG, new StageGraph().outside("consumer-0")));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(channel.toString()), refused.getMessage());
        Channel.attachProducer(channel).close();
    }

    @Test
    void shouldRefuseASecondEngineAndAnExistingChannel() throws IOException
    {
        final Path channel = directory.resolve("channel");
        final StageGraph graph = new StageGraph().stage("a", NOTHING);
        try (Engine engine = Engine.create(channel, CONFIG, graph))
        {
            assertEquals(0, engine.position());
            assertEquals(
                ChannelException.Reason.HELD,
                assertThrows(ChannelException.class, () -> Engine.attach(channel, CONFIG, graph)).reason());
            assertEquals(
                ChannelException.Reason.EXISTS,
                assertThrows(ChannelException.class, () -> Engine.create(channel, CONFIG, graph)).reason());
        }
        Engine.attach(channel, CONFIG, graph).close();
    }

    @Test
    void shouldLeaveNoChannelBehindWhenAStageCannotStart() throws IOException
    {
        final Path channel = directory.resolve("channel");
        final MessageStage elsewhere = new MessageStage()
        {
            @Override
            public long resumeAt(final long ringId, final long mirrored)
            {
                return 64;
            }

            @Override
            public void onMessage(
                final DirectBuffer buffer, final int offset, final int length, final long sequence,
                final boolean endOfBatch)
            {
            }
        };
        assertThrows(
            IllegalArgumentException.class,
            () -> Engine.create(channel, CONFIG, new StageGraph().stage("a", elsewhere)));
        assertFalse(Files.exists(channel));
        Engine.create(channel, CONFIG, new StageGraph().stage("a", NOTHING)).close();
    }

    @Test
    void shouldLeaveNoThreadAndNoRoleBehindWhenAThreadCannotStart() throws IOException
    {
        final Path channel = directory.resolve("channel");
        final StageGraph graph = new StageGraph().stage("a", NOTHING).stage("b", NOTHING);
        Engine.create(channel, CONFIG, graph).close();
        final List<Thread> made = new ArrayList<>();
        final EngineConfig limited = CONFIG.withThreads(task ->
        {
            if (made.size() == 1)
            {
                throw new IllegalStateException("no more threads");
            }
            made.add(new Thread(task));
            return made.getLast();
        });
        final IllegalStateException failed =
            assertThrows(IllegalStateException.class, () -> Engine.attach(channel, limited, graph));
        assertEquals("no more threads", failed.getMessage());
        assertFalse(made.getFirst().isAlive());
        Engine.attach(channel, CONFIG, graph).close();
    }

    private static void assertRefused(final Executable call, final String sentence)
    {
        assertEquals(sentence, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
