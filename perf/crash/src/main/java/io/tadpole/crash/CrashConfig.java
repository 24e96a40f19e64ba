package io.tadpole.crash;

import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Which processes are killed, and how often.
 *
 * @param role     that is killed.
 * @param language of the killed processes.
 * @param atSteps  how many are killed at named steps, each step as often as any other.
 * @param atRandom how many are killed at random moments.
 * @param seed     of the plan.
 * @param program  the native child; null for Java.
 */
public record CrashConfig(
    Role role, Language language, int atSteps, int atRandom, long seed, @Nullable Path program)
{
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when the language has no such role, or kills are negative.
     */
    public CrashConfig
    {
        if (!language.has(role))
        {
            throw new IllegalArgumentException(
                "there is no engine in " + language + ": a stage outside in " + language + " is a consumer, and is " +
                "killed as one");
        }
        if (atSteps < 0 || atRandom < 0)
        {
            throw new IllegalArgumentException("fewer kills than none: " + atSteps + ", " + atRandom);
        }
        if ((language == Language.JAVA) != (program == null))
        {
            throw new IllegalArgumentException("a native child is a program, one in Java is not");
        }
    }

    /**
     * Kills in Java, half of them at steps.
     *
     * @param role  that is killed.
     * @param kills in all.
     * @return the configuration, with a random seed.
     */
    public static CrashConfig java(final Role role, final int kills)
    {
        return new CrashConfig(role, Language.JAVA, kills - kills / 2, kills / 2, new Random().nextLong(), null);
    }
}
