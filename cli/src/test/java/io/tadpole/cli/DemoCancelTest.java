package io.tadpole.cli;

import io.tadpole.journal.Journal;
import io.tadpole.journal.Replay;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A demo that is told to end in mid-work, by SIGTERM: SIGINT may be ignored where tests run, and is handled alike. And
 * one that is not told.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DemoCancelTest
{
    private static final Path ROOT = Path.of(System.getProperty("tadpole.root", "."));
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"rehearsing with", "publishing", " events published"})
    void shouldLeaveNothingButTheJournal(final String moment) throws IOException, InterruptedException
    {
        assumeTrue(
            Files.isExecutable(ROOT.resolve("build/native/flights_board_codon")),
            "the native program is not built; run ./tadpole test");
        final Path journal = Files.createDirectory(folder.resolve("journal")).toRealPath();
        final Process demo = demo(journal, "--repeat=3");
        try (BufferedReader err = demo.errorReader())
        {
            await(moment, err);
            // Not by the process itself: that would close its streams.
            demo.toHandle().destroy();
            final List<String> words = err.lines().toList();
            assertEquals(TERMINATED, demo.waitFor(), words::toString);
            assertFalse(words.toString().contains("Exception"), words::toString);
        }
        finally
        {
            demo.destroyForcibly().waitFor();
        }
        assertEquals(List.of(), shared(journal));
        assertEquals(List.of(), processes(journal));
        replay(journal);
    }

    @Test
    void shouldBeOutlivedByNothingButItsFolderWhenItIsKilled() throws IOException, InterruptedException
    {
        final Path journal = Files.createDirectory(folder.resolve("journal")).toRealPath();
        final Process killed = demo(journal, "--repeat=3");
        try (BufferedReader err = killed.errorReader())
        {
            await(" events published", err);
            assertEquals(2, processes(journal).size(), "the native process, and the one behind Aeron");
        }
        finally
        {
            killed.destroyForcibly().waitFor();
        }
        processes(journal).forEach(process -> process.onExit().join());
        final List<Path> left = shared(journal);
        assertEquals(1, left.size());
        assertEquals(
            Files.exists(ROOT.resolve("build/native/flights_kernel_codon")),
            Files.exists(left.getFirst().resolve("kernel.state")), "the kernel's stage is among those taken over");
        final Process next = demo(journal, "--rate=max");
        try (BufferedReader err = next.errorReader())
        {
            final List<String> words = err.lines().toList();
            assertEquals(0, next.waitFor(), words::toString);
        }
        finally
        {
            next.destroyForcibly().waitFor();
        }
        assertEquals(List.of(), shared(journal));
        replay(journal);
    }

    private static void await(final String moment, final BufferedReader err) throws IOException
    {
        String line = err.readLine();
        while (line != null && !line.contains(moment))
        {
            line = err.readLine();
        }
        assertTrue(line != null, "it ended by itself");
    }

    /** What a demo keeps in shared memory, and its processes, have this in their names. */
    private static String id(final Path journal)
    {
        return UUID.nameUUIDFromBytes(journal.toString().getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static List<Path> shared(final Path journal) throws IOException
    {
        try (Stream<Path> shared = Files.list(Path.of("/dev/shm")))
        {
            return shared.filter(path -> path.toString().contains(id(journal))).toList();
        }
    }

    private static List<ProcessHandle> processes(final Path journal)
    {
        return ProcessHandle.allProcesses()
            .filter(process -> process.info().commandLine().orElse("").contains(id(journal)))
            .toList();
    }

    private static void replay(final Path journal)
    {
        if (Files.exists(journal.resolve("metadata.cq4t")))
        {
            final long end = Journal.describe(journal).nextSequence();
            try (Replay replay = Replay.open(journal, 0, end))
            {
                assertEquals(end, replay.poll((buffer, offset, length, sequence, time) -> { }, Integer.MAX_VALUE));
            }
        }
    }

    private static Process demo(final Path journal, final String option) throws IOException
    {
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + ROOT.resolve("jvm-flags"),
            "-Dtadpole.root=" + ROOT,
            "-cp",
            System.getProperty("java.class.path"),
            Tadpole.class.getName(),
            "demo",
            option,
            "--journal=" + journal));
        return new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }
}
