package io.tadpole.kernel;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The kernels that the documents show are kernels: they count messages. */
@Timeout(120)
class DocumentedKernelTest
{
    private static final Path ROOT = Path.of(System.getProperty("tadpole.root", "."));

    @TempDir
    private Path folder;

    @Test
    void shouldCountInCodon() throws IOException
    {
        final String page = Files.readString(ROOT.resolve("docs/kernels.md"));
        final String code = first("(?s)```codon\n(.*?)```", page);
        assertCounts(Libraries.codon(Files.writeString(folder.resolve("count.codon"), code)));
    }

    /** Behind the first include of the header's page, with the options of its last line. */
    @Test
    void shouldCountInC() throws IOException
    {
        final String header = Files.readString(ROOT.resolve("bindings/c/include/tadpole/kernel.h"));
        final String code =
            first("(?s)\n( \\*     #include <tadpole/kernel.h>.*? \\*     }\n)", header).replace("\n *     ", "\n")
                .replace("\n *\n", "\n\n").replaceFirst(" \\*     ", "");
        final String options = first("\n \\*     gcc -O2 (.*) -I bindings/c/include -o libcount.so count.c\n", header);
        assertEquals(Libraries.LINKED, List.of(options.split(" ", -1)));
        assertCounts(
            Libraries.compile(folder, "gcc", Files.writeString(folder.resolve("count.c"), code), Libraries.LINKED));
        assertCounts(
            Libraries.compile(folder, "g++", Files.writeString(folder.resolve("count.cpp"), code), Libraries.LINKED));
    }

    private static String first(final String pattern, final String text)
    {
        final Matcher found = Pattern.compile(pattern).matcher(text);
        assertTrue(found.find(), () -> "no " + pattern);
        return found.group(1);
    }

    private static void assertCounts(final Path library) throws IOException
    {
        try (NativeKernel kernel = NativeKernel.load(library))
        {
            final Engine engine =
                Engine.inMemory(EngineConfig.of(64 << 10), new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, 1000);
            assertTrue(engine.shutdown(Duration.ofSeconds(60)), engine::reason);
            assertEquals(1000, kernel.state().get(ValueLayout.JAVA_LONG, 0));
        }
    }
}
