package io.tadpole.cli;

import io.tadpole.bench.Bench;
import io.tadpole.bench.Comparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
    description = "Measure the ring beside Agrona's and Aeron IPC, and the engine beside the Disruptor, in one run. "
        + "Two threads bounce a bare cache line before and after each run; only runs whose probes agree are kept. "
        + "Every ratio is ours / theirs. Wants a machine that does nothing else. Fails when too few runs are kept.")
final class BenchCommand implements Callable<Integer>
{
    private static final int FEWEST_KEPT = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--quick", description = "Fewer and shorter runs: within 8 minutes.")
    private boolean quick;

    @Option(names = "--only", paramLabel = "PART", split = ",",
        description = "What to measure: ring, engine, or both, with a comma between (default: both).")
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
        if (json != null && (Files.isDirectory(json) || !Files.isDirectory(json.toAbsolutePath().resolveSibling("."))))
        {
            throw new ParameterException(spec.commandLine(), "--json: no file can be written at " + json);
        }
        final PrintWriter err = spec.commandLine().getErr();
        final Bench.Results results = Bench.run(parts, quick, line ->
        {
            err.println("tadpole: " + line);
            err.flush();
        });
        if (json != null)
        {
            Files.writeString(json, Json.of(toMap(results)) + "\n");
        }
        final PrintWriter out = spec.commandLine().getOut();
        out.print(text(results));
        out.flush();
        return everyRatioCounts(results, err) ? Tadpole.DONE : Tadpole.FAILED;
    }

    private static boolean everyRatioCounts(final Bench.Results results, final PrintWriter err)
    {
        boolean all = true;
        for (final Map.Entry<String, Comparison> ratio : results.ratios().entrySet())
        {
            if (ratio.getValue().kept() < FEWEST_KEPT)
            {
                err.println("tadpole: " + ratio.getKey() + ": only " + ratio.getValue().kept() + " pairs of runs " +
                    "were steady; measure again on a quiet machine, or without --quick");
                all = false;
            }
        }
        err.flush();
        return all;
    }

    private static Map<String, @Nullable Object> toMap(final Bench.Results results)
    {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("ratios", results.ratios());
        map.put("scenarios", results.scenarios());
        return map;
    }

    private static String text(final Bench.Results results)
    {
        final StringBuilder text = new StringBuilder();
        text.append(line("%-34s %9s %9s %9s %5s %8s", "scenario", "p50 ns", "p99 ns", "M msgs/s", "kept", "dropped"));
        results.scenarios().forEach((name, figures) -> text.append(line(
            "%-34s %9.0f %9.0f %9.1f %5d %8d",
            name, figures.p50Ns(), figures.p99Ns(), figures.millionMessagesPerS(), figures.kept(), figures.dropped())));
        text.append(line("%n%-34s %9s %9s %15s %8s", "ratio: ours / theirs", "median", "spread", "kept", "dropped"));
        results.ratios().forEach((name, ratio) -> text.append(line(
            "%-34s %9.2f %9.2f %15d %8d", name, ratio.value(), ratio.spread(), ratio.kept(), ratio.dropped())));
        return text.toString();
    }

    private static String line(final String format, final Object... values)
    {
        return String.format(Locale.ROOT, format + "%n", values);
    }
}
