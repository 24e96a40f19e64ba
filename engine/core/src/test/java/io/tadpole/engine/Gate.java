package io.tadpole.engine;

import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Holds a stage at a message until the test lets it go on. */
final class Gate
{
    /** A test that failed opens no gate, and its engine waits for the stage. */
    private static final long WATCHDOG_NS = TimeUnit.SECONDS.toNanos(30);

    private volatile boolean open;
    private volatile boolean reached;

    /** Called by the stage: waits until the gate is open. */
    void pass()
    {
        final long start = System.nanoTime();
        reached = true;
        Await.until(() -> open || System.nanoTime() - start > WATCHDOG_NS);
        assertTrue(open, "nobody opened the gate");
    }

    /** Whether the stage has come to the gate. */
    boolean isReached()
    {
        return reached;
    }

    /** Waits until the stage is at the gate. */
    void awaitReached(final Engine engine)
    {
        Await.until(engine, this::isReached);
    }

    void open()
    {
        open = true;
    }
}
