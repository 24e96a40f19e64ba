package io.tadpole.cli;

import io.tadpole.crash.Language;
import io.tadpole.matrix.PairResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.tadpole.cli.CommandRun.assertContains;
import static io.tadpole.cli.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The command around the pairs: what it takes and prints. That the pairs pass, the matrix' own tests say. */
final class MatrixCommandTest
{
    private static final Path ROOT = Path.of(System.getProperty("tadpole.root", "."));

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path copy;

    @Test
    void shouldRefuseWhatIsNoPair()
    {
        refused("'rust' is not java, codon, c or python", "matrix", "--writer", "rust");
        refused("'C' is not java, codon, c or python", "matrix", "--reader", "C");
        refused("--messages must be at least 1 message, not 0", "matrix", "--messages", "0");
    }

    @Test
    void shouldSayWhyThereIsNoPeer() throws IOException
    {
        final String root = System.setProperty("tadpole.root", copy.toString());
        try
        {
            refused("there is no peer in c: it was not built; run ./tadpole matrix", "matrix", "--writer", "c");
            Files.createDirectories(copy.resolve("build/native"));
            Files.writeString(copy.resolve("build/native/matrix_peer_c.reason"), "gcc is missing\n");
            refused("there is no peer in c: gcc is missing", "matrix", "--reader", "c");
        }
        finally
        {
            System.setProperty("tadpole.root", root);
        }
    }

    @Test
    void shouldPrintTheTableOfTheDocument() throws IOException
    {
        final List<Language> all = List.of(Language.values());
        final List<PairResult> results = new ArrayList<>();
        all.forEach(writer -> all.forEach(reader -> results.add(new PairResult(writer, reader, 1, true, null))));
        assertContains(Files.readString(ROOT.resolve("docs/languages.md")), MatrixCommand.table(results, all));
        results.set(2, new PairResult(Language.JAVA, Language.C, 1, false, "lost"));
        assertContains(
            MatrixCommand.table(results, all), "| java | passed | passed | FAILED | passed |\n| codon | passed");
    }

    @Test
    void shouldPrintOneJsonObject()
    {
        assumeTrue(
            Files.isExecutable(ROOT.resolve("build/native/matrix_peer_c")),
            "the matrix' peer in C is not built; run ./tadpole test");
        final CommandRun run = CommandRun.of(
            "matrix", "--quick", "--writer", "java", "--reader", "c", "--messages", "3000", "--seed", "-7", "--json");
        assertEquals(Tadpole.DONE, run.exitCode(), run.out() + run.err());
        assertEquals(1, run.out().lines().count());
        assertTrue(
            run.out().matches("\\{\"passed\": true, \"seed\": \"-7\", \"pairs\": \\[\\{\"writer\": \"java\", " +
            "\"reader\": \"c\", \"messages\": \\d+, \"passed\": true, \"failure\": null}]}\\R"), run.out());
        assertContains(run.err(), "matrix: 1 of 1: java to c: ");
    }
}
