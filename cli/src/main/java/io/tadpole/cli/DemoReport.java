package io.tadpole.cli;

import io.tadpole.examples.flights.Demo;
import io.tadpole.examples.flights.NativeLanguage;
import io.tadpole.examples.flights.Percentiles;
import io.tadpole.examples.flights.Result;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes the result of a demo for people.
 */
final class DemoReport
{
    /** Of a row of the user's kernel. */
    private static final int WORDS = 8;

    private DemoReport()
    {
    }

    /**
     * Writes a result.
     *
     * @param result          to write.
     * @param eventsPerSecond that were asked for; 0: as fast as they go.
     * @param busiest         airports to show.
     * @return lines of text.
     */
    static String text(final Result result, final long eventsPerSecond, final int busiest)
    {
        final StringBuilder text = new StringBuilder(result.busiestAirports(busiest));
        line(text, "");
        line(text, "%-11s%,d from %s; %,d rows rejected", "events",
            result.events(), result.input(), result.rejected());
        line(text, "%-11s%s", "boards", result.identical() ?
            "identical: Java, " + nativeName(result) + kernelName(result) +
                "Java process behind Aeron, journal replay, plain pass" :
            "NOT IDENTICAL: see --json for each of them");
        final Result.UserKernel userKernel = result.userKernel();
        if (userKernel != null)
        {
            line(text, "%-11s%s: %,d messages, up to position %,d%s", "kernel", userKernel.library(),
                userKernel.messages(), userKernel.position(), firstRow(userKernel.state()));
        }
        line(text, "%-11s%,.0f events/s%s", "throughput", result.eventsPerSecond(),
            eventsPerSecond == 0 ? "" : String.format(Locale.ROOT, " (asked for: %,d)", eventsPerSecond));
        line(text, "%-11s%12s%12s%12s%12s   from the moment the event was due", "latency",
            "p50", "p99", "p99.9", "max");
        row(text, "board", result.latencies().java());
        final Percentiles nativeStage = result.latencies().nativeStage();
        if (nativeStage != null)
        {
            row(text, "native", nativeStage);
        }
        row(text, "aeron", result.latencies().aeron());
        row(text, "journal", result.latencies().journal());
        if (eventsPerSecond == 0)
        {
            line(text, "%-11sat the rate max, latency is only the time in the queue", "");
        }
        else if (!Demo.hasCoreForEach())
        {
            line(text, "%-11sthere are fewer cores than busy threads: most of the tail is waiting for a core", "");
        }
        final Result.Allocated allocated = result.allocated();
        line(text, "%-11s%.3f bytes an event: encoding, publishing, Java stages, kernels (median; mean %.3f)",
            "allocated", allocated.perEvent(), allocated.perEventMean());
        line(text, "%-11s%.3f reading the input, %.3f the journal stage", "",
            allocated.perEventInReading(), allocated.perEventInJournal());
        line(text, "%-11s%s", "journal", result.journal());
        return text.toString().stripTrailing();
    }

    private static String nativeName(final Result result)
    {
        if (result.nativeLanguage() == NativeLanguage.NONE)
        {
            return "";
        }
        final String killed = result.killed() ? ", killed midway and resumed" : "";
        return "native process (" + result.nativeLanguage() + killed + "), ";
    }

    private static String kernelName(final Result result)
    {
        return result.hasKernel() ? "native kernel (" + result.nativeLanguage() + "), " : "";
    }

    private static void row(final StringBuilder text, final String hop, final Percentiles latency)
    {
        line(text, "  %-9s%12s%12s%12s%12s",
            hop, duration(latency.p50()), duration(latency.p99()), duration(latency.p999()), duration(latency.max()));
    }

    private static String firstRow(final List<List<Long>> state)
    {
        return state.isEmpty() ? "" : "; first row: " + state.getFirst().stream()
            .limit(WORDS).map(String::valueOf).collect(Collectors.joining(" ")) +
            (state.getFirst().size() > WORDS ? " ..." : "");
    }

    private static String duration(final long ns)
    {
        if (ns < 10_000)
        {
            return ns + " ns";
        }
        return ns < 10_000_000 ?
            String.format(Locale.ROOT, "%,.1f us", ns / 1e3) : String.format(Locale.ROOT, "%,.1f ms", ns / 1e6);
    }

    private static void line(final StringBuilder text, final String format, final Object... values)
    {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
