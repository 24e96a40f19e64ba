package io.tadpole.engine;

import io.tadpole.ring.IdlePolicy;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or process will do; the test's watchdog ends a wait that is in vain. */
final class Await
{
    private Await()
    {
    }

    static void until(final BooleanSupplier condition)
    {
        final IdlePolicy idle = IdlePolicy.adaptive();
        while (!condition.getAsBoolean())
        {
            checkInterrupted();
            idle.idle();
        }
    }

    /** Waits for something that an engine does, and fails when the engine does. */
    static void until(final Engine engine, final BooleanSupplier condition)
    {
        until(() -> engine.failure() != null || condition.getAsBoolean());
        check(engine);
    }

    static void check(final Engine engine)
    {
        final StageFailedException failure = engine.failure();
        if (failure != null)
        {
            throw new AssertionError("the engine stopped", failure);
        }
    }

    static void checkInterrupted()
    {
        if (Thread.interrupted())
        {
            throw new AssertionError("the watchdog ended the wait");
        }
    }
}
