package io.tadpole.engine;

import io.tadpole.ring.Pattern;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Checks that a script arrives: each message once, in order, where the publisher put it, byte for byte, and not before
 * those had it whom this one waits for.
 */
class Checker
{
    private final Script script;
    private final Checker[] before;
    private final AtomicLong handled = new AtomicLong();

    /**
     * Expects a script from its start.
     *
     * @param script that arrives.
     * @param before those who must have handled each message before this one sees it.
     */
    Checker(final Script script, final Checker... before)
    {
        this.script = script;
        this.before = before;
    }

    /** How many messages arrived. */
    final long handled()
    {
        return handled.get();
    }

    /** Expects the script from this message on. */
    final void resumeWith(final long number)
    {
        handled.set(number);
    }

    /** Checks a message that is some messages behind the last handled one. */
    final void check(
        final DirectBuffer buffer, final int offset, final int length, final long position, final int ahead)
    {
        final long number = handled.get() + ahead;
        assertTrue(number < script.count(), () -> "message " + number + " was never published");
        assertEquals(script.start(number), position, () -> "position of message " + number);
        assertEquals(script.length(number), length, () -> "length of message " + number);
        assertTrue(Pattern.matches(buffer, offset, length, number), () -> "bytes of message " + number);
        for (final Checker other : before)
        {
            assertTrue(other.handled() > number, () -> "message " + number + " came too early");
        }
    }

    final void handled(final int messages)
    {
        handled.set(handled.get() + messages);
    }
}
