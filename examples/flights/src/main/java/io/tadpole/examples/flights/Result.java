package io.tadpole.examples.flights;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the demo found.
 *
 * @param input           that was read.
 * @param events          that were carried.
 * @param rejected        rows of the input that were no events.
 * @param nativeLanguage  of the native stage.
 * @param killed          whether the native stage was killed midway, and resumed.
 * @param boards          that were kept.
 * @param userKernel      what the user's kernel found, null when there was none.
 * @param eventsPerSecond that were carried, from the first publication to the last stage's end.
 * @param latencies       of the hops.
 * @param allocated       in the steady state.
 * @param journal         where it lies.
 */
public record Result(
    String input,
    long events,
    long rejected,
    NativeLanguage nativeLanguage,
    boolean killed,
    Boards boards,
    @Nullable UserKernel userKernel,
    double eventsPerSecond,
    Latencies latencies,
    Allocated allocated,
    Path journal)
{
    /**
     * The boards of one run.
     *
     * @param java        the Java stage's.
     * @param nativeStage the native stage's, null when there was none.
     * @param kernel      the kernel's, null when there was none.
     * @param aeron       that of the process behind Aeron.
     * @param replay      of the journal, from its first sequence of this run.
     * @param reference   of a plain pass over the input.
     */
    record Boards(
        Board java,
        @Nullable Board nativeStage,
        @Nullable Board kernel,
        Board aeron,
        Board replay,
        Board reference)
    {
        /** Whether all say the same. */
        boolean identical()
        {
            return reference.equals(java) && reference.equals(aeron) && reference.equals(replay) &&
                (nativeStage == null || reference.equals(nativeStage)) &&
                (kernel == null || reference.equals(kernel));
        }

        private Map<String, @Nullable Object> toMap()
        {
            final Map<String, @Nullable Object> map = new LinkedHashMap<>();
            map.put("java", java.toMap());
            map.put("native", nativeStage == null ? null : nativeStage.toMap());
            map.put("kernel", kernel == null ? null : kernel.toMap());
            map.put("aeron", aeron.toMap());
            map.put("replay", replay.toMap());
            map.put("reference", reference.toMap());
            return map;
        }
    }

    /**
     * What the user's kernel found.
     *
     * @param library  that it is.
     * @param messages that it handled.
     * @param position up to which it handled the ring, in bytes.
     * @param state    the words of its first 16 rows; of each, the first 1,024.
     */
    public record UserKernel(String library, long messages, long position, List<List<Long>> state)
    {
    }

    /**
     * How long the hops took, each from the message's timestamp.
     *
     * @param java        to the Java stage's count.
     * @param nativeStage to the native stage's checked answer, null when there was none.
     * @param aeron       to the count of the process behind Aeron.
     * @param journal     to the end of the append.
     */
    public record Latencies(Percentiles java, @Nullable Percentiles nativeStage, Percentiles aeron, Percentiles journal)
    {
        private Map<String, @Nullable Object> toMap()
        {
            final Map<String, @Nullable Object> map = new LinkedHashMap<>();
            map.put("java", java);
            map.put("native", nativeStage);
            map.put("aeron", aeron);
            map.put("journal", journal);
            return map;
        }
    }

    /**
     * Bytes an event in the steady state, which begins behind the first quarter of the events.
     *
     * @param perEvent          encoding, publishing, the Java stages and the kernels: the median of windows of 1,024
     *                          events.
     * @param perEventMean      the same, as a mean of all events: it also holds what the JVM does now and then when it
     *                          compiles anew.
     * @param perEventInReading the input, as a mean.
     * @param perEventInJournal in the journal stage's thread, as a mean.
     */
    public record Allocated(double perEvent, double perEventMean, double perEventInReading, double perEventInJournal)
    {
    }

    /**
     * Whether every board says the same as the plain pass over the input.
     *
     * @return true when they do.
     */
    public boolean identical()
    {
        return boards.identical();
    }

    /**
     * Whether a kernel kept one of the boards.
     *
     * @return true when one did.
     */
    public boolean hasKernel()
    {
        return boards.kernel != null;
    }

    /**
     * The airports with the most events, for people.
     *
     * @param most airports to show.
     * @return lines of text, with a line of headings.
     */
    public String busiestAirports(final int most)
    {
        return BusiestAirports.table(boards.java, most);
    }

    /**
     * The whole result for programs, as the demo's JSON has it.
     *
     * @return text, numbers, booleans, nulls, records of these and maps of all, by name, in order.
     */
    public Map<String, @Nullable Object> toMap()
    {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("input", input);
        map.put("events", events);
        map.put("rejected", rejected);
        map.put("native", nativeLanguage.toString());
        map.put("killed", killed);
        map.put("identical", identical());
        map.put("boards", boards.toMap());
        map.put("user_kernel", userKernel);
        map.put("events_per_second", eventsPerSecond);
        map.put("latency_ns", latencies.toMap());
        map.put("allocated_bytes_per_event", allocated.perEvent);
        map.put("allocated_bytes_per_event_mean", allocated.perEventMean);
        map.put("allocated_bytes_per_event_reading", allocated.perEventInReading);
        map.put("allocated_bytes_per_event_journal", allocated.perEventInJournal);
        map.put("journal", journal.toString());
        return map;
    }
}
