package io.tadpole.cli;

import io.tadpole.bench.Bench;
import io.tadpole.bench.BenchException;
import io.tadpole.bench.Comparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the ring and the engine beside their peers. */
@Command(
    name = "bench",
    description = {
        "Measure the ring beside Agrona's and Aeron IPC, the engine beside the Disruptor, the ring in C, Codon and "
        + "Python beside Java's, and native kernels beside the same in Java, in one run. "
        + "Two threads bounce a bare cache line before and after each run; only runs whose probes agree are kept. "
        + "A ratio is ours / theirs: the median of the kept pairs of runs, and as spread the distance between their "
        + "first and third quartile. Wants a machine that does nothing else. Fails when too few runs are kept, or a "
        + "message is lost or changed.",
        "",
        "engine_vs_disruptor is the engine over memory of its own, which writes neither a tail nor counts for others; "
        + "engine_outside... is over a mapped ring, one stage outside and none inside. Aeron's driver is a third busy "
        + "thread, on two cores too. All senders spin when a ring is full; the Disruptor's next() would park, so its "
        + "sender calls tryNext().",
        "",
        "kernel_message... and kernel_empty... are times, of one thread by itself: there the core's speed takes the "
        + "line's place. An empty batch is one record, handed to a kernel that answers at once."})
final class BenchCommand implements Callable<Integer>
{
    private static final int FEWEST_KEPT = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--quick", description = "Fewer and shorter runs: within 10 minutes.")
    private boolean quick;

    @Option(names = "--only", paramLabel = "PART", split = ",",
        description = "What to measure: ring, engine, languages, kernels, with commas between (default: all).")
    private @Nullable Set<String> only;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results to this file, as one JSON object.")
    private @Nullable Path json;

    /** Creates the command; for picocli. */
    BenchCommand()
    {
    }

    @Override
    public Integer call() throws IOException
    {
        final Set<String> parts = only == null ? Bench.PARTS : new LinkedHashSet<>(only);
        if (!Bench.PARTS.containsAll(parts))
        {
            throw new ParameterException(spec.commandLine(), "--only takes some of " + Bench.PARTS + ", not " + parts);
        }
        if (Runtime.getRuntime().availableProcessors() < 2)
        {
            throw new ParameterException(
                spec.commandLine(), "each run has two threads that spin, and this machine has one core");
        }
        checkJson();
        try (EndSignal end = new EndSignal())
        {
            return measure(parts, end);
        }
    }

    /** Minutes later would be too late. What the file holds stays until then. */
    private void checkJson()
    {
        if (json != null)
        {
            try
            {
                Files.newOutputStream(json, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
            }
            catch (final IOException refused)
            {
                throw new ParameterException(
                    spec.commandLine(), "--json: no file can be written: " + Sentence.of(refused), refused);
            }
        }
    }

    private int measure(final Set<String> parts, final EndSignal end) throws IOException
    {
        final Bench.Results results;
        try
        {
            results = Bench.run(parts, quick, this::say, end::isGiven);
        }
        catch (final BenchException failed)
        {
            if (!end.isGiven())
            {
                say(String.valueOf(failed.getMessage()));
            }
            return Tadpole.FAILED;
        }
        final PrintWriter out = spec.commandLine().getOut();
        out.print(text(results));
        out.flush();
        if (json != null)
        {
            Files.writeString(json, Json.of(toMap(results, quick)) + "\n");
        }
        return everyRatioCounts(results) ? Tadpole.DONE : Tadpole.FAILED;
    }

    private void say(final String sentence)
    {
        final PrintWriter err = spec.commandLine().getErr();
        err.println("tadpole: " + sentence);
        err.flush();
    }

    private boolean everyRatioCounts(final Bench.Results results)
    {
        boolean all = true;
        for (final Map.Entry<String, Comparison> ratio : results.ratios().entrySet())
        {
            if (ratio.getValue().kept() < FEWEST_KEPT)
            {
                say(ratio.getKey() + ": only " + ratio.getValue().kept() + " pairs of runs " +
                    "were steady; measure again on a quiet machine, or without --quick");
                all = false;
            }
        }
        return all;
    }

    static Map<String, @Nullable Object> toMap(final Bench.Results results, final boolean quick)
    {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("mode", quick ? "quick" : "full");
        map.put("java", Runtime.version().toString());
        map.put("cores", Runtime.getRuntime().availableProcessors());
        map.put("ratios", results.ratios());
        map.put("scenarios", results.scenarios());
        return map;
    }

    static String text(final Bench.Results results)
    {
        final StringBuilder text = new StringBuilder();
        text.append(line("%-44s %9s %9s %9s %5s %8s", "scenario", "p50 ns", "p99 ns", "M msgs/s", "kept", "dropped"));
        results.scenarios().forEach((name, figures) -> text.append(line(
            "%-44s %9s %9s %9s %5d %8d",
            name, number("%.0f", figures.p50Ns()), number("%.0f", figures.p99Ns()),
            number("%.1f", figures.millionMessagesPerS()), figures.kept(), figures.dropped())));
        text.append(line("%n%-44s %9s %9s %15s %8s", "ratio: ours / theirs", "median", "spread", "kept", "dropped"));
        results.ratios().forEach((name, ratio) -> text.append(line(
            "%-44s %9s %9s %15d %8d", name, number("%.2f", ratio.value()), number("%.2f", ratio.spread()), ratio.kept(),
            ratio.dropped())));
        return text.toString();
    }

    private static String number(final String format, final @Nullable Double value)
    {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }

    private static String line(final String format, final Object... values)
    {
        return String.format(Locale.ROOT, format + "%n", values);
    }
}
