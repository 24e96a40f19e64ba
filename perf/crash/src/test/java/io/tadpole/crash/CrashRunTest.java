package io.tadpole.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The short form of {@code ./tadpole crash}: each role, each step once, and a few random moments. */
@Timeout(300)
class CrashRunTest
{
    private static final Path ROOT = Path.of(System.getProperty("tadpole.root"));
    private static final int AT_RANDOM = 4;
    private static final int NATIVE_KILLS = 30;

    /** Writes what goes on where the test's output goes. */
    private static final class Said implements CrashListener
    {
        @Override
        public void onProgress(final Role role, final long done, final long total)
        {
        }

        @Override
        public void onFinding(final String sentence)
        {
            System.out.println(sentence);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldLoseNothingAtAnyStep(final Role role) throws IOException
    {
        final int steps = Step.of(role).size();
        final CrashResult result = run(role, Language.JAVA, steps, AT_RANDOM);
        assertClean(result);
        assertEquals(steps + AT_RANDOM, result.kills());
        for (final CrashRow row : result.steps())
        {
            assertEquals(row.step().equals(CrashTable.RANDOM_MOMENT) ? AT_RANDOM : 1, row.kills(), row::step);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PRODUCER, C", "CONSUMER, C", "PRODUCER, CODON", "CONSUMER, CODON", "PRODUCER, PYTHON", "CONSUMER, PYTHON"})
    void shouldLoseNothingOfANativeProcess(final Role role, final Language language) throws IOException
    {
        assumeTrue(
            Files.isExecutable(program(language)),
            "the crash child in " + language + " is not built; run ./tadpole test");
        assertClean(run(role, language, Math.max(NATIVE_KILLS, Step.of(role).size()), NATIVE_KILLS));
    }

    @Test
    void shouldLeaveNothingBehindWhenItIsEnded() throws IOException
    {
        final int[] asked = {0};
        final CrashResult result =
            CrashRun.run(CrashConfig.java(Role.PRODUCER, 100), new Said(), () -> ++asked[0] > 20_000);
        assertTrue(result.kills() < 100, () -> "" + result.kills());
        assertTrue(result.findings().isEmpty(), () -> "" + result.findings());
        assertEquals(List.of(), folders());
        assertTrue(ProcessHandle.current().children().noneMatch(ProcessHandle::isAlive));
    }

    private static List<Path> folders() throws IOException
    {
        try (Stream<Path> all = Files.list(Path.of("/dev/shm")))
        {
            final String prefix = Workplace.folderPrefix(ProcessHandle.current());
            return all.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
        }
    }

    private static CrashResult run(final Role role, final Language language, final int atSteps, final int atRandom)
        throws IOException
    {
        final long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        final Path program = language == Language.JAVA ? null : program(language);
        return CrashRun.run(
            new CrashConfig(role, language, atSteps, atRandom, seed, program), new Said(), () -> false);
    }

    private static Path program(final Language language)
    {
        return ROOT.resolve("build/native/crash_child_" + language);
    }

    private static void assertClean(final CrashResult result)
    {
        assertTrue(result.isClean(), () -> result.findings() + " " + result.steps());
        assertTrue(result.messages() > 0);
    }
}
