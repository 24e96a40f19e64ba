package io.tadpole.kernel;

import io.tadpole.engine.Engine;
import io.tadpole.ring.Claim;
import io.tadpole.ring.Producer;
import io.tadpole.ring.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the kernel of the tests is sent, and what it must have counted then. */
final class Numbers
{
    static final int ROWS = 100;
    static final int ROW_LENGTH = 16;

    private Numbers()
    {
    }

    /** Publishes the numbers from one to another, excluding that, in messages of 8 to 107 bytes. */
    static void publish(final Producer producer, final long from, final long to)
    {
        final Claim claim = new Claim();
        for (long number = from; number < to; number++)
        {
            final int length = Long.BYTES + (int)(number % 100);
            long status = producer.tryClaim(length, claim);
            while (status < 0)
            {
                assertTrue(status == Status.BACK_PRESSURED, () -> whyNot(producer));
                Thread.yield();
                status = producer.tryClaim(length, claim);
            }
            claim.buffer().putLong(claim.offset(), number);
            claim.commit(length);
        }
    }

    private static String whyNot(final Producer producer)
    {
        return producer instanceof final Engine engine ? String.valueOf(engine.reason()) : "refused";
    }

    /** Checks that a state counts the numbers below one, each once. */
    static void assertCounted(final long below, final MemorySegment state)
    {
        assertEquals(ROWS * ROW_LENGTH, state.byteSize());
        for (long row = 0; row < ROWS; row++)
        {
            final long count = (below - row + ROWS - 1) / ROWS;
            assertEquals(count, state.get(ValueLayout.JAVA_LONG, row * ROW_LENGTH), "count of row " + row);
            assertEquals(
                count * row + ROWS * (count * (count - 1) / 2),
                state.get(ValueLayout.JAVA_LONG, row * ROW_LENGTH + 8), "sum of row " + row);
        }
    }

    /** Of all rows. */
    static long counted(final MemorySegment state)
    {
        long count = 0;
        for (long at = 0; at < state.byteSize(); at += ROW_LENGTH)
        {
            count += state.get(ValueLayout.JAVA_LONG, at);
        }
        return count;
    }
}
