package io.tadpole.engine;

import io.tadpole.ring.RecordCount;
import io.tadpole.ring.Ring;

/**
 * What a ring still holds when an engine takes it: the records that the slowest reader had not handled, up to the tail.
 * They are not overwritten, so any stage may start there, even one that was further.
 */
final class Backlog
{
    private final Ring ring;
    private final long tail;
    private final long lowest;

    Backlog(final Ring ring, final long tail)
    {
        this.ring = ring;
        this.tail = tail;
        long slowest = tail;
        for (int i = 0; i < ring.stages(); i++)
        {
            slowest = Math.min(slowest, ring.stagePosition(i));
        }
        for (int k = 0; k < ring.consumers(); k++)
        {
            slowest = Math.min(slowest, ring.heldPosition(k, tail));
        }
        // Nothing is further back than this, whatever a forged position says.
        this.lowest = Math.max(slowest, tail - ring.capacity());
    }

    /**
     * Checks where a stage starts, and counts what it then has handled. Its former count does not say that: it may be
     * of another position, or of one that a kill kept from the ring.
     *
     * @param start where it wants to start, in bytes.
     * @param name  of the stage.
     * @return messages before the start, since the ring was created.
     * @throws IllegalArgumentException when it cannot start there.
     */
    long messagesBefore(final long start, final String name)
    {
        final long behind = messagesFrom(start);
        if (behind < 0)
        {
            throw new IllegalArgumentException(
                "stage '" + name + "' wants to resume at position " + start + ", where no record starts that the " +
                "ring holds: it holds those from " + lowest + " to " + tail);
        }
        return Math.max(0, ring.messages() - behind);
    }

    /** How many messages lie between a position and the tail; -1 when no record starts there. */
    private long messagesFrom(final long start)
    {
        if (start < lowest)
        {
            return -1;
        }
        final RecordCount behind = RecordCount.between(ring, start, tail);
        return behind == null ? -1 : behind.messages();
    }
}
