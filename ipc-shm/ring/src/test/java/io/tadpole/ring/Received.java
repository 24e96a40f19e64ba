package io.tadpole.ring;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A handler that checks every byte: the messages that arrive are those that were published, in their order.
 */
public final class Received implements MessageHandler
{
    private final List<Integer> lengths = new ArrayList<>();
    private final List<Long> positions = new ArrayList<>();
    private long next;

    /**
     * Expects messages from a number on.
     *
     * @param first number.
     */
    public Received(final long first)
    {
        next = first;
    }

    @Override
    public void onMessage(final DirectBuffer buffer, final int offset, final int length, final long position)
    {
        assertTrue(
            Pattern.matches(buffer, offset, length, next),
            "the " + length + " bytes at position " + position + " are not those of message " + next);
        next++;
        lengths.add(length);
        positions.add(position);
    }

    /**
     * The number of the message that should come next.
     *
     * @return number.
     */
    public long next()
    {
        return next;
    }

    /**
     * Forgets what came, and says what it was.
     *
     * @param expected lengths in bytes, in their order.
     */
    public void assertLengths(final List<Integer> expected)
    {
        assertEquals(expected, lengths);
        lengths.clear();
        positions.clear();
    }

    /**
     * Forgets what came, and says what it was.
     *
     * @param expected lengths in bytes, in their order.
     */
    public void assertLengths(final Integer... expected)
    {
        assertLengths(List.of(expected));
    }

    /**
     * Where the messages since the last look started.
     *
     * @return positions in bytes.
     */
    public List<Long> positions()
    {
        return List.copyOf(positions);
    }
}
