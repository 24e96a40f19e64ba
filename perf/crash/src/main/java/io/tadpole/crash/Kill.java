package io.tadpole.crash;

import org.jspecify.annotations.Nullable;

/**
 * One kill, planned.
 *
 * @param number which child is killed, from 1; the author of its messages.
 * @param scene  what the child does.
 * @param step   behind which it is killed; null for a random moment.
 * @param hit    at which time it comes to the step, from 1; for a random moment: behind how many messages that moment
 *               comes, 0 when it comes while the child takes its role or a little later.
 * @param starve whether the other side does nothing meanwhile, so that the ring gets full.
 * @param drain  whether everything is read before the next child takes over.
 */
record Kill(int number, Scene scene, @Nullable Step step, long hit, boolean starve, boolean drain)
{
    /** The step in words. */
    String words()
    {
        return step == null ? CrashTable.RANDOM_MOMENT : step.words();
    }

    @Override
    public String toString()
    {
        return "kill " + number + " (" + words() + (step == null ? "" : ", hit " + hit) + ")";
    }
}
