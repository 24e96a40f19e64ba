package io.tadpole.ring;

import io.tadpole.ring.ControlledMessageHandler.Action;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What a fuzzer aims at: each role of a ring over words that another wrote. A target throws when a role reads or writes
 * outside of what is its own, when it answers anything but a count, a position or a named status, or when it throws
 * anything but what its documentation says. That it ends is watched by whoever calls.
 */
final class HostileWords
{
    private static final int MAX_STEPS = 200;
    private static final Path CHANNEL = Path.of("memory");
    private static final List<Action> ACTIONS = List.of(Action.values());

    private final HostileRing ring = new HostileRing();

    /** A consumer over a ring whose words are anything, and change under its eyes. */
    void consumer(final byte[] bytes)
    {
        final HostileInput input = new HostileInput(bytes);
        final long start = ring.reset(input, 0, 1, 0);
        final RingConsumer consumer =
            new RingConsumer(ring.forReaders(), ring.consumerFile(0), start, () -> { });
        long failed = 0;
        for (int step = 0; step < MAX_STEPS && !input.isSpent(); step++)
        {
            switch (input.below(8))
            {
                case 0, 1 -> failed = poll(input, consumer, failed, false);
                case 2 -> failed = poll(input, consumer, failed, true);
                case 3 -> ring.scribbleConsumer(input, 0, consumer.position());
                case 4 -> failed = pollBatch(input, consumer, failed);
                default -> ring.scribbleRecord(input);
            }
        }
        poll(input, consumer, failed, false);
    }

    private long poll(
        final HostileInput input, final RingConsumer consumer, final long failed, final boolean controlled)
    {
        final int limit = 1 + input.below(40);
        final long before = consumer.position();
        final int[] handled = new int[1];
        final int polled = controlled ?
            consumer.controlledPoll((buffer, offset, length, position) ->
            {
                handle(input, consumer, buffer, offset, length, position);
                final Action action = ACTIONS.get(input.below(ACTIONS.size()));
                handled[0] += action == Action.ABORT ? 0 : 1;
                return action;
            }, limit) :
            consumer.poll((buffer, offset, length, position) ->
            {
                handle(input, consumer, buffer, offset, length, position);
                handled[0]++;
            }, limit);
        final long moved = consumer.position() - before;
        assertTrue(moved >= 0 && moved <= (limit + 1L) * ring.capacity(), () -> "moved by " + moved);
        assertEquals(0, consumer.position() & (ring.alignment() - 1));
        if (polled < 0)
        {
            assertTrue(polled == Status.CORRUPT || polled == Status.DEPOSED, () -> "polled " + polled);
            assertEquals(0, handled[0]);
            assertNotNull(consumer.failure());
        }
        else
        {
            assertEquals(handled[0], polled);
            assertTrue(polled <= limit);
        }
        if (failed < 0)
        {
            assertEquals(failed, polled, "a consumer that failed stays failed");
            assertEquals(0, moved);
        }
        return Math.min(failed, Math.min(0, polled));
    }

    private long pollBatch(final HostileInput input, final RingConsumer consumer, final long failed)
    {
        final int limit = 1 + input.below(40);
        final long before = consumer.position();
        int polled = 0;
        try
        {
            polled = consumer.pollBatch((buffer, offset, length, messages, endPosition) ->
            {
                assertTrue(messages >= 1 && messages <= limit && length >= messages * (long)ring.alignment());
                assertEquals((int)(endPosition - length) & (ring.capacity() - 1), offset);
                assertTrue(offset + length <= ring.capacity());
                ring.scribbleRecord(input);
                return input.below(3) == 0 ? endPosition - input.below(length + 1) : endPosition;
            }, limit);
        }
        catch (final IllegalStateException refused)
        {
            assertTrue(String.valueOf(refused.getMessage()).startsWith("the handler took records up to "));
        }
        final long moved = consumer.position() - before;
        assertTrue(moved >= 0 && moved <= ring.capacity() + ring.capacity() / 2, () -> "moved by " + moved);
        assertEquals(0, consumer.position() & (ring.alignment() - 1));
        if (failed < 0)
        {
            assertEquals(failed, polled, "a consumer that failed stays failed");
            assertEquals(0, moved);
        }
        return Math.min(failed, Math.min(0, polled));
    }

    private void handle(
        final HostileInput input,
        final RingConsumer consumer,
        final DirectBuffer buffer,
        final int offset,
        final int length,
        final long position)
    {
        assertEquals(consumer.position(), position);
        assertInside(buffer, offset, length, position);
        for (int scribbles = input.below(4); scribbles > 1; scribbles--)
        {
            ring.scribbleRecord(input);
        }
    }

    private void assertInside(final DirectBuffer buffer, final int offset, final int length, final long position)
    {
        assertEquals(ring.capacity(), buffer.capacity());
        assertEquals((int)position & (ring.capacity() - 1), offset - RecordLayout.HEADER_LENGTH);
        assertTrue(
            length >= 1 && length <= ring.capacity() / 2 - RecordLayout.HEADER_LENGTH &&
            offset + length <= ring.capacity(),
            () -> length + " bytes at " + offset);
        // The buffer checks its bounds.
        assertEquals(buffer.getByte(offset), buffer.getByte(offset));
        assertEquals(buffer.getByte(offset + length - 1), buffer.getByte(offset + length - 1));
    }

    /** A producer whose consumers say anything. */
    void producer(final byte[] bytes)
    {
        new HostileProducer(ring, new HostileInput(bytes)).run();
    }

    /** Whoever takes a role over a ring and a consumer's file that hold anything. */
    void recovery(final byte[] bytes)
    {
        final HostileInput input = new HostileInput(bytes);
        final long start = ring.reset(input, 0, 2, 0);
        for (int words = input.below(48); words > 0; words--)
        {
            ring.scribbleRecord(input);
        }
        for (int words = input.below(3); words > 0; words--)
        {
            ring.scribbleHeader(input);
        }
        for (int words = input.below(3); words > 0; words--)
        {
            ring.scribbleConsumer(input, input.below(2), start);
        }
        count(input);
        switch (input.below(3))
        {
            case 0 -> recoverProducer(input);
            case 1 -> recoverConsumer(input);
            default ->
            {
                recoverConsumer(input);
                recoverProducer(input);
            }
        }
    }

    private void count(final HostileInput input)
    {
        final long from = input.word();
        final long to = input.below(2) == 0 ? input.word() : from + input.below(2 * ring.capacity());
        final RecordCount count = RecordCount.between(ring.forReaders(), from, to);
        if (count != null)
        {
            assertTrue(from >= 0 && from <= to && to - from <= ring.capacity());
            assertTrue(count.bytes() >= count.messages() && count.bytes() <= to - from);
        }
    }

    private void recoverConsumer(final HostileInput input)
    {
        final boolean join = input.below(2) == 0;
        final Ring mapped = ring.forReaders();
        final long found = mapped.rawConsumerPosition(0);
        try
        {
            final long position = Recovery.position(mapped, CHANNEL, 0, ring.consumerFile(0), join);
            assertEquals(0, position & (ring.alignment() - 1));
            assertTrue(position >= 0 && Math.abs(mapped.tail() - position) <= ring.capacity());
            final RingConsumer consumer = new RingConsumer(mapped, ring.consumerFile(0), position, () -> { });
            final int polled = consumer.poll(this::assertInside, 1000);
            assertTrue(polled >= 0 || polled == Status.CORRUPT);
        }
        catch (final ChannelException refused)
        {
            assertTrue(
                refused.reason() == ChannelException.Reason.CORRUPT ||
                (!join && refused.reason() == ChannelException.Reason.EVICTED), refused::toString);
            final long left = mapped.rawConsumerPosition(0);
            assertTrue(
                left == found || (left - 1 >= 0 && (left - 1) % ring.alignment() == 0), () -> "it leaves " + left);
        }
    }

    private void recoverProducer(final HostileInput input)
    {
        final Ring mapped = ring.forProducer();
        try
        {
            final long tail = Recovery.tail(mapped, CHANNEL);
            for (int k = 0; k < mapped.consumers(); k++)
            {
                final long position = mapped.rawConsumerPosition(k);
                assertTrue((position & 1) != 0 || RecordCount.between(mapped, position, tail) != null);
            }
            // The peer does not sleep between the two.
            for (int words = input.below(4); words > 1; words--)
            {
                ring.scribbleRecord(input);
                ring.scribbleHeader(input);
            }
            final byte[] before = ring.records();
            final RingProducer producer = new RingProducer(mapped, tail, new DeclaredConsumers(mapped), () -> { });
            assertEquals(tail, producer.position());
            assertEquals(tail, mapped.tail());
            final int index = (int)tail & (ring.capacity() - 1);
            Arrays.fill(before, index, index + 8, (byte)0);
            assertTrue(Arrays.equals(before, ring.records()), "it writes nothing but the word at its tail");
            assertNull(producer.failure());
            final long status = producer.tryClaim(1, new Claim());
            assertTrue(status >= 0 || status == Status.BACK_PRESSURED || status == Status.CORRUPT);
        }
        catch (final ChannelException refused)
        {
            assertEquals(ChannelException.Reason.CORRUPT, refused.reason());
        }
    }
}
