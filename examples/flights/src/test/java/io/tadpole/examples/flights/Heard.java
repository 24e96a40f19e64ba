package io.tadpole.examples.flights;

import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Keeps what a run of the demo says. */
final class Heard implements DemoListener
{
    final List<String> steps = new ArrayList<>();
    final List<String> rejected = new ArrayList<>();
    private String awaited = "nothing";
    private Runnable reaction = () -> { };

    /** What is done when a step begins with these words. */
    void whenStep(final String words, final Runnable done)
    {
        awaited = words;
        reaction = done;
    }

    @Override
    public synchronized void onStep(final String step)
    {
        steps.add(step);
        if (step.startsWith(awaited))
        {
            reaction.run();
        }
    }

    @Override
    public void onProgress(final long published, final long events)
    {
        assertTrue(published <= events);
    }

    @Override
    public void onRejected(final long line, final String reason)
    {
        rejected.add(line + ": " + reason);
    }
}
