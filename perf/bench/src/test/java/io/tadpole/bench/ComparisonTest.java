package io.tadpole.bench;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class ComparisonTest
{
    private static final double EXACT = 1e-12;

    @Test
    void shouldTakeTheMedianAndTheMiddleHalf()
    {
        assertEquals(new Comparison(3.0, 5, 2, 2.0), Comparison.of(List.of(5.0, 1.0, 3.0, 4.0, 2.0), 2));
        assertEquals(new Comparison(2.5, 4, 0, 1.5), Comparison.of(List.of(4.0, 1.0, 3.0, 2.0), 0));
        assertEquals(new Comparison(null, 0, 7, null), Comparison.of(List.of(), 7));
    }

    @Test
    void shouldCompareOnlyRunsWhoseProbesAgree()
    {
        final Measured near = measured(130, 150, 1_000, 300, 400);
        assertTrue(near.isSteady());
        assertTrue(near.isComparableWith(measured(150, 130, 1_000, 1, 1)));
        assertFalse(measured(130, 400, 1_000, 1, 1).isSteady());
        assertFalse(near.isComparableWith(measured(400, 390, 1_000, 1, 1)));
        assertFalse(near.isComparableWith(measured(130, 400, 1_000, 1, 1)));
        assertFalse(measured(130, 400, 1_000, 1, 1).isComparableWith(near));
    }

    @Test
    void shouldDivideOursByTheirs()
    {
        final Measured ours = measured(100, 100, 1_000, 300, 800);
        final Measured theirs = measured(100, 100, 2_000, 200, 400);
        assertEquals(3, ratio(Ratio.Figure.LINE).of(ours, ours), EXACT);
        assertEquals(1.5, ratio(Ratio.Figure.P50).of(ours, theirs), EXACT);
        assertEquals(2, ratio(Ratio.Figure.P99).of(ours, theirs), EXACT);
        assertEquals(2, ratio(Ratio.Figure.RATE).of(ours, theirs), EXACT);
        assertEquals(0.5, ratio(Ratio.Figure.TIME).of(ours, theirs), EXACT);
    }

    @Test
    void shouldNameEachRatioOnce()
    {
        final List<String> names = Ratio.groups(Bench.PARTS).stream().flatMap(List::stream)
            .map(Ratio::name).sorted().toList();
        assertEquals(
            List.of(
                "c_echo_rtt_vs_java", "c_writer_vs_java", "codon_echo_rtt_vs_java", "codon_writer_vs_java",
                "engine_outside_run_vs_disruptor", "engine_outside_vs_disruptor", "engine_vs_disruptor",
                "kernel_empty_vs_virtual_call", "kernel_engine_vs_java", "kernel_message_vs_java",
                "python_batches_vs_java", "python_batches_vs_loop",
                "ring_rtt_p99_vs_aeron", "ring_rtt_p99_vs_agrona", "ring_rtt_vs_aeron", "ring_rtt_vs_agrona",
                "ring_rtt_vs_line", "ring_run_tput_vs_aeron", "ring_run_tput_vs_agrona_256",
                "ring_run_tput_vs_agrona_32", "ring_run_tput_vs_agrona_64", "ring_tput_vs_aeron",
                "ring_tput_vs_agrona_256", "ring_tput_vs_agrona_32", "ring_tput_vs_agrona_64"),
            names);
    }

    @Test
    void shouldPutWhatIsComparedSideBySide()
    {
        assertEquals(
            List.of(
                List.of("agrona round trip 64 B", "ring round trip 64 B", "aeron round trip 64 B"),
                List.of(
                    "ring throughput 32 B", "agrona throughput 32 B", "ring throughput 32 B in runs of 16",
                    "ring throughput 64 B", "agrona throughput 64 B", "ring throughput 64 B in runs of 16",
                    "aeron throughput 64 B",
                    "ring throughput 256 B", "agrona throughput 256 B", "ring throughput 256 B in runs of 16"),
                List.of(
                    "engine in memory throughput 56 B", "disruptor throughput 56 B", "engine-outside throughput 56 B",
                    "engine-outside throughput 56 B in runs of 16", "disruptor throughput 56 B in runs of 16"),
                List.of("ring to c round trip 64 B", "ring round trip 64 B", "ring to codon round trip 64 B"),
                List.of(
                    "ring from c throughput 64 B", "ring throughput 64 B", "ring from codon throughput 64 B",
                    "ring to python throughput 64 B", "ring to python loop throughput 64 B"),
                List.of(
                    "kernel throughput 56 B in runs of 64", "loop in java throughput 56 B in runs of 64",
                    "empty kernel throughput 56 B", "virtual call throughput 56 B"),
                List.of("engine with kernel throughput 56 B", "engine with java throughput 56 B")),
            Ratio.groups(Bench.PARTS).stream()
                .map(group -> Ratio.scenarios(group).stream().map(Scenario::toString).toList()).toList());
    }

    @Test
    void shouldReadARunThatItWrote()
    {
        final Run run = new Run(130, 140, 1_000_000_000_000L, 300, 900);
        assertEquals(run, Run.parse(run.toString()));
    }

    private static Measured measured(
        final long before, final long after, final long elapsed, final long p50, final long p99)
    {
        return new Measured(new Run(before, after, elapsed, p50, p99), 1_000);
    }

    private static Ratio ratio(final Ratio.Figure figure)
    {
        final Scenario scenario = Scenario.throughput("ring", 64, 1);
        return new Ratio("any", figure, scenario, scenario);
    }
}
