package io.tadpole.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Two scenarios, or one and the bare line, compared.
 *
 * @param name   of the ratio.
 * @param figure what is compared.
 * @param ours   what stands above the line.
 * @param theirs what stands below; of a comparison with the bare line the same scenario.
 */
record Ratio(String name, Figure figure, Scenario ours, Scenario theirs)
{
    private static final int RUN = 16;
    private static final int MESSAGE = 64;
    private static final int UNIT_MESSAGE = 56;
    private static final int BATCH = 64;

    /** What is compared: always ours / theirs, so less is better for times, and more for rates. */
    enum Figure
    {
        /** The median round trip, with that of the bare line. */
        LINE,
        /** The median round trip. */
        P50,
        /** The round trip that 99 of 100 do not exceed. */
        P99,
        /** Messages in a time. */
        RATE,
        /** The time of a message. */
        TIME
    }

    /** The ratios of some parts, in groups that are measured by themselves. */
    static List<List<Ratio>> groups(final Set<String> parts)
    {
        final List<List<Ratio>> groups = new ArrayList<>();
        if (parts.contains("ring"))
        {
            groups.add(ringRoundTrips());
            groups.add(Stream.of(32, MESSAGE, 256).flatMap(Ratio::ringThroughput).toList());
        }
        if (parts.contains("engine"))
        {
            groups.add(engine());
        }
        if (parts.contains("languages"))
        {
            groups.add(echoes());
            groups.add(writersAndReaders());
        }
        if (parts.contains("kernels"))
        {
            groups.add(kernels());
            groups.add(kernelInEngine());
        }
        return groups;
    }

    private static List<Ratio> ringRoundTrips()
    {
        final Scenario ring = Scenario.roundTrip("ring", MESSAGE);
        final Scenario agrona = Scenario.roundTrip("agrona", MESSAGE);
        final Scenario aeron = Scenario.roundTrip("aeron", MESSAGE);
        return List.of(
            new Ratio("ring_rtt_vs_line", Figure.LINE, ring, ring),
            new Ratio("ring_rtt_vs_agrona", Figure.P50, ring, agrona),
            new Ratio("ring_rtt_p99_vs_agrona", Figure.P99, ring, agrona),
            new Ratio("ring_rtt_vs_aeron", Figure.P50, ring, aeron),
            new Ratio("ring_rtt_p99_vs_aeron", Figure.P99, ring, aeron));
    }

    private static Stream<Ratio> ringThroughput(final int size)
    {
        final Scenario ring = Scenario.throughput("ring", size, 1);
        final Scenario runs = Scenario.throughput("ring", size, RUN);
        final Scenario agrona = Scenario.throughput("agrona", size, 1);
        final Scenario aeron = Scenario.throughput("aeron", size, 1);
        final Stream<Ratio> againstAgrona = Stream.of(
            new Ratio("ring_tput_vs_agrona_" + size, Figure.RATE, ring, agrona),
            new Ratio("ring_run_tput_vs_agrona_" + size, Figure.RATE, runs, agrona));
        return size != MESSAGE ? againstAgrona : Stream.concat(againstAgrona, Stream.of(
            new Ratio("ring_run_tput_vs_aeron", Figure.RATE, runs, aeron),
            new Ratio("ring_tput_vs_aeron", Figure.RATE, ring, aeron)));
    }

    /** A message fills one unit of it, and one slot of the Disruptor. */
    private static List<Ratio> engine()
    {
        final Scenario disruptor = Scenario.throughput("disruptor", UNIT_MESSAGE, 1);
        final Scenario outside = Scenario.throughput("engine-outside", UNIT_MESSAGE, 1);
        final Scenario disruptorRun = Scenario.throughput("disruptor", UNIT_MESSAGE, RUN);
        final Scenario outsideRun = Scenario.throughput("engine-outside", UNIT_MESSAGE, RUN);
        return List.of(
            new Ratio(
                "engine_vs_disruptor", Figure.RATE, Scenario.throughput("engine in memory", UNIT_MESSAGE, 1),
                disruptor),
            new Ratio("engine_outside_vs_disruptor", Figure.RATE, outside, disruptor),
            new Ratio("engine_outside_run_vs_disruptor", Figure.RATE, outsideRun, disruptorRun));
    }

    private static List<Ratio> echoes()
    {
        final Scenario java = Scenario.roundTrip("ring", MESSAGE);
        return Stream.of("c", "codon")
            .map(language -> new Ratio(
                language + "_echo_rtt_vs_java", Figure.P50, Scenario.roundTrip("ring to " + language, MESSAGE), java))
            .toList();
    }

    /** A loop in Python stands for those who do without the extension. */
    private static List<Ratio> writersAndReaders()
    {
        final Scenario java = Scenario.throughput("ring", MESSAGE, 1);
        final Scenario batches = Scenario.throughput("ring to python", MESSAGE, 1);
        return List.of(
            new Ratio("c_writer_vs_java", Figure.RATE, Scenario.throughput("ring from c", MESSAGE, 1), java),
            new Ratio("codon_writer_vs_java", Figure.RATE, Scenario.throughput("ring from codon", MESSAGE, 1), java),
            new Ratio("python_batches_vs_java", Figure.RATE, batches, java),
            new Ratio(
                "python_batches_vs_loop", Figure.RATE, batches,
                Scenario.throughput("ring to python loop", MESSAGE, 1)));
    }

    private static List<Ratio> kernels()
    {
        return List.of(
            new Ratio(
                "kernel_message_vs_java", Figure.TIME, Scenario.throughput("kernel", UNIT_MESSAGE, BATCH),
                Scenario.throughput("loop in java", UNIT_MESSAGE, BATCH)),
            new Ratio(
                "kernel_empty_vs_virtual_call", Figure.TIME, Scenario.throughput("empty kernel", UNIT_MESSAGE, 1),
                Scenario.throughput("virtual call", UNIT_MESSAGE, 1)));
    }

    private static List<Ratio> kernelInEngine()
    {
        return List.of(new Ratio(
            "kernel_engine_vs_java", Figure.RATE, Scenario.throughput("engine with kernel", UNIT_MESSAGE, 1),
            Scenario.throughput("engine with java", UNIT_MESSAGE, 1)));
    }

    /** What some ratios compare, each once: the two of a ratio beside each other, as far as that goes. */
    static SequencedSet<Scenario> scenarios(final List<Ratio> ratios)
    {
        final SequencedSet<Scenario> scenarios = new LinkedHashSet<>();
        for (final Ratio ratio : ratios)
        {
            if (!scenarios.isEmpty() && scenarios.getFirst().equals(ratio.ours) && !scenarios.contains(ratio.theirs))
            {
                scenarios.addFirst(ratio.theirs);
            }
            else
            {
                scenarios.add(ratio.ours);
                scenarios.add(ratio.theirs);
            }
        }
        return scenarios;
    }

    /**
     * Whether two runs may be compared. Python bounces the line more slowly than the others, so beside one of those its
     * line says nothing of how far apart the cores are: then both only have to be steady.
     */
    boolean isOf(final Measured our, final Measured their)
    {
        return ours.isInPython() == theirs.isInPython() ?
            our.isComparableWith(their) : our.isSteady() && their.isSteady();
    }

    /** The ratio of two runs. */
    double of(final Measured our, final Measured their)
    {
        return switch (figure)
        {
            case LINE -> our.run().p50() / our.line();
            case P50 -> (double)our.run().p50() / their.run().p50();
            case P99 -> (double)our.run().p99() / their.run().p99();
            case RATE -> our.rate() / their.rate();
            case TIME -> their.rate() / our.rate();
        };
    }
}
