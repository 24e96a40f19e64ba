package io.tadpole.ring;

import java.util.concurrent.locks.LockSupport;

/**
 * What a thread does while it has nothing to do: it spins, then yields, then parks. One thread at a time.
 */
public final class IdlePolicy
{
    private static final int FOREVER = Integer.MAX_VALUE;

    private final int spins;
    private final int yields;
    private final long parkNs;
    private int count;

    private IdlePolicy(final int spins, final int yields, final long parkNs)
    {
        this.spins = spins;
        this.yields = yields;
        this.parkNs = parkNs;
    }

    /**
     * Spins for ever: the lowest latency, for a thread with a core of its own.
     *
     * @return a new policy.
     */
    public static IdlePolicy spinning()
    {
        return new IdlePolicy(FOREVER, 0, 0);
    }

    /**
     * Spins briefly, then yields: for threads that share cores and must not sleep.
     *
     * @return a new policy.
     */
    public static IdlePolicy yielding()
    {
        return new IdlePolicy(100, FOREVER, 0);
    }

    /**
     * Parks at once: the least work.
     *
     * @param parkNs how long, in nanoseconds, at least 1.
     * @return a new policy.
     */
    public static IdlePolicy parking(final long parkNs)
    {
        return new IdlePolicy(0, 0, parkNs);
    }

    /**
     * Spins, then yields, then parks for 50 microseconds at a time.
     *
     * @return a new policy.
     */
    public static IdlePolicy adaptive()
    {
        return new IdlePolicy(200, 50, 50_000);
    }

    /** Waits a little, longer the more often it was called since the last {@link #reset()}. */
    public void idle()
    {
        if (spins == FOREVER || count < spins)
        {
            count += spins == FOREVER ? 0 : 1;
            Thread.onSpinWait();
        }
        else if (yields == FOREVER || count - spins < yields)
        {
            count += yields == FOREVER ? 0 : 1;
            Thread.yield();
        }
        else
        {
            LockSupport.parkNanos(parkNs);
        }
    }

    /** There was work: the next wait starts with spinning. */
    public void reset()
    {
        count = 0;
    }
}
