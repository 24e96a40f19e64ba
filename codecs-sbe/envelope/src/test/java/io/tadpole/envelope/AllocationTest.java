package io.tadpole.envelope;

import com.sun.management.ThreadMXBean;
import io.tadpole.codecs.sbe.DeliveryGuarantee;
import io.tadpole.codecs.sbe.EnvelopeDecoder;
import io.tadpole.codecs.sbe.EnvelopeEncoder;
import io.tadpole.codecs.sbe.MessageHeaderDecoder;
import io.tadpole.codecs.sbe.MessageHeaderEncoder;
import io.tadpole.codecs.sbe.Priority;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class AllocationTest
{
    private static final int MESSAGES = 100_000;
    private static final int MAX_ROUNDS = 20;

    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final EnvelopeEncoder encoder = new EnvelopeEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private final byte[] bytes = new byte[40];
    private final SegmentBuffer payload = new SegmentBuffer();

    @Test
    void shouldEncodeAndDecodeWithoutAllocating()
    {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemoryEnabled());
        try (Arena arena = Arena.ofConfined())
        {
            final SegmentBuffer buffer = new SegmentBuffer(arena.allocate(4096));
            final SegmentBuffer other = new SegmentBuffer(arena.allocate(4096));

            // The first rounds load classes and warm up. An accessor that allocates would do so in every one.
            long sum = 0;
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < MAX_ROUNDS && allocated != 0; round++)
            {
                final long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < MESSAGES; i++)
                {
                    encode(buffer, other, i);
                    sum += decode(buffer, other);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }

            assertEquals(0, allocated, "bytes allocated for " + MESSAGES + " messages");
            assertTrue(sum != 0);
        }
    }

    private void encode(final SegmentBuffer buffer, final SegmentBuffer other, final int i)
    {
        encoder.wrapAndApplyHeader(buffer, 8, headerEncoder)
            .messageIdHigh(i)
            .messageIdLow(~i)
            .correlationId(i)
            .timestamp(i)
            .source(1)
            .destination(2)
            .messageType(3)
            .priority(Priority.LOW)
            .deliveryGuarantee(DeliveryGuarantee.ORDERED);
        encoder.schemaVersion().major((short)1).minor((short)2).patch(3);
        encoder.putPayload(bytes, 0, bytes.length).putMetadata(other, 8, 24);
    }

    private long decode(final SegmentBuffer buffer, final SegmentBuffer other)
    {
        decoder.wrapAndApplyHeader(buffer, 8, headerDecoder);
        final long sum = decoder.messageIdHigh() + decoder.correlationId() + decoder.timestamp() + decoder.source() +
            decoder.destination() + decoder.messageType() + decoder.schemaVersion().patch() +
            decoder.priority().value() + decoder.deliveryGuarantee().value();

        decoder.wrapPayload(payload);
        payload.getBytes(0, bytes);
        payload.getBytes(8, other, 8, 32);
        return sum + payload.getLong(8) + decoder.getMetadata(other, 8, 24);
    }
}
