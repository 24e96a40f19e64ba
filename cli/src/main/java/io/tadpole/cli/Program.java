package io.tadpole.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Another program on this machine, asked for a few lines.
 */
final class Program
{
    private static final long PATIENCE_S = 20;

    private Program()
    {
    }

    /**
     * Looks a program up as the shell does.
     *
     * @param name without a folder.
     * @return the first executable file of that name on the {@code PATH}.
     */
    static Optional<Path> onPath(final String name)
    {
        final String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(Pattern.quote(File.pathSeparator)))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, name))
            .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
            .findFirst();
    }

    /**
     * Runs a program to its end.
     *
     * @param command the program and its arguments.
     * @return what it wrote, output and errors; empty when it does not start, fails, or takes longer than 20 seconds.
     */
    static Optional<String> answer(final List<String> command)
    {
        try
        {
            final Path output = Files.createTempFile("tadpole-doctor", ".txt");
            try
            {
                // To a file: a program that hangs must not make the reader hang.
                final Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(new File("/dev/null"))
                    .start();
                return endsWell(process)
                    ? Optional.of(Files.readString(output, Charset.defaultCharset()).strip())
                    : Optional.empty();
            }
            finally
            {
                Files.delete(output);
            }
        }
        catch (final IOException problem)
        {
            return Optional.empty();
        }
    }

    private static boolean endsWell(final Process process)
    {
        try
        {
            return process.waitFor(PATIENCE_S, TimeUnit.SECONDS) && process.exitValue() == 0;
        }
        catch (final InterruptedException interrupted)
        {
            Thread.currentThread().interrupt();
            return false;
        }
        finally
        {
            process.destroyForcibly();
        }
    }
}
