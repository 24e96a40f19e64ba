package io.tadpole.cli;

import io.tadpole.examples.flights.DemoListener;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Shows on the error stream what a demo is doing.
 */
final class DemoProgress implements DemoListener
{
    private static final int MOST_REJECTED = 1000;

    private final PrintWriter err;
    private long rejected;

    /**
     * Shows it.
     *
     * @param err where to.
     */
    DemoProgress(final PrintWriter err)
    {
        this.err = err;
    }

    @Override
    public void onStep(final String sentence)
    {
        say(sentence);
    }

    @Override
    public void onProgress(final long published, final long total)
    {
        say(String.format(Locale.ROOT, "%,d of %,d events published", published, total));
    }

    @Override
    public void onRejected(final long line, final String reason)
    {
        rejected++;
        if (rejected <= MOST_REJECTED)
        {
            say("line " + line + " is skipped: " + reason);
        }
        else if (rejected == MOST_REJECTED + 1)
        {
            say("more lines are skipped; they are counted, and no longer listed");
        }
    }

    private void say(final String sentence)
    {
        synchronized (err)
        {
            err.println("demo: " + sentence);
            err.flush();
        }
    }
}
