package io.tadpole.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.tadpole.cli.CommandRun.assertContains;
import static io.tadpole.cli.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The command around the compiler; what is refused, and where, is tested beside the binding. */
@Timeout(300)
final class CodonBuildTest
{
    private static final String ROOT = "tadpole.root";

    private final String root = System.getProperty(ROOT);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @AfterEach
    void workInTheProject()
    {
        System.setProperty(ROOT, root);
    }

    @Test
    void shouldBuildAProgramThatRuns() throws Exception
    {
        final Path source = write("program.codon", """
            from tadpole import *

            def main(argc, argv):
                say("there are", argc)
                return 7
            """);
        final Path out = folder.resolve("program");
        final CommandRun run = build("codon", "build", source.toString(), "-o", out.toString());
        assertEquals("", run.out() + run.err());
        assertEquals(Tadpole.DONE, run.exitCode());
        final Process program = new ProcessBuilder(out.toString(), "argument").start();
        assertEquals("there are 2\n", new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(7, program.waitFor());
    }

    @Test
    void shouldSayInOneSentenceWhichRuleIsBrokenAndWhere() throws IOException
    {
        final Path source = write("program.codon", """
            def main(argc, argv):
                assert argc > 1
                return 0
            """);
        final Path out = folder.resolve("program");
        final CommandRun run = build("codon", "build", "--exe", source.toString(), "-o", out.toString());
        assertEquals(Tadpole.FAILED, run.exitCode());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count());
        assertContains(run.err(), "tadpole: " + source + ":2: an assert raises");
        assertFalse(Files.exists(out));
    }

    @Test
    void shouldPrintOneJsonObject() throws IOException
    {
        final Path source = write("kernel.codon", """
            def twice(n: int) -> int:
                return 2 * n
            """);
        final CommandRun run = build("codon", "build", "--lib", "--json", source.toString());
        assertEquals(Tadpole.FAILED, run.exitCode());
        assertEquals("", run.err());
        assertEquals(1, run.out().lines().count());
        assertContains(run.out(), "{\"built\": false, \"kind\": \"lib\"");
        assertContains(run.out(), "\"rule\": \"entry\"");
    }

    @Test
    void shouldRefuseWhatIsNoSource() throws IOException
    {
        refused("nowhere.codon is no file", "codon", "build", folder.resolve("nowhere.codon").toString());
        refused("is no file whose name ends with .codon", "codon", "build", write("program.py", "").toString());
        refused("mutually exclusive", "codon", "build", "--exe", "--lib", write("some.codon", "").toString());
        refused("FILE.codon", "codon", "build");
    }

    @Test
    void shouldSayWhyThereIsNoCompiler() throws IOException
    {
        final Path source = write("program.codon", "");
        System.setProperty(ROOT, folder.toString());
        refused("there is no Codon compiler: start this command by ./tadpole", "codon", "build", source.toString());
        Files.createDirectories(folder.resolve("build/native"));
        write("build/native/codon.reason", "the network is down\n");
        refused("there is no Codon compiler: the network is down", "codon", "build", source.toString());
    }

    private static CommandRun build(final String... arguments)
    {
        assumeTrue(
            Files.isExecutable(Path.of(System.getProperty(ROOT), "build/venv/bin/python")),
            "the Codon compiler is not set up; run ./tadpole test");
        return CommandRun.of(arguments);
    }

    private Path write(final String name, final String text) throws IOException
    {
        final Path file = Files.writeString(folder.resolve(name), text);
        assertTrue(Files.exists(file));
        return file;
    }
}
