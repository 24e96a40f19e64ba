package io.tadpole.matrix;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A pair passes when its reader finds nothing wrong: so each language's reader must find what is. */
@Timeout(120)
class WrongMessagesTest
{
    private final Plan plan = Plan.random(new Random(5));

    @TempDir(factory = SharedMemory.class)
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    /** Messages, each an author, a number, and whether it has a wrong byte. */
    private record Wrong(String sentence, int[]... messages)
    {
    }

    static Stream<Arguments> wrong()
    {
        final List<Wrong> all = List.of(
            new Wrong("behind message 1 of author 1 comes message 3 of 1", message(0), message(1), message(3)),
            new Wrong("behind message 1 of author 1 comes message 1 of 1", message(0), message(1), message(1)),
            new Wrong(
                "behind message 0 of author 1 comes message 1 of 2", message(0), new int[]{2, 1, 0}),
            new Wrong("message 1 of author 1 is not as it was written", message(0), new int[]{1, 1, 1}));
        return Stream.of(Language.values()).flatMap(
            language -> all.stream().map(each -> Arguments.of(language, each.sentence, each.messages)));
    }

    private static int[] message(final int number)
    {
        return new int[]{1, number, 0};
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void shouldBeFoundByTheReader(final Language language, final String sentence, final int[][] messages)
        throws IOException
    {
        final List<String> command = MatrixTest.command(language);
        plan.write(folder.resolve("plan"));
        Channel.create(folder.resolve("channel"), ChannelConfig.plain(Plan.CAPACITY));
        try (RingProducer producer = Channel.attachProducer(folder.resolve("channel"));
            PeerProcess reader = PeerProcess.start(command, "read", folder, 0, 0, Notes.OPEN))
        {
            final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[Plan.CAPACITY]));
            for (final int[] message : messages)
            {
                final int length = plan.write(buffer, 0, message[0], message[1]);
                buffer.putByte(length - 1, (byte)(buffer.getByte(length - 1) ^ message[2]));
                assertTrue(producer.offer(buffer, 0, length) > 0);
            }
            while (reader.isAlive())
            {
                Thread.onSpinWait();
            }
            assertTrue(reader.ended().getMessage().startsWith("the reader ended with 1: "), reader.ended()::getMessage);
            assertTrue(reader.ended().getMessage().contains(sentence), reader.ended()::getMessage);
            assertEquals(messages.length - 1, reader.notes().progress());
        }
    }
}
