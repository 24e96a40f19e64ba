package io.tadpole.cli;

import io.tadpole.ring.Channel;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The quick start: what a newcomer copies must run, without any flag, and be read and answered in each language. */
final class QuickStartTest
{
    private static final Path ROOT = Path.of(System.getProperty("tadpole.root"));
    private static final Path EXAMPLES = ROOT.resolve("examples/quickstart");
    private static final int MOST_LINES = 30;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"python", "c", "codon"})
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void shouldBeReadAndAnswered(final String language) throws Exception
    {
        final Path program = ROOT.resolve("build/native/quickstart_" + language);
        assumeTrue(Files.isExecutable(program), "the quick start in " + language + " is not built; run ./tadpole test");
        final Path events = folder.resolve("events");
        final Path answers = folder.resolve("answers");
        final Path errors = folder.resolve("errors.txt");
        final Process java = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp", System.getProperty("java.class.path"), EXAMPLES.resolve("QuickStart.java").toString(),
            events.toString(), answers.toString())
            .redirectInput(new File("/dev/null"))
            .redirectError(errors.toFile())
            .start();
        while (!isWhole(events) || !isWhole(answers))
        {
            assertTrue(java.isAlive(), () -> read(errors));
            Thread.yield();
        }
        final Process reader = new ProcessBuilder(program.toString(), events.toString(), answers.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        try (BufferedReader read = reader.inputReader(StandardCharsets.UTF_8))
        {
            assertEquals(List.of("5", "10", "15"), List.of(read.readLine(), read.readLine(), read.readLine()));
            final String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, java.waitFor(), () -> read(errors));
            assertEquals("10\n20\n30\n", output);
            assertEquals("", read(errors));
        }
        finally
        {
            java.destroyForcibly().waitFor();
            reader.destroyForcibly().waitFor();
        }
    }

    private static boolean isWhole(final Path channel)
    {
        try
        {
            Channel.describe(channel);
            return true;
        }
        catch (final IOException notYet)
        {
            return false;
        }
    }

    private static String read(final Path file)
    {
        try
        {
            return Files.readString(file);
        }
        catch (final IOException unreadable)
        {
            return unreadable.toString();
        }
    }

    @Test
    void shouldBeShortInEachLanguage() throws IOException
    {
        for (final String file : List.of("QuickStart.java", "quickstart.py", "quickstart.c", "quickstart.codon"))
        {
            final long lines = Files.readString(EXAMPLES.resolve(file)).lines().count();
            assertTrue(lines <= MOST_LINES, file + " has " + lines + " lines");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"QuickStart.java", "quickstart.py", "quickstart.codon"})
    void shouldStandInTheReadme(final String file) throws IOException
    {
        final String language = file.endsWith(".py") ? "python" : file.replaceFirst(".*\\.", "");
        final Matcher block = Pattern.compile("```" + language + "\\R(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve("README.md")));
        assertTrue(block.find(), "no " + language + " in the README");
        assertEquals(Files.readString(EXAMPLES.resolve(file)), block.group(1));
    }
}
