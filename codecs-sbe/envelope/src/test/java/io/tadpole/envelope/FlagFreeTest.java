package io.tadpole.envelope;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * The promise that the codecs run on a stock JVM, with nothing opened, and where unsafe and native access are denied.
 */
final class FlagFreeTest
{
    @Test
    @Timeout(60)
    void shouldRunInABareJvm(@TempDir final Path directory) throws IOException, InterruptedException
    {
        final Path out = directory.resolve("out");
        final Path err = directory.resolve("err");
        final ProcessBuilder builder = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--illegal-native-access=deny",
            "--sun-misc-unsafe-memory-access=deny",
            "-cp",
            System.getProperty("java.class.path"),
            FlagFreeProgram.class.getName());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        final Process child = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try
        {
            final int exit = child.waitFor();

            assertEquals("", Files.readString(err));
            assertEquals("same: 100", Files.readString(out).strip());
            assertEquals(0, exit);
        }
        finally
        {
            child.destroyForcibly();
        }
    }
}
