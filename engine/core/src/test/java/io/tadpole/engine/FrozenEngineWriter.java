package io.tadpole.engine;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.Claim;
import io.tadpole.ring.FrozenFiles;
import io.tadpole.ring.Pattern;
import io.tadpole.ring.Producer;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes the engine's ring that {@link FrozenEngineTest} reads. Run once for each layout version, into a folder of its
 * own: what is frozen is never written again. The command is that of {@link FrozenFiles}.
 */
final class FrozenEngineWriter
{
    static final long RING_ID = 0x0123_4567_89AB_CDEFL;
    static final int MESSAGES = 100;
    /** What each of them had handled, fillers not among them. */
    static final int SLOW = 70;
    static final int OUTSIDE = 40;

    static final EngineConfig CONFIG = EngineConfig.of(64 << 10);
    static final List<Integer> FILLERS = List.of(32_000, 30_000);

    /** Offsets of `ring.ringId`, `ring.tail`, `ring.messages`, `ring.bytes` and `consumer.ringId`. */
    private static final int RING_ID_OFFSET = 48;
    private static final int TAIL_OFFSET = 128;
    private static final int MESSAGES_OFFSET = 384;
    private static final int BYTES_OFFSET = 392;
    private static final int CONSUMER_RING_ID_OFFSET = 16;

    static StageGraph graph(final Stage journal, final Stage slow)
    {
        return new StageGraph().stage("journal", journal).stage("slow", slow, "journal").outside("board");
    }

    static int length(final long number)
    {
        return 1 + (int)(number * 37 % 200);
    }

    static void publish(final Producer producer, final long number)
    {
        final Claim claim = new Claim();
        final int length = length(number);
        Await.until(() -> producer.tryClaim(length, claim) >= 0);
        Pattern.write(claim.buffer(), claim.offset(), length, number);
        claim.commit(length);
    }

    @Test
    void write(@TempDir(factory = SharedMemory.class) final Path directory) throws IOException
    {
        final Path channel = directory.resolve("channel");
        final Gate gate = new Gate();
        final long[] seen = new long[1];
        final MessageStage slow = (buffer, offset, length, sequence, endOfBatch) ->
        {
            if (seen[0]++ == FILLERS.size() + SLOW)
            {
                gate.pass();
                throw new IllegalStateException("killed here");
            }
        };
        try (Engine engine = Engine.create(
            channel, CONFIG, graph((MessageStage)(buffer, offset, length, sequence, endOfBatch) -> { }, slow));
            RingConsumer board = Channel.attachConsumer(channel, 0))
        {
            final Claim claim = new Claim();
            for (final int filler : FILLERS)
            {
                Await.until(() -> engine.tryClaim(filler, claim) >= 0);
                claim.commit(filler);
                Await.until(() -> board.poll((buffer, offset, length, position) -> { }, 1) == 1);
            }
            for (int i = 0; i < MESSAGES; i++)
            {
                publish(engine, i);
            }
            Await.until(engine, () -> engine.counters().getFirst().position() == engine.position());
            Await.until(() -> board.poll((buffer, offset, length, position) -> { }, OUTSIDE) == OUTSIDE);
            gate.open();
            Await.until(() -> engine.failure() != null);
            engine.shutdown(Duration.ZERO);
        }
        // As a kill leaves it that comes before the tail of the last publish is stored.
        final ChannelDescription.Producer last = Channel.describe(channel).producer();
        final int length = length(MESSAGES - 1);
        put(channel.resolve("ring"), TAIL_OFFSET, last.tail() - ((length + 8 + 63) & -64));
        put(channel.resolve("ring"), MESSAGES_OFFSET, last.messages() - 1);
        put(channel.resolve("ring"), BYTES_OFFSET, last.bytes() - length);
        put(channel.resolve("ring"), RING_ID_OFFSET, RING_ID);
        put(channel.resolve("consumer-0"), CONSUMER_RING_ID_OFFSET, RING_ID);
        FrozenFiles.pack(channel, "ring", "consumer-0");
    }

    private static void put(final Path file, final long offset, final long word) throws IOException
    {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE))
        {
            open.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, word), offset);
        }
    }
}
