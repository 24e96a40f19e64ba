package io.tadpole.cli;

import io.tadpole.bench.Bench;
import io.tadpole.bench.Comparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.tadpole.cli.CommandRun.assertContains;
import static io.tadpole.cli.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** The command around the measurements: what it refuses, and how it shows what was found. */
final class BenchCommandTest
{
    /** What others look up; that these are measured, the benchmarks' own tests say. */
    private static final List<String> NAMES = List.of(
        "ring_rtt_vs_line", "ring_rtt_vs_agrona", "ring_rtt_p99_vs_agrona", "ring_rtt_vs_aeron",
        "ring_rtt_p99_vs_aeron", "ring_tput_vs_agrona_32", "ring_tput_vs_agrona_64", "ring_tput_vs_agrona_256",
        "ring_run_tput_vs_agrona_32", "ring_run_tput_vs_agrona_64", "ring_run_tput_vs_agrona_256",
        "ring_tput_vs_aeron", "ring_run_tput_vs_aeron", "engine_vs_disruptor", "engine_outside_vs_disruptor",
        "engine_outside_run_vs_disruptor");

    @Test
    void shouldWriteEachRatioAsAnObject()
    {
        final String ratios = NAMES.stream()
            .map(name -> "\"" + name + "\": {\"value\": 1.5, \"kept\": 9, \"dropped\": 1, \"spread\": 0.25}")
            .collect(Collectors.joining(", "));
        assertEquals(
            "{\"mode\": \"quick\", \"java\": \"" + Runtime.version() + "\", \"cores\": " +
            Runtime.getRuntime().availableProcessors() + ", \"ratios\": {" + ratios + "}, \"scenarios\": {" +
            "\"trip\": {\"line_ns\": 130.0, \"p50_ns\": 300.0, \"p99_ns\": 900.0, \"million_messages_per_s\": 3.0, " +
            "\"kept\": 9, \"dropped\": 1}, " +
            "\"rate\": {\"line_ns\": 130.0, \"p50_ns\": null, \"p99_ns\": null, \"million_messages_per_s\": 42.5, " +
            "\"kept\": 10, \"dropped\": 0}}}",
            Json.of(BenchCommand.toMap(results(new Comparison(1.5, 9, 1, 0.25)), true)));
    }

    @Test
    void shouldShowNoNumberWhereThereIsNone()
    {
        final Bench.Results results = results(new Comparison(null, 0, 10, null));
        assertContains(
            Json.of(BenchCommand.toMap(results, false)),
            "\"ring_rtt_vs_line\": {\"value\": null, \"kept\": 0, \"dropped\": 10, \"spread\": null}");
        final List<List<String>> words =
            BenchCommand.text(results).lines().map(line -> List.of(line.split(" +", -1))).toList();
        assertEquals(List.of("trip", "300", "900", "3.0", "9", "1"), words.get(1));
        assertEquals(List.of("rate", "-", "-", "42.5", "10", "0"), words.get(2));
        assertEquals(List.of("ring_rtt_vs_line", "-", "-", "0", "10"), words.get(5));
    }

    @Test
    void shouldRefuseBeforeItMeasures(@TempDir final Path folder) throws IOException
    {
        refused("--only takes some of [ring, engine, languages, kernels], not [journal]", "bench", "--only", "journal");
        refused("there is no " + folder + "/missing/a.json", "bench", "--json", folder + "/missing/a.json");
        refused("--json: no file can be written: ", "bench", "--json", folder.toString());
        final Path file = Files.writeString(folder.resolve("file"), "kept");
        refused("--json: no file can be written: ", "bench", "--json", file + "/a.json");
        assertEquals("kept", Files.readString(file));
    }

    private static Bench.Results results(final Comparison each)
    {
        final Map<String, Comparison> ratios = new LinkedHashMap<>();
        NAMES.forEach(name -> ratios.put(name, each));
        final Map<String, Bench.Figures> scenarios = new LinkedHashMap<>();
        scenarios.put("trip", new Bench.Figures(130.0, 300.0, 900.0, 3.0, 9, 1));
        scenarios.put("rate", new Bench.Figures(130.0, null, null, 42.5, 10, 0));
        return new Bench.Results(ratios, scenarios);
    }
}
