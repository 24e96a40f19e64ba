package io.tadpole.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.tadpole.cli.CommandRun.assertContains;
import static io.tadpole.cli.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The command around the kills: what it takes, prints and leaves. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CrashCommandTest
{
    private static final Path ROOT = Path.of(System.getProperty("tadpole.root", "."));
    private static final int TERMINATED = 128 + 15;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path copy;

    @Test
    void shouldRefuseWhatCannotBeKilled() throws IOException
    {
        refused("'--ring=N'", "crash");
        refused("--ring must be at least 1 kill, not 0", "crash", "--ring", "0");
        refused("'publisher' is not producer, consumer or engine", "crash", "--ring", "1", "--role", "publisher");
        refused("'rust' is not java, codon, c or python", "crash", "--ring", "1", "--language", "rust");
        for (final String language : List.of("c", "codon", "python"))
        {
            refused(
                "there is no engine in " + language + ": a stage outside the JVM is a consumer; use --role consumer",
                "crash", "--ring", "1", "--role", "engine", "--language", language);
        }
    }

    @Test
    void shouldSayWhyThereIsNoNativeProcess() throws IOException
    {
        final String root = System.setProperty("tadpole.root", copy.toString());
        try
        {
            refused("there is no process in c to kill: it was not built", "crash", "--ring", "1", "--language", "c");
            Files.createDirectories(copy.resolve("build/native"));
            Files.writeString(copy.resolve("build/native/crash_child_c.reason"), "gcc is missing\n");
            refused("there is no process in c to kill: gcc is missing", "crash", "--ring", "1", "--language", "c");
        }
        finally
        {
            System.setProperty("tadpole.root", root);
        }
    }

    @Test
    void shouldPrintTheTableAndTheSeed()
    {
        final CommandRun run = CommandRun.of("crash", "--ring", "2", "--role", "producer", "--seed", "4711");
        assertEquals(Tadpole.DONE, run.exitCode(), run.out() + run.err());
        assertTrue(
            run.out().matches("(?s)producer in java +kills +whole +repeated +wrongly +lost +corrupt +stuck\\R.*"),
            run.out());
        assertContains(run.out(), "tail stored");
        assertTrue(run.out().matches("(?s).*\\Rrandom moment +1 +1 +0 +0 +0 +0 +0\\R.*"), run.out());
        assertContains(run.out(), "2 of 2 kills");
        assertContains(run.out(), "seed 4711; clean");
        assertContains(run.err(), "crash: producer: 2 of 2 kills");
    }

    @Test
    void shouldPrintOneJsonObject()
    {
        final CommandRun run = CommandRun.of("crash", "--ring", "1", "--role", "consumer", "--seed", "-1", "--json");
        assertEquals(Tadpole.DONE, run.exitCode(), run.out() + run.err());
        assertEquals(1, run.out().lines().count());
        assertContains(run.out(), "{\"clean\": true, \"seed\": \"-1\", \"roles\": [{\"role\": \"consumer\", "
            + "\"language\": \"java\", \"clean\": true, \"planned\": 1, \"kills\": 1, ");
        assertContains(run.out(), "{\"step\": \"position published\", \"kills\": ");
        assertContains(run.out(), "\"repeated_wrongly\": 0");
    }

    /** By SIGTERM: SIGINT may be ignored where tests run, and is handled alike. */
    @Test
    void shouldLeaveNothingWhenItIsEnded() throws IOException, InterruptedException
    {
        final Process crash = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + ROOT.resolve("jvm-flags"),
            "-Dtadpole.root=" + ROOT,
            "-cp",
            System.getProperty("java.class.path"),
            Tadpole.class.getName(),
            "crash", "--ring=5000", "--role=producer").start();
        final List<ProcessHandle> children;
        try (BufferedReader err = crash.errorReader(); BufferedReader out = crash.inputReader())
        {
            String line = err.readLine();
            while (line != null && !line.contains(" of 5,000 kills"))
            {
                line = err.readLine();
            }
            assertTrue(line != null, "it ended by itself");
            children = crash.children().toList();
            assertFalse(children.isEmpty());
            crash.toHandle().destroy();
            final List<String> words = err.lines().toList();
            final List<String> table = out.lines().toList();
            assertEquals(TERMINATED, crash.waitFor(), words::toString);
            assertFalse(words.toString().contains("Exception"), words::toString);
            assertTrue(table.getLast().endsWith("clean so far, but ended before all kills were done"), table::toString);
        }
        finally
        {
            crash.destroyForcibly().waitFor();
        }
        try (Stream<Path> shared = Files.list(Path.of("/dev/shm")))
        {
            assertEquals(
                List.of(),
                shared.filter(path -> path.toString().contains("tadpole-crash-" + crash.pid() + "-")).toList());
        }
        assertTrue(children.stream().noneMatch(ProcessHandle::isAlive));
    }
}
