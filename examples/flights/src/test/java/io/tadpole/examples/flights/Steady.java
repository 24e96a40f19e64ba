package io.tadpole.examples.flights;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Finds out whether code that runs again and again comes to allocate nothing. */
final class Steady
{
    private static final ThreadMXBean THREADS = (ThreadMXBean)ManagementFactory.getThreadMXBean();
    private static final int MOST_ROUNDS = 10;

    /** A round of many events. */
    @FunctionalInterface
    interface Round<E extends Exception>
    {
        void run() throws E;
    }

    private Steady()
    {
    }

    /**
     * The bytes that this thread allocates in the best of some rounds: the JVM loads classes and gives up optimized
     * code in some of them, but what the code itself allocates, it allocates in each.
     */
    static <E extends Exception> long allocatedBytes(final Round<E> round) throws E
    {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < MOST_ROUNDS && least > 0; i++)
        {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            round.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
