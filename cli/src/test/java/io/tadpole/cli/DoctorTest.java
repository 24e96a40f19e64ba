package io.tadpole.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class DoctorTest
{
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path empty;

    @Test
    void shouldFindThisMachineHealthy()
    {
        final CommandRun run = CommandRun.of("doctor");
        assertEquals(Tadpole.DONE, run.exitCode(), run.out());
        assertTrue(run.out().contains("another process sees who holds a role"), run.out());
        assertTrue(run.out().endsWith("Tadpole can run here." + System.lineSeparator()), run.out());
    }

    @Test
    void shouldPrintOneJsonObject()
    {
        final CommandRun run = CommandRun.of("doctor", "--json");
        assertEquals(Tadpole.DONE, run.exitCode(), run.out());
        assertEquals(1, run.out().lines().count());
        assertTrue(run.out().startsWith("{\"healthy\": true, \"findings\": [{\"name\": \"jdk\""), run.out());
    }

    @Test
    void shouldMissWhatAWorkingCopyLacksAndSayHowToGetIt()
    {
        final List<Finding> findings = new Toolchain(empty).findings();
        final Finding maven = named(findings, "maven");
        assertTrue(maven.fatal());
        assertEquals("git checkout -- mvnw .mvn", maven.remedy());
        final Finding codon = named(findings, "codon");
        assertFalse(codon.found());
        assertFalse(codon.fatal());
    }

    @Test
    void shouldNotTakeAHalfMadeEnvironmentForCodon() throws Exception
    {
        Files.createDirectories(empty.resolve("build/venv/bin"));
        assertFalse(named(new Toolchain(empty).findings(), "codon").found());
    }

    @Test
    void shouldLeaveNothingOnTheMount() throws Exception
    {
        Machine.findings();
        try (Stream<Path> files = Files.list(Path.of("/dev/shm")))
        {
            assertEquals(List.of(),
                files.filter(file -> file.getFileName().toString().startsWith(Machine.scratchName())).toList());
        }
    }

    @Test
    void shouldFindTheSharedMemoryOfAnOrdinaryContainerEnough()
    {
        assertTrue(Machine.space("a mount", 60L << 20).found());
        assertTrue(Machine.space("a mount", 48L << 20).found());
        final Finding few = Machine.space("a mount", 20_000_000);
        assertTrue(few.fatal());
        assertEquals("a mount, 20,000,000 bytes free, fewer than 50,331,648", few.detail());
    }

    @Test
    void shouldTellAProgramThatFailsFromItsAnswer()
    {
        assertEquals(Optional.of("swims"), Program.answer(List.of("sh", "-c", "echo swims")));
        assertEquals(Optional.empty(), Program.answer(List.of("sh", "-c", "echo sinks; exit 3")));
        assertEquals(Optional.empty(), Program.answer(List.of("no-program-of-this-name")));
        assertEquals(Optional.empty(), Program.onPath("no-program-of-this-name"));
    }

    private static Finding named(final List<Finding> findings, final String name)
    {
        return findings.stream().filter(finding -> finding.name().equals(name)).findFirst().orElseThrow();
    }
}
