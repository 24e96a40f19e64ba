package io.tadpole.kernel;

import io.tadpole.engine.MessageRefusedException;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A kernel that reads a plain ring. */
@Timeout(120)
class KernelPollTest
{
    private static final int MESSAGES = 20_000;

    @TempDir(factory = SharedMemory.class)
    private Path folder;

    private Path channel;

    @BeforeEach
    void createTheChannel() throws IOException
    {
        channel = folder.resolve("channel");
        Channel.create(channel, ChannelConfig.plain(64 << 10));
    }

    @ParameterizedTest
    @CsvSource({"1000000, ''", "7, ''", "1, ''", "1000000, -DAT_MOST=3"})
    void shouldHandleEachMessageOnce(final int limit, final String option) throws IOException
    {
        final Path library = option.isEmpty() ? Libraries.kernel(folder) : Libraries.kernel(folder, option);
        try (NativeKernel kernel = NativeKernel.load(library);
            RingConsumer consumer = Channel.attachConsumer(channel, 0);
            RingProducer producer = Channel.attachProducer(channel))
        {
            assertEquals(0, kernel.poll(consumer, limit));
            long handled = 0;
            for (long published = 0; published < MESSAGES; )
            {
                final long to = Math.min(MESSAGES, published + 1 + published % 300);
                Numbers.publish(producer, published, to);
                published = to;
                while (handled < published)
                {
                    final int count = kernel.poll(consumer, limit);
                    assertTrue(count > 0 && count <= limit);
                    handled += count;
                }
                assertEquals(0, kernel.poll(consumer, limit));
                assertEquals(producer.position(), consumer.position());
                assertEquals(consumer.position(), kernel.position());
            }
            Numbers.assertCounted(MESSAGES, kernel.state());
        }
    }

    @Test
    void shouldLeaveARefusedMessageToItsCaller() throws IOException
    {
        final Path library = Libraries.kernel(folder, "-DREFUSED(n)=((n)%4==1)");
        try (NativeKernel kernel = NativeKernel.load(library);
            RingConsumer consumer = Channel.attachConsumer(channel, 0);
            RingProducer producer = Channel.attachProducer(channel))
        {
            Numbers.publish(producer, 0, 8);
            final List<Long> letters = new ArrayList<>();
            assertEquals(1, kernel.poll(consumer, 100));
            for (long number = 1; number < 8; number += 4)
            {
                final long position = consumer.position();
                final MessageRefusedException refused =
                    assertThrows(MessageRefusedException.class, () -> kernel.poll(consumer, 100));
                assertEquals(position, refused.position());
                assertEquals(
                    library + " answered -42 to the message at position " + position, refused.getMessage());
                assertEquals(position, consumer.position());
                assertEquals(
                    1, kernel.passOver(consumer, (buffer, offset, length, at) -> letters.add(buffer.getLong(offset))));
                assertEquals(kernel.position(), consumer.position());
                assertEquals(number == 1 ? 3 : 2, kernel.poll(consumer, 100));
            }
            assertEquals(List.of(1L, 5L), letters);
            assertEquals(6, Numbers.counted(kernel.state()));
            assertEquals(0, kernel.poll(consumer, 100));
        }
    }

    /** What it has done of a stretch counts: the stretch is not given to it again. */
    @Test
    void shouldCallAKernelNoMoreThatFailed() throws IOException
    {
        final Path state = folder.resolve("state");
        final Path bad = Libraries.kernel(folder, "-DAT_MOST=3", "-DANSWER=(to+8)");
        try (RingConsumer consumer = Channel.attachConsumer(channel, 0);
            RingProducer producer = Channel.attachProducer(channel))
        {
            Numbers.publish(producer, 0, 10);
            try (NativeKernel kernel = NativeKernel.load(KernelConfig.of(bad).withStateFile(state)))
            {
                assertThrows(IllegalStateException.class, () -> kernel.poll(consumer, 100));
                for (int again = 0; again < 2; again++)
                {
                    final IllegalStateException failed =
                        assertThrows(IllegalStateException.class, () -> kernel.poll(consumer, 100));
                    assertEquals(
                        bad + " has failed, and is called no more: correct it, and load it once more, with its state",
                        failed.getMessage());
                }
                Numbers.assertCounted(9, kernel.state());
                assertEquals(0, consumer.position());
            }
            try (NativeKernel kernel = NativeKernel.load(
                KernelConfig.of(Libraries.kernel(folder)).withStateFile(state)))
            {
                assertEquals(1, kernel.poll(consumer, 100));
                Numbers.assertCounted(10, kernel.state());
            }
        }
    }

    /** A position that is published is one that the state has: also when there was padding, and the kernel is gone. */
    @Test
    void shouldPublishNothingForAClosedKernel() throws IOException
    {
        final Path state = folder.resolve("state");
        final KernelConfig config = KernelConfig.of(Libraries.kernel(folder)).withStateFile(state);
        try (RingConsumer consumer = Channel.attachConsumer(channel, 0);
            RingProducer producer = Channel.attachProducer(channel))
        {
            final NativeKernel kernel = NativeKernel.load(config);
            long published = 0;
            while (producer.position() < (64 << 10) - 100)
            {
                Numbers.publish(producer, published, published + 1);
                published++;
            }
            assertEquals(published, kernel.poll(consumer, 10_000));
            final long position = consumer.position();
            Numbers.publish(producer, published, published + 3);
            kernel.close();
            assertThrows(IllegalStateException.class, () -> kernel.poll(consumer, 100));
            assertThrows(ArithmeticException.class, () -> consumer.pollBatch((buffer, offset, length, messages, end) ->
            {
                throw new ArithmeticException();
            }, 100));
            assertEquals(position, consumer.position());
            assertEquals(position, Channel.describe(channel).consumers().getFirst().position());
            try (NativeKernel successor = NativeKernel.load(config))
            {
                assertEquals(3, successor.poll(consumer, 100));
                Numbers.assertCounted(published + 3, successor.state());
            }
        }
    }

    /** Killed between its state and its position: the state knows better. */
    @Test
    void shouldGoOnWhereItsStateCountsTo() throws IOException
    {
        final KernelConfig config =
            KernelConfig.of(Libraries.kernel(folder)).withStateFile(folder.resolve("state"));
        final Path position = channel.resolve("consumer-0");
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            Numbers.publish(producer, 0, 10);
            final byte[] before;
            try (NativeKernel kernel = NativeKernel.load(config);
                RingConsumer consumer = Channel.attachConsumer(channel, 0))
            {
                assertEquals(4, kernel.poll(consumer, 4));
                before = Files.readAllBytes(position);
                assertEquals(3, kernel.poll(consumer, 3));
            }
            Files.write(position, before);
            try (NativeKernel kernel = NativeKernel.load(config);
                RingConsumer consumer = Channel.attachConsumer(channel, 0))
            {
                assertEquals(3, kernel.poll(consumer, 100));
                Numbers.assertCounted(10, kernel.state());
                assertEquals(producer.position(), consumer.position());
            }
        }
    }

    @Test
    void shouldRefuseAStateThatTheRingDoesNotKnow() throws IOException
    {
        final Path state = folder.resolve("state");
        final KernelConfig config = KernelConfig.of(Libraries.kernel(folder)).withStateFile(state);
        final long ring;
        try (RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            ring = consumer.ringId();
        }
        try (StateFile file = StateFile.open(state, new StateShape(100, 16, 1)))
        {
            file.bind(ring, 800);
        }
        try (NativeKernel kernel = NativeKernel.load(config);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            final IllegalArgumentException ahead =
                assertThrows(IllegalArgumentException.class, () -> kernel.poll(consumer, 100));
            assertTrue(
                String.valueOf(ahead.getMessage()).endsWith(
                    " counts up to position 800, and its consumer, at 0, cannot go on from there: give this ring's " +
                    "newest state"), ahead.toString());
        }
    }

    @Test
    void shouldBelongToOneConsumer() throws IOException
    {
        final Path other = folder.resolve("other");
        Channel.create(other, ChannelConfig.plain(64 << 10));
        try (NativeKernel kernel = NativeKernel.load(Libraries.kernel(folder));
            RingConsumer one = Channel.attachConsumer(channel, 0);
            RingConsumer two = Channel.attachConsumer(other, 0))
        {
            assertEquals(0, kernel.poll(one, 1));
            assertThrows(IllegalStateException.class, () -> kernel.poll(two, 1));
            assertThrows(
                IllegalStateException.class, () -> kernel.passOver(two, (buffer, offset, length, position) -> { }));
        }
    }
}
