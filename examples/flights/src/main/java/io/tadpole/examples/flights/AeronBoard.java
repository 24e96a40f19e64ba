package io.tadpole.examples.flights;

import io.tadpole.aeron.AeronProducer;
import io.tadpole.aeron.Driver;
import io.tadpole.aeron.StreamConfig;
import io.tadpole.ring.IdlePolicy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind the Aeron stage: a driver in this JVM, and the second Java process, whose board joins the
 * comparison. Both serve the rehearsal and the run itself: each has a producer of its own, and a board of its own.
 * One thread, but for {@link #failure()}.
 */
final class AeronBoard implements AutoCloseable
{
    /** Terms that hold some milliseconds of events, and fit a small mount three times. */
    static final StreamConfig STREAM = StreamConfig.ipc(1).withTermBytes(1 << 20);

    private static final long PARK_NS = 1_000_000;

    private final SharedFolder folder;
    private final Driver driver;
    private final OutsideProcess process;
    private int runs;

    /**
     * Starts both.
     *
     * @param folder in which the driver and the boards lie.
     * @param clock  by which messages are stamped.
     * @throws IOException when one cannot be started: one sentence that says what to do.
     */
    AeronBoard(final SharedFolder folder, final Clock clock) throws IOException
    {
        this.folder = folder;
        driver = Driver.embedded(folder.aeron());
        process = new OutsideProcess(
            "the board behind Aeron",
            command(folder, clock),
            // Not in the command: what it is stays readable where processes are listed.
            Map.of("CLASSPATH", System.getProperty("java.class.path")));
        boolean started = false;
        try
        {
            process.start();
            started = true;
        }
        finally
        {
            if (!started)
            {
                close();
            }
        }
    }

    private static List<String> command(final SharedFolder folder, final Clock clock)
    {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        openings().forEach(command::add);
        command.addAll(List.of(
            "-XX:+UseSerialGC",
            "-Xmx64m",
            AeronBoardProcess.class.getName(),
            folder.path().toString(),
            Long.toString(clock.offsetNs()),
            Long.toString(ProcessHandle.current().pid())));
        return command;
    }

    /** What this JVM was allowed, Aeron needs there too. */
    private static Stream<String> openings()
    {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("--sun-misc-unsafe-memory-access"));
    }

    /**
     * Opens the stream of the next run. Its producer is closed before this is.
     *
     * @throws IOException when there is no space for it: one sentence that says what to do.
     */
    AeronProducer open() throws IOException
    {
        final AeronProducer producer = driver.producer(STREAM);
        runs++;
        return producer;
    }

    /**
     * Waits until the process listens.
     *
     * @param producer of the run.
     * @param watch    called again and again; throws when nobody waits any longer.
     */
    static void awaitListener(final AeronProducer producer, final Runnable watch)
    {
        final IdlePolicy idle = IdlePolicy.parking(PARK_NS);
        while (!producer.isConnected())
        {
            watch.run();
            idle.idle();
        }
    }

    /**
     * Waits for the board of the run whose producer was closed last.
     *
     * @param watch called again and again; throws when nobody waits any longer.
     * @throws IOException when it cannot be read.
     */
    CountedBoard board(final Runnable watch) throws IOException
    {
        final Path file = folder.aeronBoard(runs);
        final IdlePolicy idle = IdlePolicy.parking(PARK_NS);
        while (!Files.exists(file))
        {
            watch.run();
            idle.idle();
        }
        return CountedBoard.read(file);
    }

    /** Why there will be no board; null as long as one can be hoped for. Any thread. */
    @Nullable String failure()
    {
        final String ended = process.failure();
        return ended == null ? driver.failure() : ended;
    }

    /** Ends the process and the driver. */
    @Override
    public void close()
    {
        process.close();
        driver.close();
    }
}
