package io.tadpole.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.tadpole.cli.CommandRun.assertContains;
import static io.tadpole.cli.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * What the demo says of its native stage and its kernels, in a working copy that has no event to carry: so each run
 * ends at once.
 */
final class DemoCommandTest
{
    private static final String NO_INPUT = "flight-events.csv.gz";
    private static final String ROOT = "tadpole.root";

    private final String root = System.getProperty(ROOT);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path copy;

    @BeforeEach
    void workInACopy()
    {
        System.setProperty(ROOT, copy.toString());
    }

    @AfterEach
    void workInTheProject()
    {
        System.setProperty(ROOT, root);
    }

    @Test
    void shouldTakeTheNamesOfLanguagesThatTheLauncherTakes() throws IOException
    {
        build("codon");
        build("c");
        for (final String name : new String[]{"codon", "c", "none"})
        {
            refused(NO_INPUT, "demo", "--native", name);
        }
        for (final String name : new String[]{"C", "Codon", "NONE", "c ", ""})
        {
            refused("'" + name + "' is not codon, c or none", "demo", "--native", name);
        }
    }

    @Test
    void shouldGoOnWithoutANativeStageThatNobodyAskedFor() throws IOException
    {
        leaveReason("codon", "the network is down");
        leaveReason("c", "gcc is missing");
        final CommandRun run = CommandRun.of("demo");
        assertContains(run.err(), "the native stage is not in Codon: the network is down");
        assertContains(run.err(), "there is no native stage: gcc is missing");
        assertContains(run.err(), NO_INPUT);
    }

    @Test
    void shouldGoOnInCWhereCodonCannotBeHad() throws IOException
    {
        leaveReason("codon", "the network is down");
        build("c");
        final CommandRun run = CommandRun.of("demo", "--native", "codon");
        assertContains(run.err(), "the native stage is not in Codon: the network is down");
        assertContains(run.err(), NO_INPUT);
    }

    @Test
    void shouldEndWithoutTheNativeStageThatIsAskedFor() throws IOException
    {
        leaveReason("codon", "the network is down");
        leaveReason("c", "gcc is missing");
        refused("there is no native stage: gcc is missing", "demo", "--native", "c");
        final CommandRun run = CommandRun.of("demo", "--native", "codon");
        assertEquals(Tadpole.MISUSED, run.exitCode());
        assertEquals(2, run.err().lines().count(), run.err());
        assertContains(run.err(), "the native stage is not in Codon: the network is down");
        assertContains(run.err(), "there is no native stage: gcc is missing");
    }

    @Test
    void shouldGoOnWithoutAKernelThatCouldNotBeBuilt() throws IOException
    {
        write("flights_board_codon", "");
        write("flights_kernel_codon.reason", "it does not compile");
        final CommandRun run = CommandRun.of("demo");
        assertEquals(2, run.err().lines().count(), run.err());
        assertContains(run.err(), "there is no kernel in codon: it does not compile");
        assertContains(run.err(), NO_INPUT);
    }

    @Test
    void shouldRefuseAKernelBeforeItLooksForTheInput() throws IOException
    {
        final Path text = Files.writeString(copy.resolve("kernel.so"), "int64_t tadpole_kernel_on_batch(...)");
        refused(text + " is no ELF file", "demo", "--native", "none", "--kernel", text.toString());
        final Path missing = copy.resolve("libmissing.so");
        refused(missing + " does not exist", "demo", "--native", "none", "--kernel", missing.toString());
        final String libc = libc();
        refused(libc + " has code that runs when it is loaded", "demo", "--native", "none", "--kernel", libc);
    }

    /** A library that every machine has, and that is no kernel: the one that this JVM has mapped. */
    private static String libc() throws IOException
    {
        try (Stream<String> mapped = Files.lines(Path.of("/proc/self/maps")))
        {
            return mapped.filter(line -> line.endsWith("/libc.so.6"))
                .map(line -> line.substring(line.indexOf('/')))
                .findFirst().orElseThrow();
        }
    }

    private void build(final String language) throws IOException
    {
        write("flights_board_" + language, "");
        write("flights_kernel_" + language, "");
    }

    private void leaveReason(final String language, final String reason) throws IOException
    {
        write("flights_board_" + language + ".reason", reason);
    }

    private void write(final String name, final String text) throws IOException
    {
        final Path folder = Files.createDirectories(copy.resolve("build/native"));
        Files.writeString(folder.resolve(name), text);
    }
}
