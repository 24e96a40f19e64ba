package io.tadpole.ring;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Neither side believes the other's words: what cannot be is CORRUPT, and nothing is read or written outside. */
@Timeout(60)
class ForgedTest
{
    private static final int CAPACITY = 64 << 10;
    private static final long PUBLISHED = 1L << 48;
    private static final long PADDING = 1L << 49;

    private static final List<ControlledMessageHandler.Action> ACTIONS =
        List.of(ControlledMessageHandler.Action.values());

    private final Path channel;

    ForgedTest(@TempDir(factory = SharedMemory.class) final Path directory)
    {
        channel = directory.resolve("channel");
    }

    // ---- header words

    @Test
    void shouldSayCorruptToEveryIllegalHeaderWord() throws IOException
    {
        for (final int alignment : List.of(8, 64))
        {
            for (final int index : List.of(0, 64, CAPACITY / 2, CAPACITY - 128, CAPACITY - 64))
            {
                final int left = CAPACITY - index;
                assertCorrupt(alignment, index, 1);
                assertCorrupt(alignment, index, 9);
                assertCorrupt(alignment, index, PADDING);
                assertCorrupt(alignment, index, PADDING | left);
                assertCorrupt(alignment, index, -1);
                assertCorrupt(alignment, index, Long.MIN_VALUE);
                for (int bit = 32; bit < 64; bit++)
                {
                    if (bit != 48 && bit != 49)
                    {
                        assertCorrupt(alignment, index, PUBLISHED | 16 | 1L << bit);
                    }
                }
                for (final long length : new long[] {
                    0, 1, 7, 8, left + 1L, CAPACITY / 2 + 1, CAPACITY, 0x7FFF_FFFFL, 0x8000_0000L, 0x8000_0010L,
                    0xFFFF_FFFFL, 0xFFFF_FFF0L})
                {
                    assertCorrupt(alignment, index, PUBLISHED | length);
                    assertCorrupt(alignment, index, PUBLISHED | PADDING | length);
                }
                for (final long length : new long[] {8, left - 8, left + 8, left - alignment, left + alignment})
                {
                    if (length != left)
                    {
                        assertCorrupt(alignment, index, PUBLISHED | PADDING | (length & 0xFFFF_FFFFL));
                    }
                }
            }
            // A padding of a whole ring, or of more than half of it, is none that a producer writes: a reader that
            // believed the first would run in circles.
            assertCorrupt(alignment, 0, PUBLISHED | PADDING | CAPACITY);
            assertCorrupt(alignment, 64, PUBLISHED | PADDING | (CAPACITY - 64));
        }
    }

    @Test
    void shouldConsumeWhatLiesBeforeAForgedWordAndStopThere() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            for (int i = 0; i < 3; i++)
            {
                ProducerConsumerContract.publish(producer, 8, i);
            }
            putRingWord(4096 + 32, 77);
            assertNull(consumer.failure());
            assertEquals(2, consumer.poll(new Received(0), 10));
            assertEquals(32, consumer.position());
            assertEquals(32, Channel.describe(channel).consumers().getFirst().position());
            for (int again = 0; again < 2; again++)
            {
                assertEquals(Status.CORRUPT, consumer.poll(new Received(2), 10));
                assertEquals(Status.CORRUPT, consumer.controlledPoll(
                    (buffer, offset, length, position) -> ControlledMessageHandler.Action.CONTINUE, 10));
            }
            assertTrue(Objects.requireNonNull(consumer.failure()).contains("0x4d at position 32"));
        }
    }

    @Test
    void shouldNeverThrowOrReadOutsideWhateverTheRingHolds() throws IOException
    {
        final Random random = ProducerConsumerContract.seeded();
        for (final int alignment : List.of(8, 64))
        {
            Channel.create(channel, ChannelConfig.plain(CAPACITY).withAlignment(alignment));
            try (MappedFile ring = MappedFile.attach(channel.resolve("ring"), true, CAPACITY, 2 * CAPACITY))
            {
                final MemorySegment records = ring.segment().asSlice(RingFileLayout.HEADER_LENGTH);
                for (long offset = 0; offset < CAPACITY; offset += Long.BYTES)
                {
                    records.set(ValueLayout.JAVA_LONG, offset, random.nextLong());
                }
                for (int round = 0; round < 20_000; round++)
                {
                    final int start = random.nextInt(CAPACITY / alignment) * alignment;
                    garble(random, records, start, alignment);
                    pollGarbage(ring.segment(), start + (long)CAPACITY * random.nextInt(1000), random);
                }
            }
            Channel.remove(channel);
        }
    }

    /** Words that are plausible, for the most part: garbage alone is refused at the first word. */
    private static void garble(
        final Random random, final MemorySegment records, final int start, final int alignment)
    {
        int index = start;
        for (int i = 0; i < 200; i++)
        {
            final int left = CAPACITY - index;
            final long word = switch (random.nextInt(100))
            {
                case 0 -> random.nextLong();
                case 1 -> 0;
                case 2 -> PUBLISHED | 9 + random.nextInt(2 * left);
                case 3, 4, 5, 6, 7 -> PUBLISHED | PADDING | left;
                case 8, 9, 10, 11, 12 -> PUBLISHED | 9 + random.nextInt(left);
                default -> PUBLISHED | 9 + random.nextInt(300);
            };
            records.set(ValueLayout.JAVA_LONG, index, word);
            final int size = RecordLayout.size(word, index, CAPACITY, alignment);
            // Where the next word lies if this one is believed; or anywhere.
            index = size > 0 ? (index + size) % CAPACITY : random.nextInt(CAPACITY / alignment) * alignment;
        }
    }

    private static void pollGarbage(final MemorySegment ringFile, final long start, final Random random)
    {
        try (Arena arena = Arena.ofConfined();
            RingConsumer consumer = new RingConsumer(
                new Ring(ringFile), arena.allocate(ConsumerFileLayout.LENGTH, 64), start, () -> { }))
        {
            int polled = 0;
            for (int polls = 0; polls < 4 && polled >= 0; polls++)
            {
                final int limit = 1 + random.nextInt(200);
                polled = polls % 2 == 0 ?
                    consumer.poll(ForgedTest::assertInside, limit) :
                    consumer.controlledPoll((buffer, offset, length, position) ->
                    {
                        assertInside(buffer, offset, length, position);
                        return ACTIONS.get(random.nextInt(ACTIONS.size()));
                    }, limit);
                assertTrue((polled >= 0 && polled <= limit) || polled == Status.CORRUPT, "polled " + polled);
            }
        }
    }

    private static void assertInside(
        final DirectBuffer buffer, final int offset, final int length, final long position)
    {
        assertTrue(
            length >= 1 && offset >= 8 && offset + length <= CAPACITY && offset - 8 == (position & (CAPACITY - 1)),
            () -> length + " bytes at " + offset + " are outside");
        assertEquals(CAPACITY, buffer.capacity());
        final byte last = buffer.getByte(offset + length - 1);
        assertEquals(last, buffer.getByte(offset + length - 1));
    }

    private void assertCorrupt(final int alignment, final int index, final long word) throws IOException
    {
        final MemorySegment ringFile = Arena.ofAuto().allocate(4096 + CAPACITY, 64);
        Ring.initialise(ringFile, ChannelConfig.plain(CAPACITY).withAlignment(alignment));
        Ring.put(ringFile, 4096 + index, word);
        final MemorySegment file = Arena.ofAuto().allocate(ConsumerFileLayout.LENGTH, 64);
        try (RingConsumer consumer = new RingConsumer(new Ring(ringFile), file, index, () -> { }))
        {
            assertEquals(
                Status.CORRUPT,
                consumer.poll((buffer, offset, length, position) ->
                {
                    throw new AssertionError("delivered " + length + " bytes");
                }, 10),
                () -> "word 0x" + Long.toHexString(word) + " at " + index + ", alignment " + alignment);
            assertEquals(index, consumer.position());
        }
    }

    // ---- what a successor finds

    @Test
    void shouldNotSucceedOnARingThatNoProducerCanHaveLeft() throws IOException
    {
        for (final long tail : new long[] {-1, -8, 4, 9, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 7})
        {
            Channel.create(channel, ChannelConfig.plain(CAPACITY));
            putRingWord(RingFileLayout.TAIL_OFFSET, tail);
            ChannelTest.assertReason(
                ChannelException.Reason.CORRUPT, channel, () -> Channel.attachProducer(channel));
            Channel.remove(channel);
        }
        for (final long word : new long[] {1, 9, PUBLISHED, PUBLISHED | 8, PADDING | 64, PUBLISHED | 1L << 40 | 20, -1})
        {
            Channel.create(channel, ChannelConfig.plain(CAPACITY));
            putRingWord(4096, PUBLISHED | 100);
            putRingWord(4096 + 104, word);
            ChannelTest.assertReason(
                ChannelException.Reason.CORRUPT, channel, () -> Channel.attachProducer(channel));
            assertFalse(Channel.describe(channel).producer().held());
            Channel.remove(channel);
        }
        // Published words all around.
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        putRingWord(4096, PUBLISHED | CAPACITY / 2);
        putRingWord(4096 + CAPACITY / 2, PUBLISHED | CAPACITY / 2);
        ChannelTest.assertReason(ChannelException.Reason.CORRUPT, channel, () -> Channel.attachProducer(channel));
    }

    @Test
    void shouldNotResumeAtAPositionThatCannotBe() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            Channel.evict(channel, 0);
            for (int i = 0; i < 200; i++)
            {
                ProducerConsumerContract.publish(producer, 1000, i);
            }
            final long tail = producer.position();
            for (final long position : new long[] {
                -2, -8, Long.MIN_VALUE, 4, tail + 4, tail - CAPACITY - 8, tail + CAPACITY + 8, Long.MAX_VALUE - 7,
                // Near the tail, but nothing is published up to there, or no record starts there.
                tail + 8, tail + 1008, tail + CAPACITY, tail - 8, tail - 1008 + 8, tail - CAPACITY + 8})
            {
                putPosition(position);
                ChannelTest.assertReason(
                    ChannelException.Reason.CORRUPT, channel, () -> Channel.attachConsumer(channel, 0));
                ChannelTest.assertReason(
                    ChannelException.Reason.CORRUPT, channel, () -> Channel.joinConsumer(channel, 0));
            }
            // As the message says, evicting it helps.
            Channel.evict(channel, 0);
            Channel.joinConsumer(channel, 0).close();
        }
    }

    // ---- consumers' positions

    @Test
    void shouldSayCorruptToEveryPositionThatCannotBe() throws IOException
    {
        for (final int alignment : List.of(8, 64))
        {
            // The consumer has been seen at 50 records.
            final long seen = 50L * 1024;
            for (final long forged : new long[] {
                seen - alignment, seen - CAPACITY, 0, -2, -alignment, Long.MIN_VALUE,
                seen + 4, seen + alignment / 2, seen + 2, seen + 3,
                Long.MAX_VALUE, Long.MAX_VALUE & -alignment, 1L << 40})
            {
                assertProducerSaysCorrupt(alignment, forged);
            }
            assertProducerSaysCorrupt(alignment, seen + CAPACITY * 2L);
        }
    }

    private void assertProducerSaysCorrupt(final int alignment, final long forged) throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY).withAlignment(alignment).withConsumers(2));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0);
            RingConsumer other = Channel.attachConsumer(channel, 1))
        {
            final Received received = new Received(0);
            final Received alsoReceived = new Received(0);
            for (int i = 0; i < 50; i++)
            {
                ProducerConsumerContract.publish(producer, 1016, i);
            }
            ProducerConsumerContract.receive(consumer, received, 50);
            ProducerConsumerContract.receive(other, alsoReceived, 50);
            final long next = ProducerConsumerContract.fill(producer, 1016, 50);
            ProducerConsumerContract.receive(other, alsoReceived, next - 50);
            putPosition(forged);
            final Claim claim = new Claim();
            for (int again = 0; again < 2; again++)
            {
                assertEquals(Status.CORRUPT, producer.tryClaim(1016, claim), () -> "position " + forged);
                assertEquals(Status.CORRUPT, producer.tryClaimRun(1, 1, claim));
            }
            final String sentence = Objects.requireNonNull(producer.failure());
            assertTrue(sentence.startsWith("CORRUPT at position " + producer.position() + ": "), sentence);
            assertTrue(
                sentence.contains(
                    "consumer 0 ('consumer-0') says that it is at position " + forged + ", which cannot be: it was " +
                    "seen at 51200, the tail is " + producer.position()),
                sentence);
            // What it says later does not change what it was.
            putPosition(4711);
            assertEquals(Status.CORRUPT, producer.tryClaim(1016, claim));
            assertEquals(sentence, producer.failure());
            ProducerConsumerContract.assertNothingToPoll(other);
        }
        Channel.remove(channel);
    }

    // ---- epochs

    @Test
    void shouldStopAProducerThatWasDeposed() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        final RingProducer producer = Channel.attachProducer(channel);
        try (producer; RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            final long next = ProducerConsumerContract.fill(producer, 1000, 0);
            ProducerConsumerContract.receive(consumer, new Received(0), next);
            putRingWord(RingFileLayout.EPOCH_OFFSET, 2);
            final Claim claim = new Claim();
            assertNull(producer.failure());
            assertFalse(producer.isOwner());
            for (int again = 0; again < 2; again++)
            {
                assertEquals(Status.DEPOSED, producer.tryClaim(1000, claim));
                assertEquals(Status.DEPOSED, producer.tryClaimRun(1000, 3, claim));
            }
            final String sentence = Objects.requireNonNull(producer.failure());
            assertTrue(sentence.startsWith("DEPOSED") && sentence.contains("is 2 and no longer 1"), sentence);
            ProducerConsumerContract.assertNothingToPoll(consumer);
        }
        assertTrue(String.valueOf(producer.failure()).startsWith("DEPOSED"), "the first reason counts");
    }

    @Test
    void shouldStopAConsumerThatWasDeposedAndLeaveItsPosition() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            for (int i = 0; i < 20; i++)
            {
                ProducerConsumerContract.publish(producer, 1016, i);
            }
            final Received received = new Received(0);
            assertEquals(5, consumer.poll(received, 5));
            putWord(channel.resolve("consumer-0"), ConsumerFileLayout.EPOCH_OFFSET, 2);
            // It notices at the first eighth of the capacity, and consumes nothing more.
            assertEquals(8, consumer.poll(received, 100));
            assertEquals(Status.DEPOSED, consumer.poll(received, 100));
            assertEquals(Status.DEPOSED, consumer.poll(received, 100));
            assertTrue(Objects.requireNonNull(consumer.failure()).startsWith("DEPOSED"));
            assertEquals(5 * 1024, Channel.describe(channel).consumers().getFirst().position());
        }
    }

    private void putRingWord(final long offset, final long word) throws IOException
    {
        putWord(channel.resolve("ring"), offset, word);
    }

    private void putPosition(final long position) throws IOException
    {
        putWord(channel.resolve("consumer-0"), ConsumerFileLayout.POSITION_OFFSET, position);
    }

    private static void putWord(final Path file, final long offset, final long word) throws IOException
    {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE))
        {
            open.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, word), offset);
        }
    }
}
