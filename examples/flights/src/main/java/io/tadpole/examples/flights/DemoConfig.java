package io.tadpole.examples.flights;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the demo does.
 *
 * @param input           the file of flight events, plain or gzipped.
 * @param eventsPerSecond at which they are published; at most 1,000,000,000; 0: as fast as they go.
 * @param repeat          how many times the input's events happen, at least 1.
 * @param nativeLanguage  of the native stage.
 * @param nativeProgram   that is the native stage; null when there is none.
 * @param kernel          the library of the kernel that keeps a board inside this JVM; null when there is none.
 * @param userKernel      the library of a kernel that runs beside it, whatever it does; null when there is none.
 * @param kill            whether the native stage is killed midway, and started again.
 * @param journal         the journal's directory; one that is there already goes on.
 * @param strict          whether the first row that is no flight event ends the run.
 */
public record DemoConfig(
    Path input,
    long eventsPerSecond,
    int repeat,
    NativeLanguage nativeLanguage,
    @Nullable Path nativeProgram,
    @Nullable Path kernel,
    @Nullable Path userKernel,
    boolean kill,
    Path journal,
    boolean strict)
{
    /** One event a nanosecond. */
    public static final long MAX_EVENTS_PER_SECOND = 1_000_000_000;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when one is out of its range, or they contradict each other.
     */
    public DemoConfig
    {
        if (eventsPerSecond < 0 || eventsPerSecond > MAX_EVENTS_PER_SECOND || repeat < 1)
        {
            throw new IllegalArgumentException("a rate of " + eventsPerSecond + " events/s, " + repeat +
                " times: the rate is at most " + MAX_EVENTS_PER_SECOND + ", and it happens at least once");
        }
        if ((nativeLanguage == NativeLanguage.NONE) != (nativeProgram == null))
        {
            throw new IllegalArgumentException("native stage in " + nativeLanguage + ", program " + nativeProgram);
        }
        if (nativeProgram == null && kernel != null)
        {
            throw new IllegalArgumentException("no native stage, and the kernel " + kernel + " of its language");
        }
    }

    /** Whether the native stage is to be killed: there must be one. */
    boolean kills()
    {
        return kill && nativeProgram != null;
    }
}
