package io.tadpole.bench;

import org.HdrHistogram.Histogram;

/**
 * The process of what one thread does by itself: a run for each line "run messages" that it is told; it answers with a
 * {@link Run}. With nobody to bounce a line with, it asks how fast its core is: see {@link #beat()}.
 */
public final class Looping
{
    private static final int BEATS = 2_000;
    private static final int STEPS = 1_000;

    private final Loop loop;
    private long number = 1;

    private Looping(final Loop loop)
    {
        this.loop = loop;
    }

    /**
     * Runs until it is told nothing more.
     *
     * @param arguments the folder, which it does not need, and the scenario in words.
     * @throws Exception when something cannot be opened, or does not do what it must.
     */
    public static void main(final String[] arguments) throws Exception
    {
        Thread.setDefaultUncaughtExceptionHandler((thread, problem) -> Jvm.fail(problem));
        final Looping looping = new Looping(Scenario.parse(Sending.tail(arguments)).loop());
        final Commands commands = new Commands();
        while (true)
        {
            System.out.println(looping.run(Integer.parseInt(commands.next()[1])));
        }
    }

    private Run run(final int messages) throws Exception
    {
        final long before = beat();
        final long start = System.nanoTime();
        loop.run(messages);
        final long elapsed = System.nanoTime() - start;
        return new Run(before, beat(), elapsed, 0, 0);
    }

    /** A thousand multiplications, each of which waits for the one before: the median time of many, in nanoseconds. */
    private long beat()
    {
        final Histogram beats = new Histogram(3);
        for (int i = 0; i < BEATS; i++)
        {
            final long before = System.nanoTime();
            long product = number;
            for (int step = 0; step < STEPS; step++)
            {
                product = product * 0x5DEECE66DL + 11;
            }
            number = product;
            beats.recordValue(System.nanoTime() - before);
        }
        return beats.getValueAtPercentile(50);
    }
}
