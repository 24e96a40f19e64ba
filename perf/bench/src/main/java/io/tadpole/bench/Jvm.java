package io.tadpole.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Measuring processes and their files. */
final class Jvm
{
    private Jvm()
    {
    }

    /** Starts a JVM with the flags of this one, which ends when its standard input does. */
    static Process start(final Class<?> main, final Path folder, final Scenario scenario) throws IOException
    {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> !flag.startsWith("-XX:") && !flag.startsWith("-D"))
            .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.add(folder.toString());
        command.addAll(scenario.arguments());
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Deletes a file or a folder with all that is in it, if it is there. */
    static void delete(final Path path) throws IOException
    {
        if (Files.exists(path))
        {
            try (Stream<Path> all = Files.walk(path))
            {
                all.sorted(Comparator.reverseOrder()).forEach(Jvm::deleteOne);
            }
        }
    }

    private static void deleteOne(final Path path)
    {
        try
        {
            Files.delete(path);
        }
        catch (final IOException failed)
        {
            throw new UncheckedIOException(failed);
        }
    }
}
