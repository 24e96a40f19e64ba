package io.tadpole.envelope;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/**
 * Who writes C has no Java: the codecs that the build makes for C lie in {@code bindings/c} too, and must be the same.
 */
final class CCodecsTest
{
    private static final String GENERATED = "codecs-sbe/envelope/target/generated-c/tadpole";
    private static final String COMMITTED = "bindings/c/include/tadpole/sbe";
    private static final Path ROOT = Path.of(System.getProperty("tadpole.root"));

    @Test
    void shouldCommitWhatTheBuildGenerates() throws IOException
    {
        final Map<String, String> generated = files(GENERATED);
        assertFalse(generated.isEmpty(), GENERATED);

        final String renew =
            "stale; renew it: rm " + COMMITTED + "/*.h && cp " + GENERATED + "/*.h " + COMMITTED + "/, and then ";
        final Map<String, String> committed = files(COMMITTED);
        assertEquals(generated.keySet(), committed.keySet(), renew + "commit it");
        generated.forEach((name, text) -> assertEquals(text, committed.get(name), renew + "commit " + name));
    }

    private static Map<String, String> files(final String folder) throws IOException
    {
        final Map<String, String> files = new TreeMap<>();
        try (var paths = Files.newDirectoryStream(ROOT.resolve(folder)))
        {
            for (final Path path : paths)
            {
                files.put(path.getFileName().toString(), Files.readString(path));
            }
        }
        return files;
    }
}
