package io.tadpole.ring;

import com.sun.management.ThreadMXBean;
import io.tadpole.envelope.SegmentBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Nothing on the path of a message allocates. */
@Timeout(120)
class AllocationTest
{
    private static final int ATTEMPTS = 5;
    private static final int MESSAGES = 1_000_000;

    private final Claim claim = new Claim();
    private final SegmentBuffer source = new SegmentBuffer(MemorySegment.ofArray(new byte[64]));

    private long received;

    @Test
    void shouldAllocateNothingPerMessage() throws IOException
    {
        try (RingConnection connection = new RingConnection(ChannelConfig.plain(64 << 10)))
        {
            final RingProducer producer = connection.producer();
            final RingConsumer consumer = connection.consumer(0);
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
                    consumer.poll(handler, Integer.MAX_VALUE);
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
                if (producer.offer(source, 0, 40) < 0)
                {
                    consumer.controlledPoll(controlled, Integer.MAX_VALUE);
                }
            });
            assertAllocatesNothing(i ->
            {
                if (producer.tryClaimRun(24, 4, claim) < 0)
                {
                    consumer.poll(handler, 1000);
                    return;
                }
                claim.next(24);
                claim.next(20);
                claim.commit((i & 1) == 0 ? 0 : 24);
            });
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
