package io.tadpole.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.tadpole.cli.CommandRun.assertContains;
import static io.tadpole.cli.CommandRun.done;
import static io.tadpole.cli.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** What is created, and what is refused; that it builds, passes and runs in an engine, the launcher's tests say. */
final class CodonNewTest
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
    void shouldCreateAKernelItsTestAndWhatBuildsThem() throws IOException
    {
        final Path pulse = folder.resolve("pulse");
        assertEquals(
            "created " + pulse + ": pulse.codon, pulse_test.codon, build.sh, README.md\n" +
            "next: sh " + pulse + "/build.sh\n",
            done("codon", "new", pulse.toString()));
        assertEquals(List.of("README.md", "build.sh", "pulse.codon", "pulse_test.codon"), names(pulse));
        assertContains(Files.readString(pulse.resolve("pulse.codon")), "\n@export\ndef tadpole_kernel_on_batch(\n");
        assertContains(Files.readString(pulse.resolve("pulse_test.codon")), "\nfrom pulse import *\n");
        assertContains(
            Files.readString(pulse.resolve("build.sh")),
            "\ntadpole=" + Path.of(root).toAbsolutePath().normalize() + "/tadpole\n");
        try (Stream<Path> files = Files.list(pulse))
        {
            for (final Path file : files.toList())
            {
                final String text = Files.readString(file);
                assertFalse(text.contains("NAME") || text.contains("LAUNCHER"), text);
            }
        }
    }

    @Test
    void shouldPrintOneJsonObject()
    {
        final Path kernel = folder.resolve("_Kernel2");
        assertEquals(
            "{\"created\": \"" + kernel + "\", \"files\": [\"_Kernel2.codon\", \"_Kernel2_test.codon\", " +
            "\"build.sh\", \"README.md\"], \"next\": \"sh " + kernel + "/build.sh\"}\n",
            done("codon", "new", "--json", kernel.toString()));
    }

    /** The words come back as they were, whatever the folders are called. */
    @Test
    void shouldQuoteWhatTheShellWouldSplit() throws Exception
    {
        final Path home = Files.createDirectory(folder.resolve("it's $HOME here"));
        System.setProperty(ROOT, home.toString());
        final Path launcher = home.resolve("tadpole");
        Files.writeString(launcher, "#!/bin/sh\necho \"$*\" >>\"" + folder + "/calls\"\nexit 1\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        final String said = done("codon", "new", home.resolve("LAUNCHER").toString());
        final String next = said.substring(said.indexOf("next: ") + "next: ".length()).strip();
        assertEquals(1, new ProcessBuilder("sh", "-c", next).start().waitFor());
        assertEquals(
            List.of("codon build --lib -o libLAUNCHER.so LAUNCHER.codon"),
            Files.readAllLines(folder.resolve("calls")));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "two words", "2nd", "a-b", "pulse.codon", "é", "..", "tadpole", "python", "C", "class", "_"})
    void shouldRefuseANameThatNoModuleHas(final String name) throws IOException
    {
        refused("'" + name + "' names no kernel", "codon", "new", folder.resolve(name).toString());
        assertEquals(List.of(), names(folder));
    }

    @Test
    void shouldRefuseTheRoot()
    {
        refused("'/' names no kernel", "codon", "new", "/");
    }

    @Test
    void shouldLeaveWhatIsThere() throws IOException
    {
        final Path pulse = Files.createDirectory(folder.resolve("pulse"));
        refused(pulse + " exists already", "codon", "new", pulse.toString());
        assertEquals(List.of(), names(pulse));
        final Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        refused(link + " exists already", "codon", "new", link.toString());
        final Path file = Files.writeString(folder.resolve("file"), "kept");
        refused(file + " exists already", "codon", "new", file.toString());
        assertEquals("kept", Files.readString(file));
        refused("there is no folder " + folder + "/missing", "codon", "new", folder + "/missing/pulse");
        refused("there is no folder " + file, "codon", "new", file + "/pulse");
        refused("NAME", "codon", "new");
        refused("not empty", "codon", "new", "");
        assertEquals(List.of("file", "link", "pulse"), names(folder));
    }

    /** The name is as long as a folder's may be, so that the files' are too long. */
    @Test
    void shouldLeaveNothingHalfMade() throws IOException
    {
        refused("File name too long", "codon", "new", folder.resolve("k".repeat(255)).toString());
        assertEquals(List.of(), names(folder));
    }

    private static List<String> names(final Path folder) throws IOException
    {
        try (Stream<Path> files = Files.list(folder))
        {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
