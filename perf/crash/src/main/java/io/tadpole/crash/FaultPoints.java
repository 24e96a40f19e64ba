package io.tadpole.crash;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where a child stops for good: the woven code, and the child itself, call {@link #reached} behind each step. Any
 * thread.
 */
public final class FaultPoints
{
    private static volatile @Nullable Armed armed;

    private FaultPoints()
    {
    }

    /** The one step that counts. */
    private record Armed(String step, AtomicLong hitsLeft, Ledger ledger)
    {
    }

    /** From now on, whoever comes to the step for the given time says so in the ledger and stays there. */
    static void arm(final String step, final long hit, final Ledger ledger)
    {
        armed = new Armed(step, new AtomicLong(hit), ledger);
    }

    /**
     * Called behind each step.
     *
     * @param step in words.
     */
    public static void reached(final String step)
    {
        final Armed current = armed;
        if (current != null && current.step.equals(step) && current.hitsLeft.decrementAndGet() == 0)
        {
            current.ledger.set(Ledger.Word.STATE, Ledger.STOPPED);
            while (true)
            {
                LockSupport.park();
            }
        }
    }
}
