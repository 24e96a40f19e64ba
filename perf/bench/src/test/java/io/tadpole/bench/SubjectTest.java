package io.tadpole.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Each carrier in its real processes, a few messages each. */
@Timeout(120)
final class SubjectTest
{
    private static final Scenario RING = Scenario.throughput("ring", 64, 1);
    private static final long ANY_TIME_NS = 1_000_000;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** The other sizes take the same ways. */
    static Stream<Scenario> scenarios()
    {
        return Ratio.groups(Bench.PARTS).stream()
            .flatMap(group -> Ratio.scenarios(group).stream())
            .filter(scenario -> scenario.size() != 32 && scenario.size() != 256);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void shouldCarryEachMessageAndLeaveNothing(final Scenario scenario, @TempDir final Path folder) throws Exception
    {
        final Path peer = scenario.peer();
        assumeTrue(peer == null || Files.isExecutable(peer), () -> peer + " is not built; run ./tadpole test");
        final Path own = Files.createDirectory(folder.resolve("own"));
        try (Subject subject = new Subject(scenario, own, LIMIT))
        {
            subject.warmUp(ANY_TIME_NS);
            subject.run();
            assertEquals(1, subject.runs().size());
            final Measured measured = subject.runs().getFirst();
            assertTrue(measured.line() > 0 && measured.run().elapsed() > 0, measured.toString());
            assertEquals(scenario.roundTrip(), measured.run().p50() > 0, measured.toString());
            assertTrue(measured.run().p99() >= measured.run().p50(), measured.toString());
            try (Stream<Path> left = Files.list(own))
            {
                assertEquals(List.of(), left.filter(path -> !path.endsWith("driver")).toList());
            }
        }
        assertFalse(Files.exists(own));
    }

    @Test
    void shouldSayWhenItsProcessEnds(@TempDir final Path folder) throws Exception
    {
        try (Subject subject = new Subject(RING, folder.resolve("missing"), LIMIT))
        {
            assertFails("its process ended with exit code 1;", subject);
        }
    }

    /** Most of a short run is the bare line: there the sending thread spins, and looks at nothing else. */
    @Test
    void shouldSayWhenTheReceivingProcessIsKilled(@TempDir final Path folder) throws Exception
    {
        try (Subject subject = new Subject(RING, folder, LIMIT))
        {
            subject.warmUp(ANY_TIME_NS);
            final ProcessHandle sending = ProcessHandle.current().children()
                .filter(child -> child.descendants().count() == 1).findAny().orElseThrow();
            final ProcessHandle receiving = sending.children().findAny().orElseThrow();
            CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(receiving::destroyForcibly);
            assertFails("its process ended with exit code 137;", subject);
        }
    }

    @Test
    void shouldEndAScenarioThatHangs(@TempDir final Path folder) throws Exception
    {
        try (Subject subject = new Subject(RING, folder, Duration.ofMillis(1)))
        {
            assertFails("a run did not end within", subject);
        }
    }

    @Test
    void shouldEndTheProcessThatMissesAMessage(@TempDir final Path folder) throws Exception
    {
        assertEquals(1, Jvm.start(Missing.class, folder, RING).waitFor());
    }

    /** Gets the messages 0 and 2. */
    static final class Missing
    {
        private Missing()
        {
        }

        public static void main(final String[] arguments) throws IOException
        {
            final Tally tally = new Tally(new Line(Path.of(arguments[0], "line")));
            tally.on(0);
            tally.on(2);
        }
    }

    private static void assertFails(final String reason, final Subject subject)
    {
        final BenchException failed = assertThrows(BenchException.class, () ->
        {
            while (true)
            {
                subject.run();
            }
        });
        assertTrue(failed.toString().contains("ring throughput 64 B: " + reason), failed::toString);
    }
}
