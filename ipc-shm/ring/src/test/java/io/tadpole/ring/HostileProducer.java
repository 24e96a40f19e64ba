package io.tadpole.ring;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A producer whose consumers say anything, at any moment, and what it may write for all that: nothing beyond a capacity
 * from the lowest position that all of them have truly named.
 */
final class HostileProducer
{
    private static final int CONSUMERS = 2;
    private static final int MAX_STEPS = 200;

    private final HostileRing ring;
    private final HostileInput input;
    private final Ring mapped;
    private final RingProducer producer;
    private final Claim claim = new Claim();
    private final long[] seen = new long[CONSUMERS];
    /** No byte at or beyond it may be written. */
    private long limit;
    private long tail;
    private long failed;
    private byte[] records;

    HostileProducer(final HostileRing ring, final HostileInput input)
    {
        this.ring = ring;
        this.input = input;
        this.tail = ring.reset(input, 0, CONSUMERS, 0);
        this.mapped = ring.forProducer();
        this.producer = new RingProducer(mapped, tail, new DeclaredConsumers(mapped), () -> { });
        this.records = ring.records();
    }

    void run()
    {
        for (int step = 0; step < MAX_STEPS && !input.isSpent(); step++)
        {
            switch (input.below(8))
            {
                case 0, 1, 2 -> ring.scribbleConsumer(input, input.below(CONSUMERS), tail);
                case 3 -> ring.scribbleHeader(input);
                default -> publish();
            }
        }
        assertEquals(failed < 0, producer.failure() != null);
    }

    private void publish()
    {
        final int maxLength = input.below(16) == 0 ? (int)input.word() : 1 + input.below(ring.capacity() / 4);
        final int count = input.below(4) == 0 ? input.below(5) : 1;
        lookAround();
        final long before = producer.position();
        final long status = count == 1 ?
            producer.tryClaim(maxLength, claim) : producer.tryClaimRun(maxLength, count, claim);
        if (status < 0)
        {
            refused(status, maxLength, count);
            return;
        }
        assertEquals(0, failed);
        assertTrue(status >= before && status - before < ring.capacity());
        final long end = status + RecordLayout.size(maxLength, ring.alignment()) * count;
        assertTrue(end + RecordLayout.HEADER_LENGTH <= limit, () -> "claims up to " + end + ", beyond " + limit);
        final int at = (int)status & (ring.capacity() - 1);
        assertEquals(at + RecordLayout.HEADER_LENGTH, claim.offset());
        assertTrue(Arrays.equals(records, ring.records()), "a claim writes nothing");
        fill(count);
        if (input.below(8) == 0)
        {
            claim.abort();
            assertEquals(before, producer.position());
            assertUnchanged(before, end);
        }
        else
        {
            tail = claim.commit(1 + input.below(claim.maxLength()));
            assertTrue(tail > before && tail <= end);
            assertUnchanged(before, end + RecordLayout.HEADER_LENGTH);
            assertNotNull(RecordCount.between(mapped, before, tail));
            assertEquals(0, mapped.word((int)tail & (ring.capacity() - 1)));
        }
        records = ring.records();
    }

    private void fill(final int count)
    {
        for (int i = 1; i < count; i++)
        {
            claim.buffer().setMemory(claim.offset(), claim.maxLength(), (byte)0xFF);
            claim.next(1 + input.below(claim.maxLength()));
        }
        claim.buffer().setMemory(claim.offset(), claim.maxLength(), (byte)0xFF);
    }

    /** What the consumers say now, if all of it can be. */
    private void lookAround()
    {
        long lowest = tail;
        for (int k = 0; k < CONSUMERS; k++)
        {
            final long raw = mapped.rawConsumerPosition(k);
            final long position = raw & ~1L;
            if (raw == -1)
            {
                continue;
            }
            if (position < seen[k] || position > tail || position % ring.alignment() != 0)
            {
                return;
            }
            lowest = Math.min(lowest, position);
        }
        limit = Math.max(limit, lowest + ring.capacity());
    }

    private void refused(final long status, final int maxLength, final int count)
    {
        final boolean tooLong = count < 1 || maxLength < 1 || maxLength > producer.maxMessageLength() ||
            RecordLayout.size(maxLength, ring.alignment()) * count > ring.capacity() / 2;
        assertEquals(tooLong, status == Status.TOO_LONG);
        assertTrue(
            tooLong || status == Status.BACK_PRESSURED || status == Status.CORRUPT || status == Status.DEPOSED,
            () -> "status " + status);
        assertTrue(failed == 0 || tooLong || failed == status, "a producer that failed stays failed");
        failed = tooLong || status == Status.BACK_PRESSURED ? failed : status;
        final @Nullable String sentence = producer.failure();
        if (failed < 0)
        {
            assertTrue(String.valueOf(sentence).startsWith(Status.name(failed)), sentence);
        }
        else
        {
            assertNull(sentence);
        }
        assertTrue(Arrays.equals(records, ring.records()), "who is refused writes nothing");
    }

    private void assertUnchanged(final long from, final long to)
    {
        final byte[] now = ring.records();
        final int mask = ring.capacity() - 1;
        for (long position = to; position < from + ring.capacity(); position++)
        {
            final int index = (int)position & mask;
            if (now[index] != records[index])
            {
                throw new AssertionError("it wrote at index " + index + ", from " + from + " to " + to + " is its own");
            }
        }
    }
}
