package io.tadpole.examples.flights;

import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Keeps what a run of the demo says. */
final class Heard implements DemoListener
{
    final List<String> steps = new ArrayList<>();
    final List<String> rejected = new ArrayList<>();

    @Override
    public synchronized void onStep(final String step)
    {
        steps.add(step);
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
