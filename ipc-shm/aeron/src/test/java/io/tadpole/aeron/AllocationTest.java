package io.tadpole.aeron;

import com.sun.management.ThreadMXBean;
import io.tadpole.ring.Claim;
import io.tadpole.ring.ControlledMessageHandler;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.MessageHandler;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Nothing on the path of a message allocates. */
@Timeout(120)
class AllocationTest
{
    private static final int ATTEMPTS = 5;
    private static final int MESSAGES = 100_000;

    private final Claim claim = new Claim();
    private final UnsafeBuffer source = new UnsafeBuffer(new byte[10_000]);
    private final IdlePolicy idle = IdlePolicy.adaptive();

    private long received;

    @Test
    void shouldAllocateNothingPerMessage() throws IOException
    {
        try (TestDriver driver = TestDriver.start();
            AeronConsumer consumer = driver.consumer();
            AeronProducer producer =
                driver.driver().producer(TestDriver.STREAM.withMtuBytes(StreamConfig.LEAST_MTU_BYTES)))
        {
            TestDriver.await(producer::isConnected);
            final MessageHandler handler = (buffer, offset, length, position) -> received += buffer.getLong(offset);
            final ControlledMessageHandler controlled = (buffer, offset, length, position) ->
            {
                received += buffer.getLong(offset);
                return ControlledMessageHandler.Action.COMMIT;
            };
            assertAllocatesNothing(i ->
            {
                if (producer.tryClaim(40, claim) < 0)
                {
                    drain(consumer, handler);
                    return;
                }
                claim.buffer().putLong(claim.offset(), i);
                if ((i & 15) == 0)
                {
                    claim.abort();
                }
                else
                {
                    claim.commit(24);
                }
            });
            assertAllocatesNothing(i ->
            {
                // One frame, and of some messages eight.
                if (producer.offer(source, 0, (i & 15) == 0 ? 10_000 : 40) < 0)
                {
                    consumer.controlledPoll(controlled, Integer.MAX_VALUE);
                    idle.idle();
                }
            });
            assertAllocatesNothing(i ->
            {
                if (producer.tryClaimRun(24, 4, claim) < 0)
                {
                    drain(consumer, handler);
                    return;
                }
                claim.next(24);
                claim.next(20);
                claim.commit((i & 1) == 0 ? 0 : 24);
            });
            assertEquals(null, producer.failure());
            assertTrue(consumer.position() > 10L * StreamConfig.LEAST_TERM_BYTES);
        }
    }

    /** The driver gives the space back in its own time. */
    private void drain(final AeronConsumer consumer, final MessageHandler handler)
    {
        if (consumer.poll(handler, Integer.MAX_VALUE) == 0)
        {
            idle.idle();
        }
    }

    private static void assertAllocatesNothing(final IntConsumer message)
    {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        run(message, MESSAGES / 5);
        // What the JVM itself allocates in the thread when it compiles anew is not in every attempt; a message's is.
        long allocated = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && allocated != 0; attempt++)
        {
            final long before = threads.getCurrentThreadAllocatedBytes();
            run(message, MESSAGES);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated);
    }

    private static void run(final IntConsumer message, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            message.accept(i);
        }
    }
}
