package io.tadpole.engine;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.FrozenFiles;
import io.tadpole.ring.Pattern;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * An engine's ring of every released layout version is taken over for ever. Version 1: written by {@link
 * FrozenEngineWriter}, 64 KiB with two fillers and messages 0 to 99, the last ones behind a padding, in the second lap.
 * The stage "journal" has handled all of them, "slow" those before 70, the process outside those before 40; the engine
 * was killed before it stored its last tail.
 */
@Timeout(60)
class FrozenEngineTest
{
    private static final int MESSAGES = FrozenEngineWriter.MESSAGES;

    @Test
    void shouldTakeOverARingOfVersion1(@TempDir(factory = SharedMemory.class) final Path directory)
        throws IOException
    {
        final Path channel = FrozenFiles.unpack(FrozenEngineTest.class, "v1", directory.resolve("channel"), 1);
        final ChannelDescription found = Channel.describe(channel);
        assertEquals(64, found.alignment());
        assertEquals(FrozenEngineWriter.RING_ID, found.ringId());
        assertEquals(
            List.of("journal", "slow"), found.stages().stream().map(ChannelDescription.Stage::name).toList());
        assertEquals("board", found.consumers().getFirst().name());
        assertEquals(1, found.producer().epoch());
        assertEquals(2 + MESSAGES - 1, found.producer().messages());
        assertEquals(2 + MESSAGES, found.stages().get(0).messages());
        assertEquals(2 + FrozenEngineWriter.SLOW, found.stages().get(1).messages());
        assertEquals(2 + FrozenEngineWriter.OUTSIDE, found.consumers().getFirst().messages());

        final Expecting journal = new Expecting(MESSAGES);
        final Expecting slow = new Expecting(FrozenEngineWriter.SLOW);
        final Expecting board = new Expecting(FrozenEngineWriter.OUTSIDE);
        try (Engine engine = Engine.attach(channel, FrozenEngineWriter.CONFIG, FrozenEngineWriter.graph(journal, slow));
            RingConsumer outside = Channel.attachConsumer(channel, 0))
        {
            assertTrue(engine.position() > found.producer().tail(), "it finds what lies behind the stored tail");
            FrozenEngineWriter.publish(engine, MESSAGES);
            Await.until(engine, () ->
                outside.poll((buffer, offset, length, position) ->
                    board.onMessage(buffer, offset, length, position, false), 100) >= 0 &&
                board.next == MESSAGES + 1);
            assertTrue(engine.shutdown(Duration.ofSeconds(30)), engine::reason);
        }
        assertEquals(MESSAGES + 1, journal.next);
        assertEquals(MESSAGES + 1, slow.next);
        assertEquals(2, Channel.describe(channel).producer().epoch());
        assertEquals(2 + MESSAGES + 1, Channel.describe(channel).producer().messages());
    }

    /** A stage that expects the messages from a number on. */
    private static final class Expecting implements MessageStage
    {
        private volatile long next;

        Expecting(final long next)
        {
            this.next = next;
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch)
        {
            final long number = next;
            assertEquals(FrozenEngineWriter.length(number), length);
            assertTrue(Pattern.matches(buffer, offset, length, number), () -> "bytes of message " + number);
            next = number + 1;
        }
    }
}
