package io.tadpole.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Each carrier in its real processes, a few messages each. */
@Timeout(120)
final class SubjectTest
{
    private static final long ANY_TIME_NS = 1_000_000;

    static Set<Scenario> scenarios()
    {
        final Set<Scenario> scenarios = new LinkedHashSet<>();
        Stream.concat(Ratio.ring().stream(), Ratio.engine().stream())
            .flatMap(ratio -> Stream.of(ratio.ours(), ratio.theirs()))
            .filter(scenario -> scenario.size() <= 64)
            .forEach(scenarios::add);
        return scenarios;
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void shouldCarryEachMessageAndLeaveNothing(final Scenario scenario, @TempDir final Path folder) throws IOException
    {
        final Path own = Files.createDirectory(folder.resolve("own"));
        try (Subject subject = new Subject(scenario, own))
        {
            subject.warmUp(1, ANY_TIME_NS);
            subject.run();
            subject.run();
            assertEquals(2, subject.runs().size());
            for (final Measured measured : subject.runs())
            {
                assertTrue(measured.line() > 0 && measured.run().elapsed() > 0, measured.toString());
                assertEquals(scenario.roundTrip(), measured.run().p50() > 0, measured.toString());
                assertTrue(measured.run().p99() >= measured.run().p50(), measured.toString());
            }
        }
        try (Stream<Path> left = Files.list(own))
        {
            assertEquals(0, left.count());
        }
    }

    @Test
    void shouldSayWhenItsProcessEnds(@TempDir final Path folder) throws IOException
    {
        try (Subject subject = new Subject(Scenario.throughput("ring", 64, 1), folder.resolve("missing")))
        {
            final IOException ended = assertThrows(IOException.class, subject::run);
            assertTrue(ended.toString().contains("ring throughput 64 B"), ended::toString);
        }
    }
}
