package io.tadpole.matrix;

import io.tadpole.crash.Language;
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

    /** What the reader says, and the messages, each an author and a number; the last one may have a wrong byte. */
    static Stream<Arguments> wrong()
    {
        return Stream.of(Language.values()).flatMap(language -> Stream.of(
            Arguments.of(language, "behind message 1 of author 1 comes message 3 of 1", "1.0 1.1 1.3", 0),
            Arguments.of(language, "behind message 1 of author 1 comes message 1 of 1", "1.0 1.1 1.1", 0),
            Arguments.of(language, "behind message 0 of author 1 comes message 1 of 2", "1.0 2.1", 0),
            Arguments.of(language, "message 1 of author 1 is not as it was written", "1.0 1.1", 1)));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void shouldBeFoundByTheReader(
        final Language language, final String sentence, final String messages, final int wrongBit)
        throws IOException
    {
        final List<String> command = MatrixTest.command(language);
        plan.write(folder.resolve("plan"));
        Channel.create(folder.resolve("channel"), ChannelConfig.plain(Plan.CAPACITY));
        try (RingProducer producer = Channel.attachProducer(folder.resolve("channel"));
            PeerProcess reader = PeerProcess.start(command, "read", folder, 0, 0, Notes.OPEN))
        {
            final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[Plan.CAPACITY]));
            final String[] each = messages.split(" ", -1);
            for (int i = 0; i < each.length; i++)
            {
                final String[] message = each[i].split("\\.", -1);
                final int length = plan.write(buffer, 0, Long.parseLong(message[0]), Long.parseLong(message[1]));
                if (i == each.length - 1)
                {
                    buffer.putByte(length - 1, (byte)(buffer.getByte(length - 1) ^ wrongBit));
                }
                assertTrue(producer.offer(buffer, 0, length) > 0);
            }
            while (reader.isAlive())
            {
                Thread.onSpinWait();
            }
            final String end = String.valueOf(reader.ended().getMessage());
            assertTrue(end.startsWith("the reader ended with 1: ") && end.endsWith(sentence), end);
            assertEquals(each.length - 1, reader.notes().progress());
        }
    }
}
