package io.tadpole.ring;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.ControlledMessageHandler.Action;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What every {@link Producer} and {@link Consumer} do, whatever carries the messages. A carrier runs it by a subclass
 * that opens its connections. A carrier may need a moment to hand a message over or to give space back; what it must
 * refuse, it refuses at once.
 */
@Timeout(120)
public abstract class ProducerConsumerContract
{
    /** Lengths around one, two and three units of either alignment, header word included. */
    protected static final List<Integer> LENGTHS =
        List.of(1, 2, 7, 8, 9, 16, 17, 24, 25, 55, 56, 57, 63, 64, 65, 119, 120, 121, 128, 183, 184, 185, 1000);

    private static final int NO_MESSAGE = -1;
    private static final int MANY = 20_000;

    /** Creates the suite. */
    protected ProducerConsumerContract()
    {
    }

    /**
     * Opens a connection that takes claims of at least 1,000 bytes, and runs of at least 16 messages of them.
     *
     * @param consumers how many, 1 or 2.
     * @return the connection.
     * @throws Exception when it cannot be opened.
     */
    protected abstract Connection open(int consumers) throws Exception;

    /**
     * Whether a consumer's position stays for whoever takes its role next. A carrier that does not keep it says so on
     * its page.
     *
     * @return true, unless the carrier says otherwise.
     */
    protected boolean keepsPositions()
    {
        return true;
    }

    // ---- one message

    @Test
    void shouldDeliverNothingBeforeSomethingIsPublished() throws Exception
    {
        try (Connection connection = open(1))
        {
            assertNothingToPoll(connection.consumer(0));
            assertEquals(0, connection.consumer(0).position());
            assertEquals(0, connection.producer().position());
        }
    }

    @Test
    void shouldDeliverMessagesOfEveryLengthByteForByte() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Received received = new Received(0);
            long number = 0;
            for (final int length : LENGTHS)
            {
                publish(connection.producer(), length, number++);
                receive(connection.consumer(0), received, 1);
                received.assertLengths(length);
            }
            assertNothingToPoll(connection.consumer(0));
        }
    }

    @Test
    void shouldDeliverTheLongestClaimAndTheLongestOffer() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final Received received = new Received(0);
            publish(producer, producer.maxClaimLength(), 0);
            receive(connection.consumer(0), received, 1);
            offer(producer, producer.maxMessageLength(), 1);
            receive(connection.consumer(0), received, 1);
            received.assertLengths(producer.maxClaimLength(), producer.maxMessageLength());
            assertTrue(producer.maxMessageLength() >= producer.maxClaimLength());
        }
    }

    @Test
    void shouldDeliverOffersFromAnywhereInABuffer() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Received received = new Received(0);
            final SegmentBuffer source = new SegmentBuffer(MemorySegment.ofArray(new byte[2000]));
            long number = 0;
            for (final int length : LENGTHS)
            {
                final int offset = 3 + length % 5;
                Pattern.write(source, offset, length, number++);
                assertTrue(succeed(() -> connection.producer().offer(source, offset, length)) > 0);
                source.setMemory(0, source.capacity(), (byte)0);
            }
            receive(connection.consumer(0), received, LENGTHS.size());
            received.assertLengths(LENGTHS);
        }
    }

    @Test
    void shouldPublishNothingOfAnOfferThatLiesOutsideItsBuffer() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final SegmentBuffer source = new SegmentBuffer(MemorySegment.ofArray(new byte[100]));
            assertThrows(IndexOutOfBoundsException.class, () -> producer.offer(source, 50, 51));
            assertThrows(IndexOutOfBoundsException.class, () -> producer.offer(source, -1, 10));
            assertNothingToPoll(connection.consumer(0));
            assertStillWorks(connection);
        }
    }

    @Test
    void shouldGoOnAfterAnOfferOfMemoryThatIsGone() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Arena arena = Arena.ofConfined();
            final SegmentBuffer source = new SegmentBuffer(arena.allocate(100));
            arena.close();
            final Producer producer = connection.producer();
            assertThrows(IllegalStateException.class, () -> succeed(() -> producer.offer(source, 0, 100)));
            assertNothingToPoll(connection.consumer(0));
            assertStillWorks(connection);
        }
    }

    @Test
    void shouldPublishLessThanWasClaimed() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Received received = new Received(0);
            final Claim claim = new Claim();
            long number = 0;
            for (final int length : LENGTHS)
            {
                succeed(() -> connection.producer().tryClaim(1000, claim));
                assertEquals(1000, claim.maxLength());
                // The whole space is the caller's, also what is not committed.
                claim.buffer().setMemory(claim.offset(), 1000, (byte)0xFF);
                Pattern.write(claim.buffer(), claim.offset(), length, number++);
                claim.commit(length);
            }
            receive(connection.consumer(0), received, LENGTHS.size());
            received.assertLengths(LENGTHS);
        }
    }

    @Test
    void shouldRefuseWhatIsTooLongOrTooShortAndLeaveTheClaimAlone() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final Claim claim = new Claim();
            for (final int length : List.of(0, -1, Integer.MIN_VALUE, producer.maxClaimLength() + 1, Integer.MAX_VALUE))
            {
                assertEquals(Status.TOO_LONG, producer.tryClaim(length, claim), () -> "claim of " + length);
                assertEquals(Status.TOO_LONG, producer.tryClaimRun(length, 1, claim), () -> "run of " + length);
            }
            for (final int count : List.of(0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE))
            {
                assertEquals(Status.TOO_LONG, producer.tryClaimRun(8, count, claim), () -> "run of " + count);
            }
            assertEquals(
                Status.TOO_LONG, producer.tryClaimRun(producer.maxClaimLength(), Integer.MAX_VALUE, claim));
            assertThrows(IllegalStateException.class, claim::buffer);

            final int tooLong = producer.maxMessageLength() + 1;
            final SegmentBuffer source = new SegmentBuffer(MemorySegment.ofArray(new byte[tooLong]));
            assertEquals(Status.TOO_LONG, producer.offer(source, 0, tooLong));
            assertEquals(Status.TOO_LONG, producer.offer(source, 0, 0));
            assertEquals(0, producer.position());
            assertStillWorks(connection);
        }
    }

    // ---- claims

    @Test
    void shouldShowNothingOfAnOpenClaim() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Claim claim = new Claim();
            succeed(() -> connection.producer().tryClaim(100, claim));
            Pattern.write(claim.buffer(), claim.offset(), 100, 0);
            assertNothingToPoll(connection.consumer(0));
            claim.commit(100);
            receive(connection.consumer(0), new Received(0), 1);
        }
    }

    @Test
    void shouldShowNothingOfAnAbortedClaimAndUseItsSpaceAgain() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final Received received = new Received(0);
            final Claim claim = new Claim();
            // More, in all, than any carrier of this suite holds, and nobody polls.
            for (int i = 0; i < 5000; i++)
            {
                assertTrue(succeed(() -> producer.tryClaim(1000, claim)) >= 0);
                Pattern.write(claim.buffer(), claim.offset(), 1000, 77);
                claim.abort();
            }
            assertNothingToPoll(connection.consumer(0));
            publish(producer, 100, 0);
            receive(connection.consumer(0), received, 1);
            received.assertLengths(100);
            assertNothingToPoll(connection.consumer(0));
        }
    }

    @Test
    void shouldKeepOneClaimOpenAtATime() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final SegmentBuffer source = new SegmentBuffer(MemorySegment.ofArray(new byte[100]));
            final Claim claim = new Claim();
            final Claim second = new Claim();
            succeed(() -> producer.tryClaim(100, claim));
            assertThrows(IllegalStateException.class, () -> producer.tryClaim(10, second));
            assertThrows(IllegalStateException.class, () -> producer.tryClaim(10, claim));
            assertThrows(IllegalStateException.class, () -> producer.tryClaimRun(10, 2, second));
            assertThrows(IllegalStateException.class, () -> producer.offer(source, 0, 10));
            assertThrows(IllegalStateException.class, second::buffer);

            Pattern.write(claim.buffer(), claim.offset(), 100, 0);
            claim.commit(100);
            final Received received = new Received(0);
            receive(connection.consumer(0), received, 1);
            received.assertLengths(100);
        }
    }

    @Test
    void shouldRefuseACommitOfAnImpossibleLengthAndKeepTheClaimOpen() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Claim claim = new Claim();
            succeed(() -> connection.producer().tryClaim(100, claim));
            for (final int length : List.of(0, -1, Integer.MIN_VALUE, 101, Integer.MAX_VALUE))
            {
                assertThrows(IllegalArgumentException.class, () -> claim.commit(length), () -> "length " + length);
            }
            assertThrows(IllegalStateException.class, () -> claim.next(100));
            assertNothingToPoll(connection.consumer(0));
            Pattern.write(claim.buffer(), claim.offset(), 100, 0);
            claim.commit(100);
            receive(connection.consumer(0), new Received(0), 1);
            assertNothingToPoll(connection.consumer(0));
        }
    }

    @Test
    void shouldEndAClaimOnce() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Claim claim = new Claim();
            assertEnded(claim);
            succeed(() -> connection.producer().tryClaim(10, claim));
            claim.abort();
            assertEnded(claim);
            succeed(() -> connection.producer().tryClaim(10, claim));
            Pattern.write(claim.buffer(), claim.offset(), 10, 0);
            claim.commit(10);
            assertEnded(claim);
            receive(connection.consumer(0), new Received(0), 1);
            assertNothingToPoll(connection.consumer(0));
        }
    }

    // ---- runs

    @Test
    void shouldShowARunInOneStep() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Received received = new Received(0);
            final Claim claim = new Claim();
            long number = 0;
            for (final int count : List.of(1, 2, 3, 7, 16))
            {
                succeed(() -> connection.producer().tryClaimRun(1000, count, claim));
                for (int i = 0; i < count; i++)
                {
                    final int length = LENGTHS.get((count + i) % LENGTHS.size());
                    Pattern.write(claim.buffer(), claim.offset(), length, number++);
                    assertNothingToPoll(connection.consumer(0));
                    if (i < count - 1)
                    {
                        claim.next(length);
                    }
                    else
                    {
                        claim.commit(length);
                    }
                }
                receive(connection.consumer(0), received, count);
                final int shift = count;
                received.assertLengths(
                    LENGTHS.subList(0, count).stream()
                        .map(length -> LENGTHS.get((LENGTHS.indexOf(length) + shift) % LENGTHS.size())).toList());
                assertNothingToPoll(connection.consumer(0));
            }
        }
    }

    @Test
    void shouldNeverEndAPollInsideARun() throws Exception
    {
        final int run = 5;
        try (Connection connection = open(1))
        {
            final Future<Received> receiving = beside(() ->
            {
                final Received received = new Received(0);
                while (received.next() < MANY)
                {
                    final int polled = connection.consumer(0).poll(received, Integer.MAX_VALUE);
                    assertEquals(0, polled % run, () -> "up to " + received.next());
                    if (polled == 0)
                    {
                        idle();
                    }
                }
                return received;
            });
            final Claim claim = new Claim();
            for (long number = 0; number < MANY; number += run)
            {
                succeed(() -> connection.producer().tryClaimRun(100, run, claim));
                for (int i = 0; i < run; i++)
                {
                    final int length = 1 + (int)((number + i) % 100);
                    Pattern.write(claim.buffer(), claim.offset(), length, number + i);
                    if (i < run - 1)
                    {
                        claim.next(length);
                    }
                    else
                    {
                        claim.commit(length);
                    }
                }
            }
            assertEquals(MANY, receiving.get().next());
        }
    }

    @Test
    void shouldEndARunEarly() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Received received = new Received(0);
            final Claim claim = new Claim();
            long number = 0;
            for (int used = 1; used < 8; used++)
            {
                succeed(() -> connection.producer().tryClaimRun(100, 8, claim));
                final List<Integer> lengths = new ArrayList<>();
                for (int i = 0; i < used; i++)
                {
                    lengths.add(1 + i * 13);
                    Pattern.write(claim.buffer(), claim.offset(), lengths.getLast(), number++);
                    claim.next(lengths.getLast());
                }
                // What was begun and not ended is not part of the run.
                claim.buffer().setMemory(claim.offset(), 100, (byte)0xFF);
                assertTrue(claim.commit(0) > 0);
                assertEnded(claim);
                receive(connection.consumer(0), received, used);
                received.assertLengths(lengths);
                assertNothingToPoll(connection.consumer(0));
            }
        }
    }

    @Test
    void shouldRefuseToGoBeyondARun() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Claim claim = new Claim();
            succeed(() -> connection.producer().tryClaimRun(100, 2, claim));
            assertThrows(IllegalArgumentException.class, () -> claim.commit(0));
            assertThrows(IllegalArgumentException.class, () -> claim.next(0));
            assertThrows(IllegalArgumentException.class, () -> claim.next(101));
            Pattern.write(claim.buffer(), claim.offset(), 100, 0);
            claim.next(100);
            assertEquals(100, claim.maxLength());
            assertThrows(IllegalStateException.class, () -> claim.next(100));
            Pattern.write(claim.buffer(), claim.offset(), 99, 1);
            claim.commit(99);
            final Received received = new Received(0);
            receive(connection.consumer(0), received, 2);
            received.assertLengths(100, 99);
        }
    }

    @Test
    void shouldShowNothingOfAnAbortedRunWhateverComesNext() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Received received = new Received(0);
            final Claim claim = new Claim();
            long number = 0;
            for (final int length : LENGTHS)
            {
                // Complete words of the second and later messages stay behind; the next messages end before, on and
                // behind each of them.
                succeed(() -> connection.producer().tryClaimRun(120, 8, claim));
                for (int i = 0; i < 7; i++)
                {
                    Pattern.write(claim.buffer(), claim.offset(), 1 + i * 17, 1_000_000);
                    claim.next(1 + i * 17);
                }
                claim.abort();
                assertNothingToPoll(connection.consumer(0));
                publish(connection.producer(), length, number++);
                receive(connection.consumer(0), received, 1);
                received.assertLengths(length);
                assertNothingToPoll(connection.consumer(0));
            }
        }
    }

    // ---- order, space

    @Test
    void shouldDeliverEverythingInOrderThroughManyTurns() throws Exception
    {
        final Random random = seeded();
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final Consumer consumer = connection.consumer(0);
            final Received received = new Received(0);
            final Claim claim = new Claim();
            final List<Integer> expected = new ArrayList<>();
            long number = 0;
            for (int round = 0; round < 5000; round++)
            {
                final int burst = 1 + random.nextInt(6);
                for (int i = 0; i < burst; i++)
                {
                    final int length = randomLength(random, producer.maxClaimLength());
                    final long claimed = producer.tryClaim(length, claim);
                    if (claimed < 0)
                    {
                        assertEquals(Status.BACK_PRESSURED, claimed);
                        break;
                    }
                    final int actual = random.nextInt(4) == 0 ? 1 + random.nextInt(length) : length;
                    Pattern.write(claim.buffer(), claim.offset(), actual, number);
                    if (random.nextInt(10) == 0)
                    {
                        claim.abort();
                    }
                    else
                    {
                        claim.commit(actual);
                        expected.add(actual);
                        number++;
                    }
                }
                assertTrue(consumer.poll(received, 1 + random.nextInt(5)) >= 0);
            }
            receive(consumer, received, number - received.next());
            received.assertLengths(expected);
            assertNothingToPoll(consumer);
        }
    }

    @Test
    void shouldPushBackWhenFullAndGoOnAfterAPoll() throws Exception
    {
        for (final int length : List.of(1, 56, 57, 1000))
        {
            try (Connection connection = open(1))
            {
                final Producer producer = connection.producer();
                final Consumer consumer = connection.consumer(0);
                final Received received = new Received(0);
                final Claim claim = new Claim();
                long number = 0;
                for (int turn = 0; turn < 3; turn++)
                {
                    number = fill(producer, length, number);
                    // Refused for as long as nobody consumes, and nothing is open.
                    assertEquals(Status.BACK_PRESSURED, producer.tryClaim(length, claim));
                    assertEquals(Status.BACK_PRESSURED, producer.tryClaimRun(length, 2, claim));
                    assertThrows(IllegalStateException.class, claim::buffer);
                    receive(consumer, received, number - received.next());
                    assertNothingToPoll(consumer);
                }
                publish(producer, length, number);
                receive(consumer, received, 1);
            }
        }
    }

    @Test
    void shouldLetEachConsumerSeeEverythingAndTheSlowerOneHoldTheProducerBack() throws Exception
    {
        try (Connection connection = open(2))
        {
            final Producer producer = connection.producer();
            final Received fast = new Received(0);
            final Received slow = new Received(0);
            long number = 0;
            for (int turn = 0; turn < 4; turn++)
            {
                final Consumer faster = connection.consumer(turn & 1);
                final Consumer slower = connection.consumer(~turn & 1);
                final Received fasterSaw = (turn & 1) == 0 ? fast : slow;
                final Received slowerSaw = (turn & 1) == 0 ? slow : fast;
                number = fill(producer, 500, number);
                receive(faster, fasterSaw, number - fasterSaw.next());
                assertNothingToPoll(faster);
                assertEquals(number, fill(producer, 500, number), "the slower consumer did not hold the producer back");
                receive(slower, slowerSaw, number - slowerSaw.next());
                assertNothingToPoll(slower);
            }
            assertEquals(fast.next(), slow.next());
        }
    }

    // ---- polls

    @Test
    void shouldTakeAtMostTheLimit() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Consumer consumer = connection.consumer(0);
            final Received received = new Received(0);
            for (int i = 0; i < 10; i++)
            {
                publish(connection.producer(), 20, i);
            }
            assertEquals(0, consumer.poll(received, 0));
            receiveIn(consumer, received, 1, 1);
            receiveIn(consumer, received, 3, 3);
            assertEquals(4, received.next());
            receive(consumer, received, 6);
            assertNothingToPoll(consumer);
        }
    }

    @Test
    void shouldDeliverAMessageAgainWhoseHandlerThrew() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Consumer consumer = connection.consumer(0);
            final Received received = new Received(0);
            for (int i = 0; i < 5; i++)
            {
                publish(connection.producer(), 20 + i, i);
            }
            final IllegalArgumentException thrown = new IllegalArgumentException("thrown by the handler");
            for (int again = 0; again < 3; again++)
            {
                assertSame(thrown, assertThrows(IllegalArgumentException.class, () ->
                {
                    while (!Thread.interrupted())
                    {
                        consumer.poll((buffer, offset, length, position) ->
                        {
                            if (received.next() == 3)
                            {
                                throw thrown;
                            }
                            received.onMessage(buffer, offset, length, position);
                        }, 10);
                    }
                }));
                assertEquals(3, received.next());
            }
            receive(consumer, received, 2);
            received.assertLengths(20, 21, 22, 23, 24);
        }
    }

    @Test
    void shouldGoOnAsTheHandlerSays() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Consumer consumer = connection.consumer(0);
            final Received received = new Received(0);
            for (int i = 0; i < 10; i++)
            {
                publish(connection.producer(), 30, i);
            }
            assertEquals(3, controlled(consumer, received, 2, Action.BREAK, 10), "BREAK consumes its message");
            assertEquals(2, controlled(consumer, received, 5, Action.ABORT, 10), "ABORT does not consume its message");
            assertEquals(0, controlled(consumer, received, 5, Action.ABORT, 10));
            assertEquals(2, controlled(consumer, received, 5, Action.COMMIT, 2), "COMMIT goes on, up to the limit");
            assertEquals(3, controlled(consumer, received, NO_MESSAGE, Action.BREAK, 3));
            assertEquals(10, received.next());
            assertNothingToPoll(consumer);
        }
    }

    @Test
    void shouldDeliverAMessageAgainWhoseControllingHandlerThrew() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Consumer consumer = connection.consumer(0);
            final Received received = new Received(0);
            for (int i = 0; i < 3; i++)
            {
                publish(connection.producer(), 30, i);
            }
            assertEquals(1, controlled(consumer, received, NO_MESSAGE, Action.BREAK, 1));
            assertThrows(UnsupportedOperationException.class, () ->
            {
                while (!Thread.interrupted())
                {
                    consumer.controlledPoll((buffer, offset, length, position) ->
                    {
                        throw new UnsupportedOperationException("thrown by the handler");
                    }, 10);
                }
            });
            assertEquals(2, controlled(consumer, received, NO_MESSAGE, Action.BREAK, 2));
        }
    }

    // ---- positions

    @Test
    void shouldAgreeOnPositions() throws Exception
    {
        final Random random = seeded();
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final Consumer consumer = connection.consumer(0);
            final Claim claim = new Claim();
            for (long number = 0; number < 3000; number++)
            {
                final int length = randomLength(random, 1000);
                final long before = producer.position();
                final long start = succeed(() -> producer.tryClaim(length, claim));
                assertTrue(start >= before, "a record starts where the last one ended, or behind some padding");
                assertEquals(before, producer.position(), "an open claim moves nothing");
                Pattern.write(claim.buffer(), claim.offset(), length, number);
                final long end = claim.commit(length);
                assertTrue(end >= start + length);
                assertEquals(end, producer.position());

                final Received received = new Received(number);
                assertEquals(before, consumer.position());
                receive(consumer, received, 1);
                assertEquals(List.of(start), received.positions());
                assertEquals(end, consumer.position());
            }
        }
    }

    @Test
    void shouldAnswerAnOfferWithThePositionBehindIt() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            final long first = offer(producer, 10, 0);
            assertEquals(first, producer.position());
            final long second = offer(producer, 1000, 1);
            assertNotEquals(first, second);
            assertEquals(second, producer.position());
            receive(connection.consumer(0), new Received(0), 2);
            assertEquals(second, connection.consumer(0).position());
        }
    }

    // ---- the end

    @Test
    void shouldAnswerClosedAfterTheProducerClosed() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Producer producer = connection.producer();
            publish(producer, 100, 0);
            final Claim claim = new Claim();
            succeed(() -> producer.tryClaim(100, claim));
            Pattern.write(claim.buffer(), claim.offset(), 100, 1);
            producer.close();
            assertEnded(claim);
            final Claim late = new Claim();
            final SegmentBuffer source = new SegmentBuffer(MemorySegment.ofArray(new byte[100]));
            for (int again = 0; again < 2; again++)
            {
                assertEquals(Status.CLOSED, producer.tryClaim(10, late));
                assertEquals(Status.CLOSED, producer.tryClaimRun(10, 2, late));
                assertEquals(Status.CLOSED, producer.offer(source, 0, 100));
                assertEnded(late);
                producer.close();
            }
            final Received received = new Received(0);
            receive(connection.consumer(0), received, 1);
            received.assertLengths(100);
            assertNothingToPoll(connection.consumer(0));
        }
    }

    @Test
    void shouldAnswerClosedAfterTheConsumerClosed() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Consumer consumer = connection.consumer(0);
            publish(connection.producer(), 100, 0);
            consumer.close();
            for (int again = 0; again < 2; again++)
            {
                assertEquals(Status.CLOSED, consumer.poll(new Received(0), 10));
                assertEquals(
                    Status.CLOSED, consumer.controlledPoll((buffer, offset, length, position) -> Action.CONTINUE, 10));
                consumer.close();
            }
        }
    }

    @Test
    void shouldResumeWhereTheConsumerBeforeStopped() throws Exception
    {
        try (Connection connection = open(1))
        {
            for (int i = 0; i < 10; i++)
            {
                publish(connection.producer(), 100, i);
            }
            final Received received = new Received(0);
            receive(connection.consumer(0), received, 4);
            final long position = connection.consumer(0).position();
            connection.consumer(0).close();
            if (keepsPositions())
            {
                final Consumer successor = connection.successor(0);
                assertEquals(position, successor.position());
                receive(successor, received, 6);
                assertNothingToPoll(successor);
            }
            else
            {
                assertThrows(UnsupportedOperationException.class, () -> connection.successor(0));
            }
        }
    }

    @Test
    void shouldLetAHandlerCloseItsConsumer() throws Exception
    {
        for (final boolean controlled : List.of(false, true))
        {
            try (Connection connection = open(1))
            {
                final Consumer consumer = connection.consumer(0);
                for (int i = 0; i < 3; i++)
                {
                    publish(connection.producer(), 100, i);
                }
                final Received received = new Received(0);
                while (received.next() == 0)
                {
                    if (controlled)
                    {
                        consumer.controlledPoll((buffer, offset, length, position) ->
                        {
                            received.onMessage(buffer, offset, length, position);
                            consumer.close();
                            return Action.COMMIT;
                        }, 10);
                    }
                    else
                    {
                        consumer.poll((buffer, offset, length, position) ->
                        {
                            received.onMessage(buffer, offset, length, position);
                            consumer.close();
                        }, 10);
                    }
                }
                assertEquals(1, received.next(), "nothing is delivered after the close");
                assertEquals(Status.CLOSED, consumer.poll(received, 10));
            }
        }
    }

    @Test
    void shouldDeliverEverythingWhenTheProducerClosesWhileItIsPolled() throws Exception
    {
        try (Connection connection = open(1))
        {
            final Future<Received> receiving = beside(() ->
            {
                final Received received = new Received(0);
                receive(connection.consumer(0), received, MANY);
                return received;
            });
            for (long number = 0; number < MANY; number++)
            {
                publish(connection.producer(), 1 + (int)(number % 300), number);
            }
            connection.producer().close();
            assertEquals(MANY, receiving.get().next());
            assertNothingToPoll(connection.consumer(0));
        }
    }

    @Test
    void shouldGoOnForTheOthersWhenAConsumerClosesWhileTheProducerPublishes() throws Exception
    {
        try (Connection connection = open(2))
        {
            final Future<Received> leaving = beside(() ->
            {
                final Received received = new Received(0);
                receiveIn(connection.consumer(0), received, MANY / 10, 3);
                connection.consumer(0).close();
                return received;
            });
            final AtomicLong end = new AtomicLong(Long.MAX_VALUE);
            final Future<Received> staying = beside(() ->
            {
                final Received received = new Received(0);
                while (received.next() < end.get())
                {
                    if (connection.consumer(1).poll(received, 100) == 0)
                    {
                        idle();
                    }
                }
                return received;
            });
            // A consumer that leaves a ring still holds the producer back; with Aeron, it does not.
            final Claim claim = new Claim();
            long number = 0;
            boolean full = false;
            while (number < MANY && !full)
            {
                final boolean left = leaving.isDone();
                final long status = connection.producer().tryClaim(200, claim);
                if (status >= 0)
                {
                    Pattern.write(claim.buffer(), claim.offset(), 200, number++);
                    claim.commit(200);
                }
                else
                {
                    assertEquals(Status.BACK_PRESSURED, status);
                    full = left;
                    idle();
                }
            }
            end.set(number);
            assertEquals(MANY / 10, leaving.get().next());
            assertEquals(number, staying.get().next());
        }
    }

    // ---- what the tests are made of

    /** Lets another thread do what a role's thread does; what it throws comes out of the future. */
    private static Future<Received> beside(final Callable<Received> role)
    {
        final FutureTask<Received> task = new FutureTask<>(role);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /**
     * Publishes a message, as soon as there is space.
     *
     * @param producer to publish with.
     * @param length   of the message in bytes.
     * @param number   of the message.
     * @return the position behind it.
     */
    protected static long publish(final Producer producer, final int length, final long number)
    {
        final Claim claim = new Claim();
        succeed(() -> producer.tryClaim(length, claim));
        Pattern.write(claim.buffer(), claim.offset(), length, number);
        return claim.commit(length);
    }

    /**
     * Publishes messages until the carrier is full.
     *
     * @param producer to publish with.
     * @param length   of each message in bytes.
     * @param first    number.
     * @return the number after the last.
     */
    protected static long fill(final Producer producer, final int length, final long first)
    {
        final Claim claim = new Claim();
        long number = first;
        long status;
        while ((status = producer.tryClaim(length, claim)) >= 0)
        {
            Pattern.write(claim.buffer(), claim.offset(), length, number++);
            claim.commit(length);
        }
        assertEquals(Status.BACK_PRESSURED, status);
        return number;
    }

    /**
     * Polls until so many messages came, and never more.
     *
     * @param consumer to poll.
     * @param received checks them.
     * @param count    of messages.
     */
    protected static void receive(final Consumer consumer, final Received received, final long count)
    {
        receiveIn(consumer, received, count, Integer.MAX_VALUE);
    }

    /**
     * Asserts that there is no message.
     *
     * @param consumer to poll.
     */
    protected static void assertNothingToPoll(final Consumer consumer)
    {
        assertEquals(0, consumer.poll((buffer, offset, length, position) ->
        {
            throw new AssertionError("unexpected message of " + length + " bytes at position " + position);
        }, Integer.MAX_VALUE));
    }

    /**
     * Calls until there is space.
     *
     * @param call to the producer.
     * @return what it answered at last, not negative.
     */
    protected static long succeed(final LongSupplier call)
    {
        long status;
        while ((status = call.getAsLong()) == Status.BACK_PRESSURED || status == Status.NOT_CONNECTED)
        {
            idle();
        }
        assertTrue(status >= 0, Status.name(status));
        return status;
    }

    /** Waits a moment; ends when the watchdog barks. */
    protected static void idle()
    {
        if (Thread.interrupted())
        {
            throw new AssertionError("waited in vain");
        }
        Thread.yield();
    }

    /**
     * A random generator, whose seed is printed.
     *
     * @return the generator.
     */
    protected static Random seeded()
    {
        final long seed = Long.getLong("tadpole.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("-Dtadpole.seed=" + seed);
        return new Random(seed);
    }

    /**
     * A random length, small ones more often.
     *
     * @param random to draw from.
     * @param max    in bytes.
     * @return bytes, 1 to the maximum.
     */
    protected static int randomLength(final Random random, final int max)
    {
        return switch (random.nextInt(8))
        {
            case 0 -> 1;
            case 1, 2, 3 -> 1 + random.nextInt(Math.min(max, 200));
            case 4, 5, 6 -> 1 + random.nextInt(Math.min(max, 2000));
            default -> 1 + random.nextInt(max);
        };
    }

    private static long offer(final Producer producer, final int length, final long number)
    {
        final SegmentBuffer source = new SegmentBuffer(MemorySegment.ofArray(new byte[length]));
        Pattern.write(source, 0, length, number);
        return succeed(() -> producer.offer(source, 0, length));
    }

    private static void receiveIn(
        final Consumer consumer, final Received received, final long count, final int limit)
    {
        final long end = received.next() + count;
        while (received.next() < end)
        {
            final long before = received.next();
            final int polled = consumer.poll(received, (int)Math.min(limit, end - before));
            assertEquals(received.next() - before, polled);
            if (polled == 0)
            {
                idle();
            }
        }
        assertEquals(end, received.next());
    }

    /**
     * Polls with an action for the message of one number, CONTINUE for the others, until that action was said or so
     * many messages came. A carrier may need several polls for that.
     */
    private static int controlled(
        final Consumer consumer, final Received received, final long number, final Action action, final int limit)
    {
        final long first = received.next();
        final boolean[] ended = new boolean[1];
        int count = 0;
        while (count < limit && !ended[0])
        {
            final int polled = consumer.controlledPoll((buffer, offset, length, position) ->
            {
                assertFalse(ended[0], "a message after " + action);
                final Action said = received.next() == number ? action : Action.CONTINUE;
                ended[0] = said == Action.BREAK || said == Action.ABORT;
                if (said != Action.ABORT)
                {
                    received.onMessage(buffer, offset, length, position);
                }
                return said;
            }, limit - count);
            count += polled;
            assertEquals(received.next() - first, count);
            if (polled == 0 && !ended[0])
            {
                idle();
            }
        }
        return count;
    }

    private static void assertEnded(final Claim claim)
    {
        assertThrows(IllegalStateException.class, claim::buffer);
        assertThrows(IllegalStateException.class, () -> claim.commit(1));
        assertThrows(IllegalStateException.class, () -> claim.next(1));
        assertThrows(IllegalStateException.class, claim::abort);
    }

    private static void assertStillWorks(final Connection connection)
    {
        publish(connection.producer(), 10, 4711);
        receive(connection.consumer(0), new Received(4711), 1);
        assertNothingToPoll(connection.consumer(0));
    }
}
