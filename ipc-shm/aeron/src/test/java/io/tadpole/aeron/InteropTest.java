package io.tadpole.aeron;

import io.aeron.ControlledFragmentAssembler;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.protocol.DataHeaderFlyweight;
import io.tadpole.ring.Claim;
import io.tadpole.ring.Pattern;
import io.tadpole.ring.Received;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The other side is Aeron as its users know it, without a class of Tadpole. */
@Timeout(60)
class InteropTest
{
    private static final String CHANNEL = "aeron:ipc";
    private static final int STREAM_ID = TestDriver.STREAM.streamId();

    /** What Tadpole publishes in all of its ways, in frames of these lengths. */
    private static final List<Integer> MTUS = List.of(StreamConfig.LEAST_MTU_BYTES, StreamConfig.GREATEST_MTU_BYTES);

    private final UnsafeBuffer source = new UnsafeBuffer(new byte[64 << 10]);
    private final Claim claim = new Claim();

    @Test
    void shouldBeReadByAPlainSubscriber() throws IOException
    {
        for (final int mtu : MTUS)
        {
            try (TestDriver driver = TestDriver.start();
                Subscription subscription = driver.plain().addSubscription(CHANNEL, STREAM_ID);
                AeronProducer producer = driver.driver().producer(TestDriver.STREAM.withMtuBytes(mtu)))
            {
                final Received received = new Received(0);
                final long[] behind = new long[1];
                final FragmentAssembler whole = new FragmentAssembler((buffer, offset, length, header) ->
                    received.onMessage(buffer, offset, length, header.position()));
                final FragmentHandler frames = (buffer, offset, length, header) ->
                {
                    assertTrue(length <= producer.maxClaimLength(), "a frame of " + length);
                    assertEquals(0, header.reservedValue());
                    assertEquals(STREAM_ID, header.streamId());
                    assertEquals(subscription.imageAtIndex(0).sessionId(), header.sessionId());
                    final int frame = offset - DataHeaderFlyweight.HEADER_LENGTH;
                    assertEquals(frame, buffer.getInt(frame + DataHeaderFlyweight.TERM_OFFSET_FIELD_OFFSET));
                    assertTrue(header.position() > behind[0] && header.position() <= producer.position());
                    behind[0] = header.position();
                    whole.onFragment(buffer, offset, length, header);
                };
                long number = 0;
                // Through all three terms, several times.
                while (producer.position() < 10L * StreamConfig.LEAST_TERM_BYTES)
                {
                    final List<Integer> lengths = new ArrayList<>();
                    number = publishInEachWay(producer, number, lengths);
                    while (received.next() < number)
                    {
                        subscription.poll(frames, 10);
                    }
                    received.assertLengths(lengths);
                    assertEquals(producer.position(), subscription.imageAtIndex(0).position());
                }
                assertEquals(0, subscription.poll(frames, 10));
            }
        }
    }

    /** Claims with all kinds of ends, runs, and offers of one frame and of many. */
    private long publishInEachWay(final AeronProducer producer, final long first, final List<Integer> lengths)
    {
        long number = first;
        for (final int length : List.of(1, 31, 32, 33, 500, 999, 1000))
        {
            TestDriver.succeed(() -> producer.tryClaim(1000, claim));
            claim.buffer().setMemory(claim.offset(), 1000, (byte)0xFF);
            Pattern.write(claim.buffer(), claim.offset(), length, number++);
            claim.commit(length);
            lengths.add(length);

            TestDriver.succeed(() -> producer.tryClaim(1376, claim));
            claim.buffer().setMemory(claim.offset(), 1376, (byte)0xFF);
            claim.abort();
        }
        TestDriver.succeed(() -> producer.tryClaimRun(300, 9, claim));
        for (int i = 0; i < 8; i++)
        {
            Pattern.write(claim.buffer(), claim.offset(), 1 + 37 * i, number++);
            claim.next(1 + 37 * i);
            lengths.add(1 + 37 * i);
        }
        claim.commit(0);
        for (final int length : List.of(10, 1376, 1377, 5000, producer.maxMessageLength()))
        {
            Pattern.write(source, 0, length, number++);
            TestDriver.succeed(() -> producer.offer(source, 0, length));
            lengths.add(length);
        }
        return number;
    }

    @Test
    void shouldReadWhatAPlainPublisherOffers() throws IOException
    {
        for (final boolean exclusive : List.of(false, true))
        {
            try (TestDriver driver = TestDriver.start();
                AeronConsumer consumer = driver.consumer();
                Publication publication = exclusive ?
                    driver.plain().addExclusivePublication(CHANNEL + "?term-length=512k", STREAM_ID) :
                    driver.plain().addPublication(CHANNEL + "?term-length=512k", STREAM_ID))
            {
                final Received received = new Received(0);
                final BufferClaim plainClaim = new BufferClaim();
                long number = 0;
                while (publication.position() < 10L * StreamConfig.LEAST_TERM_BYTES)
                {
                    final List<Integer> lengths = new ArrayList<>();
                    for (final int length : List.of(1, 100, 1376, 1377, 40_000, publication.maxMessageLength()))
                    {
                        lengths.add(length);
                        Pattern.write(source, 0, length, number++);
                        offered(() -> publication.offer(source, 0, length));
                        offered(() -> publication.tryClaim(1000, plainClaim));
                        plainClaim.abort();
                    }
                    offered(() -> publication.tryClaim(77, plainClaim));
                    Pattern.write(plainClaim.buffer(), plainClaim.offset(), 77, number++);
                    plainClaim.commit();
                    while (received.next() < number)
                    {
                        // Messages, not frames, are what a limit counts.
                        assertTrue(consumer.poll(received, 3) <= 3);
                    }
                    lengths.add(77);
                    received.assertLengths(lengths);
                    assertEquals(publication.position(), consumer.position());
                }
                assertEquals(0, consumer.poll(received, 10));
            }
        }
    }

    @Test
    void shouldShareAStreamWithPlainSubscribersThatAbortAndCommit() throws IOException
    {
        try (TestDriver driver = TestDriver.start();
            Subscription subscription = driver.plain().addSubscription(CHANNEL, STREAM_ID);
            AeronConsumer consumer = driver.consumer();
            AeronProducer producer = driver.producer())
        {
            TestDriver.await(() -> subscription.isConnected() && consumer.isConnected());
            final Received plain = new Received(0);
            final Received ours = new Received(0);
            final boolean[] again = new boolean[1];
            final ControlledFragmentHandler reluctant = (buffer, offset, length, header) ->
            {
                again[0] = !again[0];
                if (again[0])
                {
                    return ControlledFragmentHandler.Action.ABORT;
                }
                plain.onMessage(buffer, offset, length, header.position());
                return ControlledFragmentHandler.Action.COMMIT;
            };
            final ControlledFragmentAssembler whole = new ControlledFragmentAssembler(reluctant);
            long number = 0;
            for (int i = 0; i < 20; i++)
            {
                number = publishInEachWay(producer, number, new ArrayList<>());
                while (plain.next() < number || ours.next() < number)
                {
                    subscription.controlledPoll(whole, 5);
                    consumer.poll(ours, 2);
                }
            }
        }
    }

    @Test
    void shouldEndAPlainSubscribersStreamWhenTheProducerCloses() throws IOException
    {
        try (TestDriver driver = TestDriver.start();
            Subscription subscription = driver.plain().addSubscription(CHANNEL, STREAM_ID))
        {
            final AeronProducer producer = driver.producer();
            TestDriver.succeed(() -> producer.tryClaim(1000, claim));
            claim.commit(10);
            // What is claimed and was never filled must not hold a reader up.
            TestDriver.succeed(() -> producer.tryClaim(1000, claim));
            TestDriver.await(subscription::isConnected);
            producer.close();
            final int[] lengths = new int[1];
            TestDriver.await(() ->
            {
                subscription.poll((buffer, offset, length, header) -> lengths[0] += length, 10);
                return subscription.hasNoImages() || subscription.imageAtIndex(0).isEndOfStream();
            });
            assertEquals(10, lengths[0]);
            assertThrows(IllegalStateException.class, claim::buffer);
        }
    }

    /** The same for Aeron's own answers. */
    private static void offered(final LongSupplier call)
    {
        TestDriver.await(() ->
        {
            final long status = call.getAsLong();
            assertTrue(status > Publication.CLOSED, () -> Publication.errorString(status));
            return status >= 0;
        });
    }
}
