package io.tadpole.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures the ring and the engine beside their peers. It wants a machine that does nothing else, with two cores at
 * least: each run has two threads that spin.
 */
public final class Bench
{
    /** What can be measured. */
    public static final Set<String> PARTS = new LinkedHashSet<>(List.of("ring", "engine", "languages", "kernels"));

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Duration RUN_LIMIT = Duration.ofSeconds(60);

    private final int warmUps;
    private final int rounds;
    private final long runNs;
    private final Consumer<String> progress;
    private final BooleanSupplier ended;
    private final Map<String, Comparison> comparisons = new LinkedHashMap<>();
    private final Map<String, Figures> figures = new LinkedHashMap<>();

    /**
     * The medians of what one scenario found, over its steady runs; null when it had none.
     *
     * @param lineNs              round trip of the bare line.
     * @param p50Ns               median round trip; null for a throughput.
     * @param p99Ns               round trip that 99 of 100 do not exceed; null for a throughput.
     * @param millionMessagesPerS throughput; of round trips one at a time.
     * @param kept                steady runs.
     * @param dropped             the others.
     */
    public record Figures(
        @Nullable Double lineNs, @Nullable Double p50Ns, @Nullable Double p99Ns, @Nullable Double millionMessagesPerS,
        int kept, int dropped)
    {
    }

    /**
     * What was found.
     *
     * @param ratios    by name: ours / theirs.
     * @param scenarios by name, in absolute numbers: of this machine and this hour only.
     */
    public record Results(Map<String, Comparison> ratios, Map<String, Figures> scenarios)
    {
    }

    private Bench(final boolean quick, final Consumer<String> progress, final BooleanSupplier ended)
    {
        this.warmUps = quick ? 25 : 50;
        this.rounds = quick ? 15 : 50;
        this.runNs = quick ? 100_000_000L : 250_000_000L;
        this.progress = progress;
        this.ended = ended;
    }

    /**
     * Measures.
     *
     * @param parts    of {@link #PARTS}.
     * @param quick    fewer and shorter runs: within ten minutes for all parts.
     * @param progress is told what happens, a line each.
     * @param ended    whether to end now, between two runs.
     * @return what was found.
     * @throws IOException    when a measuring process cannot be started: one sentence.
     * @throws BenchException when a scenario fails, or all was ended.
     */
    public static Results run(
        final Set<String> parts, final boolean quick, final Consumer<String> progress, final BooleanSupplier ended)
        throws IOException, BenchException
    {
        if (!Files.isWritable(SHARED_MEMORY))
        {
            throw new IOException("the rings lie in shared memory, and there is no " + SHARED_MEMORY + " to write in");
        }
        final List<List<Ratio>> groups = Ratio.groups(parts);
        for (final List<Ratio> group : groups)
        {
            for (final Scenario scenario : Ratio.scenarios(group))
            {
                scenario.checkPeer();
            }
        }
        final Bench bench = new Bench(quick, progress, ended);
        for (final List<Ratio> group : groups)
        {
            bench.measure(group);
        }
        return new Results(bench.comparisons, bench.figures);
    }

    /**
     * Runs the scenarios of some ratios in turn, round by round, back and forth: so each pair of runs is as close as
     * can be, and each of the two is as often the first.
     */
    private void measure(final List<Ratio> ratios) throws IOException, BenchException
    {
        final Path folder = Files.createTempDirectory(SHARED_MEMORY, "tadpole-bench-");
        final SequencedMap<Scenario, Subject> subjects = new LinkedHashMap<>();
        try
        {
            for (final Scenario scenario : Ratio.scenarios(ratios))
            {
                progress.accept("warming up: " + scenario);
                final Path own = Files.createDirectory(folder.resolve("scenario-" + subjects.size()));
                final Subject subject = new Subject(scenario, own, RUN_LIMIT);
                subjects.put(scenario, subject);
                for (int i = 0; i < warmUps; i++)
                {
                    checkNotEnded();
                    subject.warmUp(runNs);
                }
            }
            for (int round = 1; round <= rounds || (round <= 2 * rounds && !isEnough(ratios, subjects)); round++)
            {
                progress.accept("round " + round + " of " + (round <= rounds ? "" : "at most ") +
                    (round <= rounds ? rounds : 2 * rounds));
                final SequencedMap<Scenario, Subject> order = round % 2 == 0 ? subjects : subjects.reversed();
                for (final Subject subject : order.values())
                {
                    checkNotEnded();
                    subject.run();
                }
            }
        }
        finally
        {
            subjects.values().forEach(Subject::close);
            Jvm.delete(folder);
        }
        ratios.forEach(ratio -> comparisons.put(ratio.name(), compare(ratio, subjects)));
        subjects.forEach((scenario, subject) -> figures.put(scenario.toString(), figuresOf(scenario, subject.runs())));
    }

    private void checkNotEnded() throws BenchException
    {
        if (ended.getAsBoolean())
        {
            throw new BenchException("ended before all was measured");
        }
    }

    /** Whether each ratio has half as many pairs as there are rounds: a restless machine gets more of these. */
    private boolean isEnough(final List<Ratio> ratios, final Map<Scenario, Subject> subjects)
    {
        return ratios.stream().allMatch(ratio -> compare(ratio, subjects).kept() >= rounds / 2);
    }

    private static Comparison compare(final Ratio ratio, final Map<Scenario, Subject> subjects)
    {
        final List<Measured> ours = Objects.requireNonNull(subjects.get(ratio.ours())).runs();
        final List<Measured> theirs = Objects.requireNonNull(subjects.get(ratio.theirs())).runs();
        final List<Double> kept = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++)
        {
            if (ratio.isOf(ours.get(i), theirs.get(i)))
            {
                kept.add(ratio.of(ours.get(i), theirs.get(i)));
            }
        }
        return Comparison.of(kept, ours.size() - kept.size());
    }

    private static Figures figuresOf(final Scenario scenario, final List<Measured> runs)
    {
        final List<Measured> steady = runs.stream().filter(Measured::isSteady).toList();
        final List<Measured> trips = scenario.roundTrip() ? steady : List.of();
        return new Figures(
            Comparison.median(steady.stream().map(Measured::line).toList()),
            Comparison.median(trips.stream().map(measured -> (double)measured.run().p50()).toList()),
            Comparison.median(trips.stream().map(measured -> (double)measured.run().p99()).toList()),
            Comparison.median(steady.stream().map(measured -> measured.rate() * 1e3).toList()),
            steady.size(),
            runs.size() - steady.size());
    }
}
