package io.tadpole.cli;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The quick start of the README: what a newcomer copies must run. */
final class ReadmeTest
{
    private static final Pattern JAVA = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final int MOST_LINES = 20;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldRunTheQuickStartOnAJvmWithoutAnyFlag() throws Exception
    {
        final Path source = folder.resolve("QuickStart.java");
        final Path errors = folder.resolve("errors.txt");
        Files.writeString(source, quickStart());
        final Process java = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp", System.getProperty("java.class.path"), source.toString())
            .redirectInput(new File("/dev/null"))
            .redirectError(errors.toFile())
            .start();
        final String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), Files.readString(errors));
        assertEquals("5\n10\n15\n", output);
        assertEquals("", Files.readString(errors));
    }

    @Test
    void shouldKeepTheQuickStartShort() throws Exception
    {
        final long lines = quickStart().lines().count();
        assertTrue(lines <= MOST_LINES, lines + " lines");
    }

    private static String quickStart() throws Exception
    {
        final Path readme = Path.of(System.getProperty("tadpole.root"), "README.md");
        final Matcher block = JAVA.matcher(Files.readString(readme));
        assertTrue(block.find(), "no Java in the README");
        final String code = block.group(1);
        assertFalse(block.find(), "more Java in the README than is tested");
        return code;
    }
}
