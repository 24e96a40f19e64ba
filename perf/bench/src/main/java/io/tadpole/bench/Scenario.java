package io.tadpole.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * One thing to measure: a carrier, and what it carries.
 *
 * @param carrier   the carrier's name.
 * @param roundTrip whether messages go there and back one at a time; otherwise one way, as many as there is space for.
 * @param size      of a message in bytes.
 * @param run       how many messages become visible together.
 */
record Scenario(String carrier, boolean roundTrip, int size, int run)
{
    /** Of each ring, ours and Agrona's, and of Aeron's window. */
    static final int RING_BYTES = 1 << 20;

    /** Of an engine's ring, and of all slots of a Disruptor. */
    static final int ENGINE_BYTES = 4 << 20;

    static Scenario roundTrip(final String carrier, final int size)
    {
        return new Scenario(carrier, true, size, 1);
    }

    static Scenario throughput(final String carrier, final int size, final int run)
    {
        return new Scenario(carrier, false, size, run);
    }

    Carrier connect()
    {
        return switch (carrier)
        {
            case "ring", "ring to c", "ring to codon", "ring to python", "ring to python loop", "ring from c",
                "ring from codon" -> new RingCarrier();
            case "agrona" -> new AgronaCarrier();
            case "aeron" -> new AeronCarrier();
            case "engine in memory" -> new EngineCarrier(false);
            case "engine-outside" -> new EngineCarrier(true);
            case "disruptor" -> new DisruptorCarrier();
            default -> throw new IllegalArgumentException("no carrier " + carrier);
        };
    }

    /** Whether messages are received in a process of their own. */
    boolean hasReceivingProcess()
    {
        return !carrier.equals("engine in memory") && !carrier.equals("disruptor");
    }

    /** The program that is at one end of the ring in place of a JVM; empty when there is none. */
    List<String> peer()
    {
        final Path root = Path.of(System.getProperty("tadpole.root", "."));
        return switch (carrier)
        {
            case "ring to c", "ring from c" -> List.of(root.resolve("build/native/bench_peer_c").toString());
            case "ring to codon", "ring from codon" ->
                List.of(root.resolve("build/native/bench_peer_codon").toString());
            case "ring to python", "ring to python loop" -> List.of(
                root.resolve("build/python/bin/python").toString(),
                root.resolve("perf/bench/src/main/python/bench_peer.py").toString());
            default -> List.of();
        };
    }

    /** The process that starts the other one, and answers for both. */
    Class<?> main()
    {
        return carrier.contains(" from ") ? Relaying.class : Sending.class;
    }

    List<String> arguments()
    {
        return List.of(carrier, Boolean.toString(roundTrip), Integer.toString(size), Integer.toString(run));
    }

    static Scenario parse(final String[] arguments)
    {
        if (arguments.length != 4)
        {
            throw new IllegalArgumentException("no scenario: " + Arrays.toString(arguments));
        }
        return new Scenario(
            arguments[0],
            Boolean.parseBoolean(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]));
    }

    @Override
    public String toString()
    {
        return carrier + (roundTrip ? " round trip " : " throughput ") + size + " B" +
            (run == 1 ? "" : " in runs of " + run);
    }
}
