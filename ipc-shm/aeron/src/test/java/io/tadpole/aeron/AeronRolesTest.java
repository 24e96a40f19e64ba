package io.tadpole.aeron;

import io.aeron.ExclusivePublication;
import io.tadpole.ring.Claim;
import io.tadpole.ring.ControlledMessageHandler.Action;
import io.tadpole.ring.Pattern;
import io.tadpole.ring.Received;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What producer and consumer do over Aeron beyond the contract of all carriers, and where they cannot keep it. */
@Timeout(60)
class AeronRolesTest
{
    private static final int LONG = 60_000;

    private final Claim claim = new Claim();
    private final UnsafeBuffer source = new UnsafeBuffer(new byte[LONG]);

    private static StreamConfig shortFrames()
    {
        return TestDriver.STREAM.withMtuBytes(StreamConfig.LEAST_MTU_BYTES);
    }

    private void offerLong(final AeronProducer producer, final long number)
    {
        Pattern.write(source, 0, LONG, number);
        TestDriver.succeed(() -> producer.offer(source, 0, LONG));
    }

    private void publish(final AeronProducer producer, final int length, final long number)
    {
        TestDriver.succeed(() -> producer.tryClaim(length, claim));
        Pattern.write(claim.buffer(), claim.offset(), length, number);
        claim.commit(length);
    }

    private static void receive(final AeronConsumer consumer, final Received received, final long end)
    {
        TestDriver.await(() -> consumer.poll(received, 100) >= 0 && received.next() >= end);
        assertEquals(end, received.next());
    }

    @Test
    void shouldSayThatNobodyListens() throws IOException
    {
        try (TestDriver driver = TestDriver.start(); AeronProducer producer = driver.producer())
        {
            assertFalse(producer.isConnected());
            assertEquals(Status.NOT_CONNECTED, producer.tryClaim(10, claim));
            assertEquals(Status.NOT_CONNECTED, producer.tryClaimRun(10, 2, claim));
            assertEquals(Status.NOT_CONNECTED, producer.offer(source, 0, 10));
            assertEquals(Status.NOT_CONNECTED, producer.offer(source, 0, LONG));
            assertEquals(0, producer.position());
            final AeronConsumer consumer = driver.consumer();
            TestDriver.await(producer::isConnected);
            // Of a thousand bytes, most stay claimed of Aeron: nobody listens to those either.
            TestDriver.succeed(() -> producer.tryClaim(1000, claim));
            Pattern.write(claim.buffer(), claim.offset(), 10, 0);
            claim.commit(10);
            receive(consumer, new Received(0), 1);
            consumer.close();
            TestDriver.await(() -> !producer.isConnected());
            assertEquals(Status.NOT_CONNECTED, producer.tryClaim(10, claim));
            assertEquals(Status.NOT_CONNECTED, producer.offer(source, 0, LONG));
            assertNull(producer.failure());
        }
    }

    @Test
    void shouldWasteNothingOfWhatItClaims() throws IOException
    {
        try (TestDriver driver = TestDriver.start();
            AeronConsumer consumer = driver.consumer();
            AeronProducer producer = driver.producer())
        {
            TestDriver.await(producer::isConnected);
            final Received received = new Received(0);
            for (int number = 0; number < 100; number++)
            {
                assertEquals(number * 64L, TestDriver.succeed(() -> producer.tryClaim(1000, claim)));
                claim.abort();
                assertEquals(number * 64L, TestDriver.succeed(() -> producer.tryClaim(2000, claim)));
                Pattern.write(claim.buffer(), claim.offset(), 32, number);
                assertEquals((number + 1) * 64L, claim.commit(32));
            }
            receive(consumer, received, 100);
            assertEquals(6400, consumer.position());
        }
    }

    @Test
    void shouldTakeRunsOfAnEighthOfATermAndNotAByteMore() throws IOException
    {
        for (final int mtu : List.of(StreamConfig.LEAST_MTU_BYTES, StreamConfig.GREATEST_MTU_BYTES))
        {
            try (TestDriver driver = TestDriver.start();
                AeronConsumer consumer = driver.consumer();
                AeronProducer producer = driver.driver().producer(TestDriver.STREAM.withMtuBytes(mtu)))
            {
                TestDriver.await(() -> producer.isConnected() && consumer.isConnected());
                final int most = StreamConfig.LEAST_TERM_BYTES / 8 / 1024;
                assertEquals(Status.TOO_LONG, producer.tryClaimRun(1024 - 32, most + 1, claim));
                assertEquals(Status.TOO_LONG, producer.tryClaimRun(1024 - 31, most, claim));
                final Received received = new Received(0);
                long number = 0;
                for (int run = 0; run < 50; run++)
                {
                    TestDriver.succeed(() -> producer.tryClaimRun(1024 - 32, most, claim));
                    for (int i = 0; i < most; i++)
                    {
                        Pattern.write(claim.buffer(), claim.offset(), 1024 - 32, number++);
                        if (i < most - 1)
                        {
                            claim.next(1024 - 32);
                        }
                    }
                    assertEquals(0, consumer.poll(received, 1), "a run that is not committed");
                    claim.commit(1024 - 32);
                    assertEquals(most, consumer.poll(received, Integer.MAX_VALUE), "a run in one step");
                }
                assertEquals(number, received.next());
            }
        }
    }

    @Test
    void shouldTakeTheLongestMessageAndNotAByteMore() throws IOException
    {
        final int longest = 16 << 20;
        try (TestDriver driver = TestDriver.startWithSpace(450L << 20);
            AeronConsumer consumer = driver.driver().consumer(StreamConfig.ipc(1));
            AeronProducer producer = driver.driver().producer(StreamConfig.ipc(1)))
        {
            assertEquals(longest, producer.maxMessageLength());
            assertEquals(StreamConfig.GREATEST_MTU_BYTES - 32, producer.maxClaimLength());
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[longest + 1]);
            final Received received = new Received(0);
            for (int number = 0; number < 3; number++)
            {
                Pattern.write(buffer, 0, longest, number);
                TestDriver.succeed(() -> producer.offer(buffer, 0, longest));
                receive(consumer, received, number + 1);
                received.assertLengths(longest);
            }
            assertEquals(Status.TOO_LONG, producer.offer(buffer, 0, longest + 1));
            assertEquals(Status.TOO_LONG, producer.tryClaim(producer.maxClaimLength() + 1, claim));
        }
    }

    @Test
    void shouldDeliverAMessageOfManyFramesAgain() throws IOException
    {
        try (TestDriver driver = TestDriver.start();
            AeronConsumer consumer = driver.consumer();
            AeronProducer producer = driver.driver().producer(shortFrames()))
        {
            final Received received = new Received(0);
            final IllegalStateException thrown = new IllegalStateException("thrown by the handler");
            publish(producer, 100, 0);
            for (int number = 1; number < 20; number++)
            {
                final int expected = number;
                offerLong(producer, number);
                publish(producer, 30, ++number);
                assertSame(thrown, assertThrows(IllegalStateException.class, () -> TestDriver.await(() ->
                {
                    consumer.poll((buffer, offset, length, position) ->
                    {
                        if (received.next() == expected)
                        {
                            throw thrown;
                        }
                        received.onMessage(buffer, offset, length, position);
                    }, 10);
                    return false;
                })));
                assertEquals(expected, received.next());
                final long before = consumer.position();
                assertEquals(0, consumer.controlledPoll((buffer, offset, length, position) -> Action.ABORT, 10));
                assertEquals(before, consumer.position());
                assertEquals(1, consumer.controlledPoll((buffer, offset, length, position) ->
                {
                    received.onMessage(buffer, offset, length, position);
                    return Action.BREAK;
                }, 10));
                assertEquals(1, consumer.poll(received, 1));
            }
            assertEquals(producer.position(), consumer.position());
        }
    }

    @Test
    void shouldGiveSpaceBackInTheMiddleOfAPoll() throws IOException
    {
        for (final boolean commits : List.of(false, true))
        {
            try (TestDriver driver = TestDriver.start();
                AeronConsumer consumer = driver.consumer();
                AeronProducer producer = driver.producer())
            {
                TestDriver.await(() -> producer.isConnected() && consumer.isConnected());
                long number = 0;
                while (producer.position() < StreamConfig.LEAST_TERM_BYTES / 2)
                {
                    publish(producer, 1000, number++);
                }
                final long most = number;
                final Received received = new Received(0);
                consumer.controlledPoll((buffer, offset, length, position) ->
                {
                    received.onMessage(buffer, offset, length, position);
                    if (commits ? received.next() == most / 7 + 1 : received.next() == most / 2)
                    {
                        // The driver gives space back by the eighth of what a consumer may be behind.
                        TestDriver.succeed(() -> producer.tryClaim(1000, claim));
                        claim.abort();
                        return Action.BREAK;
                    }
                    return commits && received.next() == most / 7 ? Action.COMMIT : Action.CONTINUE;
                }, Integer.MAX_VALUE);
                assertEquals(commits ? most / 7 + 1 : most / 2, received.next());
            }
        }
    }

    @Test
    void shouldTakeOneProducerAfterTheOther() throws IOException
    {
        try (TestDriver driver = TestDriver.start(); AeronConsumer consumer = driver.consumer())
        {
            assertFalse(consumer.isEndOfStream());
            final Received received = new Received(0);
            final AeronProducer first = driver.producer();
            publish(first, 100, 0);
            receive(consumer, received, 1);
            // It waits for the first one, and nothing of it comes in between.
            final AeronProducer second = driver.producer();
            publish(second, 50, 2);
            for (int i = 0; i < 1000; i++)
            {
                assertEquals(0, consumer.poll(received, 10));
            }
            publish(first, 10, 1);
            first.close();
            receive(consumer, received, 3);
            received.assertLengths(100, 10, 50);
            assertFalse(consumer.isEndOfStream());
            second.close();
            TestDriver.await(() -> consumer.poll(received, 10) == 0 && consumer.isEndOfStream());
            assertNull(consumer.failure());
        }
    }

    @Test
    void shouldSayThatAStreamWasCutOff() throws IOException
    {
        try (TestDriver driver = TestDriver.start();
            AeronConsumer consumer = driver.consumer();
            ExclusivePublication publication =
                driver.plain().addExclusivePublication("aeron:ipc?term-length=512k", TestDriver.STREAM.streamId()))
        {
            final Received received = new Received(0);
            Pattern.write(source, 0, 100, 0);
            TestDriver.await(() -> publication.offer(source, 0, 100) > 0);
            receive(consumer, received, 1);
            assertTrue(publication.offer(source, 0, 100) > 0);
            publication.revoke();
            TestDriver.await(() -> !consumer.isConnected());
            assertEquals(Status.CLOSED, consumer.poll(received, 10));
            assertTrue(String.valueOf(consumer.failure()).contains("its publisher revoked it"), consumer.failure());
        }
    }

    @Test
    void shouldEndWhereNoPositionIsGreater() throws IOException
    {
        // The last but one of the terms that there can be.
        final String channel = "aeron:ipc?init-term-id=0|term-id=" + (Integer.MAX_VALUE - 1) + "|term-offset=0";
        try (TestDriver driver = TestDriver.start();
            AeronConsumer consumer = driver.consumer();
            AeronProducer producer = driver.driver().producer(TestDriver.STREAM.withChannel(channel)))
        {
            assertEquals((long)StreamConfig.LEAST_TERM_BYTES * (Integer.MAX_VALUE - 1), producer.position());
            final Received received = new Received(0);
            long status = 0;
            long number = 0;
            while (status != Status.CLOSED)
            {
                status = producer.tryClaim(5000, claim);
                if (status >= 0)
                {
                    Pattern.write(claim.buffer(), claim.offset(), 5000, number++);
                    claim.commit(5000);
                }
                assertTrue(consumer.poll(received, 100) >= 0);
            }
            receive(consumer, received, number);
            assertTrue(number > 200 && producer.position() <= 1L << 50, () -> "position " + producer.position());
            assertTrue(String.valueOf(producer.failure()).contains("no position is greater"), producer.failure());
            assertEquals(Status.CLOSED, producer.offer(source, 0, LONG));
        }
    }
}
