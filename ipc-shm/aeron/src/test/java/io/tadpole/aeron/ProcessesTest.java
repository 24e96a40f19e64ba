package io.tadpole.aeron;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.tadpole.ring.ChildJvm;
import io.tadpole.ring.Claim;
import io.tadpole.ring.Pattern;
import io.tadpole.ring.Received;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Driver, producer and consumer in processes of their own, which end in every way. */
@Timeout(120)
class ProcessesTest
{
    private static final String OPENED = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";
    private static final int MESSAGES = 1000;
    private static final int LONG = 200_000;

    @TempDir(factory = SharedMemory.class)
    private Path folder;

    private static ChildJvm start(final Redirect errors, final Class<?> main, final Object... arguments)
    {
        return ChildJvm.start(
            List.of(OPENED, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"), errors, main, arguments);
    }

    private static StreamConfig stream()
    {
        return TestDriver.STREAM.withTermBytes(4 << 20);
    }

    /** A plain Aeron driver, until its standard input ends. */
    static final class DriverMain
    {
        private DriverMain()
        {
        }

        public static void main(final String... arguments) throws IOException
        {
            final long livenessNs = TimeUnit.SECONDS.toNanos(Integer.parseInt(arguments[1]));
            try (MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(arguments[0])
                .counterValuesBufferLength(1 << 20)
                .clientLivenessTimeoutNs(livenessNs)
                .publicationUnblockTimeoutNs(livenessNs + 1)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new SleepingMillisIdleStrategy(1))))
            {
                System.out.println("runs " + driver.aeronDirectoryName());
                System.in.read();
            }
        }
    }

    /** Publishes messages, long and short, and then waits with a claim open. */
    static final class ProducerMain
    {
        private ProducerMain()
        {
        }

        public static void main(final String... arguments) throws IOException
        {
            final UnsafeBuffer source = new UnsafeBuffer(new byte[LONG]);
            final Claim claim = new Claim();
            try (Driver driver = Driver.external(Path.of(arguments[0]));
                AeronProducer producer = driver.producer(stream()))
            {
                for (int number = 0; number < MESSAGES; number++)
                {
                    if (number % 10 == 0)
                    {
                        Pattern.write(source, 0, LONG, number);
                        TestDriver.succeed(() -> producer.offer(source, 0, LONG));
                    }
                    else
                    {
                        TestDriver.succeed(() -> producer.tryClaim(1000, claim));
                        Pattern.write(claim.buffer(), claim.offset(), number, number);
                        claim.commit(number);
                    }
                }
                TestDriver.succeed(() -> producer.tryClaim(20_000, claim));
                System.out.println("published");
                System.in.read();
            }
        }
    }

    @Test
    void shouldCarryMessagesThroughADriverAndFromAProducerInOtherProcesses() throws IOException
    {
        final Path directory = folder.resolve("driver");
        // A producer that is killed is noticed after this time.
        try (ChildJvm process = start(Redirect.INHERIT, DriverMain.class, directory, 6))
        {
            process.await("runs " + directory);
            try (Driver driver = Driver.external(directory); AeronConsumer consumer = driver.consumer(stream()))
            {
                final Received received = new Received(0);
                try (ChildJvm producer = start(Redirect.INHERIT, ProducerMain.class, directory))
                {
                    TestDriver.await(() -> consumer.poll(received, 100) >= 0 && received.next() == MESSAGES);
                    producer.await("published");
                    assertEquals(0, consumer.poll(received, 100));
                    producer.kill();
                }
                // What it had claimed and not filled, the driver skips.
                TestDriver.await(() -> consumer.poll(received, 100) == 0 && consumer.isEndOfStream());
                final Received next = new Received(0);
                try (ChildJvm producer = start(Redirect.INHERIT, ProducerMain.class, directory))
                {
                    TestDriver.await(() -> consumer.poll(next, 100) >= 0 && next.next() == MESSAGES);
                    producer.await("published");
                    producer.go();
                    assertEquals(0, producer.exitCode());
                }
                TestDriver.await(() -> consumer.poll(next, 100) == 0 && consumer.isEndOfStream());
            }
            process.go();
            assertEquals(0, process.exitCode());
        }
    }

    @Test
    void shouldSayThatTheDriverHasGone() throws IOException
    {
        final Path directory = folder.resolve("driver");
        try (ChildJvm process = start(Redirect.INHERIT, DriverMain.class, directory, 60))
        {
            process.await("runs " + directory);
            try (Driver driver = Driver.external(directory);
                AeronConsumer consumer = driver.consumer(stream());
                AeronProducer producer = driver.producer(stream()))
            {
                final Claim claim = new Claim();
                TestDriver.succeed(() -> producer.tryClaim(1000, claim));
                Pattern.write(claim.buffer(), claim.offset(), 100, 0);
                claim.commit(100);
                process.go();
                assertEquals(0, process.exitCode());
                final Received received = new Received(0);
                TestDriver.await(() -> consumer.poll(received, 10) == Status.CLOSED);
                TestDriver.await(() ->
                {
                    final long status = producer.tryClaim(1000, claim);
                    if (status >= 0)
                    {
                        claim.abort();
                    }
                    return status == Status.CLOSED;
                });
                for (final String failure : List.of(
                    String.valueOf(consumer.failure()), String.valueOf(producer.failure())))
                {
                    assertTrue(failure.startsWith("CLOSED at position "), failure);
                    assertTrue(failure.contains(directory.toString()), failure);
                }
            }
        }
    }

    /** Aeron's own tool, in a process of its own, shows how far both are. */
    @Test
    void shouldBeSeenByAeronStat() throws IOException
    {
        try (Driver driver = Driver.embedded(folder.resolve("driver"));
            AeronConsumer consumer = driver.consumer(stream());
            AeronProducer producer = driver.producer(stream()))
        {
            final Claim claim = new Claim();
            final Received received = new Received(0);
            for (int number = 0; number < 5; number++)
            {
                TestDriver.succeed(() -> producer.tryClaim(100, claim));
                Pattern.write(claim.buffer(), claim.offset(), 100, number);
                claim.commit(100);
            }
            TestDriver.await(() -> consumer.poll(received, 10) >= 0 && received.next() == 5);
            final StringBuilder shown = new StringBuilder();
            try (ChildJvm stat = ChildJvm.start(
                List.of(OPENED, "-XX:TieredStopAtLevel=1", "-Daeron.dir=" + driver.directory()),
                Redirect.INHERIT, io.aeron.samples.AeronStat.class, "watch=false"))
            {
                for (String line = stat.readLine(); !line.equals("nothing"); line = stat.readLine())
                {
                    shown.append(line).append('\n');
                }
                assertEquals(0, stat.exitCode());
            }
            // 100 bytes and a header take 160.
            for (final String counter : List.of("pub-pos \\(exclusive\\)", "sub-pos"))
            {
                assertTrue(
                    shown.toString().lines().anyMatch(line -> line.matches(".* 800 - " + counter + ".* 7 aeron:ipc.*")),
                    shown::toString);
            }
        }
    }

    /** A whole life in one JVM. */
    static final class QuietMain
    {
        private QuietMain()
        {
        }

        public static void main(final String... arguments)
        {
            final Claim claim = new Claim();
            final Received received = new Received(0);
            try (Driver driver = Driver.embedded(Path.of(arguments[0]));
                AeronConsumer consumer = driver.consumer(stream());
                AeronProducer producer = driver.producer(stream()))
            {
                TestDriver.succeed(() -> producer.tryClaim(100, claim));
                Pattern.write(claim.buffer(), claim.offset(), 100, 0);
                claim.commit(100);
                TestDriver.await(() -> consumer.poll(received, 10) == 1);
                System.out.println("received");
            }
            catch (final IOException refused)
            {
                System.out.println(refused.getMessage());
            }
        }
    }

    @Test
    void shouldSayNothingOnTheErrorStream() throws IOException
    {
        final File errors = folder.resolve("errors").toFile();
        for (final List<String> flags : List.of(
            List.of(OPENED), List.of(OPENED, "--illegal-native-access=deny", "--sun-misc-unsafe-memory-access=deny")))
        {
            try (ChildJvm child = ChildJvm.start(flags, Redirect.to(errors), QuietMain.class, folder.resolve("driver")))
            {
                child.await("received");
                assertEquals("nothing", child.readLine());
                assertEquals(0, child.exitCode());
            }
            assertEquals("", Files.readString(errors.toPath()));
        }
    }

    @Test
    void shouldSayWhichFlagIsMissing()
    {
        try (ChildJvm child = ChildJvm.start(
            List.of(), Redirect.INHERIT, QuietMain.class, folder.resolve("driver")))
        {
            child.await("Aeron needs the JVM opened: start it with " + OPENED);
        }
    }
}
