package io.tadpole.engine;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.SleepingWaitStrategy;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The wait strategies by name. All are the Disruptor's own; but where its blocking one has the message and waits for
 * another stage, it spins, for nobody signals that, a process outside least of all: here such a stage parks.
 */
final class Waiting implements WaitStrategy
{
    private static final Map<String, Supplier<WaitStrategy>> BY_NAME = byName();

    private static final int SPINS = 200;
    private static final int YIELDS = 50;
    private static final long PARK_NS = 50_000;

    private final WaitStrategy forCursor = new BlockingWaitStrategy();

    private Waiting()
    {
    }

    static Set<String> names()
    {
        return Collections.unmodifiableSet(BY_NAME.keySet());
    }

    /** A new wait strategy of one of the names. */
    static WaitStrategy named(final String name)
    {
        return Objects.requireNonNull(BY_NAME.get(name)).get();
    }

    @Override
    public long waitFor(
        final long sequence, final Sequence cursor, final Sequence dependent, final SequenceBarrier barrier)
        throws AlertException, InterruptedException, TimeoutException
    {
        forCursor.waitFor(sequence, cursor, cursor, barrier);
        long available = dependent.get();
        for (int count = 0; available < sequence; count++)
        {
            barrier.checkAlert();
            if (count < SPINS)
            {
                Thread.onSpinWait();
            }
            else if (count < SPINS + YIELDS)
            {
                Thread.yield();
            }
            else
            {
                LockSupport.parkNanos(PARK_NS);
                count = SPINS + YIELDS;
            }
            available = dependent.get();
        }
        return available;
    }

    @Override
    public void signalAllWhenBlocking()
    {
        forCursor.signalAllWhenBlocking();
    }

    private static Map<String, Supplier<WaitStrategy>> byName()
    {
        final Map<String, Supplier<WaitStrategy>> strategies = new LinkedHashMap<>();
        strategies.put("busy-spin", BusySpinWaitStrategy::new);
        strategies.put("yielding", YieldingWaitStrategy::new);
        strategies.put("sleeping", SleepingWaitStrategy::new);
        strategies.put("blocking", Waiting::new);
        return strategies;
    }
}
