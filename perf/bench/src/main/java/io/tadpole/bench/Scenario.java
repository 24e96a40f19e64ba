package io.tadpole.bench;

import io.tadpole.kernel.NativeKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing to measure: a carrier, and what it carries.
 *
 * @param carrier   the carrier's name, or that of what one thread does by itself.
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

    private static final Set<String> LOOPS = Set.of("kernel", "loop in java", "empty kernel", "virtual call");
    private static final Pattern OTHER = Pattern.compile("ring (?:to|from) (\\w+).*");

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
            case "engine with kernel", "engine with java" -> new SummingCarrier(peer());
            default -> throw new IllegalArgumentException("no carrier " + carrier);
        };
    }

    /** Of what one thread does by itself, in place of a carrier. */
    Loop loop() throws IOException
    {
        return switch (carrier)
        {
            case "kernel" -> Batches.of(Summing.inKernel(Objects.requireNonNull(peer())), run);
            case "loop in java" -> Batches.of(Summing.inJava(), run);
            case "empty kernel" -> new Batches(NativeKernel.load(Objects.requireNonNull(peer())), run, null);
            case "virtual call" -> new VirtualCalls();
            default -> throw new IllegalArgumentException("no loop " + carrier);
        };
    }

    /** Whether messages are received in a process of their own. */
    boolean hasReceivingProcess()
    {
        return !carrier.equals("disruptor") && !carrier.startsWith("engine ");
    }

    /**
     * The program that is at one end of the ring in place of a JVM, or the kernel that a JVM loads; null when there is
     * none.
     */
    @Nullable Path peer()
    {
        final Matcher other = OTHER.matcher(carrier);
        final String name = switch (carrier)
        {
            case "kernel", "engine with kernel" -> "bench_sum_kernel_codon";
            case "empty kernel" -> "bench_empty_kernel_codon";
            default -> other.matches() ? "bench_peer_" + other.group(1) : null;
        };
        return name == null ? null : Path.of(System.getProperty("tadpole.root", "."), "build/native", name);
    }

    boolean isInPython()
    {
        return carrier.startsWith("ring to python");
    }

    /** The launcher builds it, or says why it could not. */
    void checkPeer() throws IOException
    {
        final Path peer = peer();
        if (peer != null && !Files.isExecutable(peer))
        {
            final Path reason = Path.of(peer + ".reason");
            throw new IOException(this + " needs " + peer.getFileName() + ", which is not there: " +
                (Files.exists(reason) ? Files.readString(reason).strip() : "run ./tadpole bench"));
        }
    }

    /** The process that answers, and that starts the other one where there is one. */
    Class<?> main()
    {
        if (LOOPS.contains(carrier))
        {
            return Looping.class;
        }
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
