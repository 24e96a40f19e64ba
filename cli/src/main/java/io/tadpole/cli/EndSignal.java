package io.tadpole.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that a signal ends (Ctrl-C, SIGTERM) finish what it does and print its result. The exit code is then
 * the signal's, 128 and its number, whatever the command returns.
 */
final class EndSignal implements AutoCloseable
{
    private static final long PATIENCE_S = 10;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::awaitFinished, "end-signal");
    private volatile boolean given;

    /** Listens from now on. */
    EndSignal()
    {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Is the command to end?
     *
     * @return true once the signal has come: then {@link #close} is to be called within ten seconds.
     */
    boolean isGiven()
    {
        return given;
    }

    private void awaitFinished()
    {
        given = true;
        try
        {
            if (!finished.await(PATIENCE_S, TimeUnit.SECONDS))
            {
                System.err.println("tadpole: ended after " + PATIENCE_S + " seconds without a result");
            }
        }
        catch (final InterruptedException hurried)
        {
            Thread.currentThread().interrupt();
        }
    }

    /** Says that the result is printed. */
    @Override
    public void close()
    {
        finished.countDown();
        try
        {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        catch (final IllegalStateException ending)
        {
            // The hook runs, and finds that all is done.
            return;
        }
    }
}
