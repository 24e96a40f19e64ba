package io.tadpole.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.IoUtil;

/** Measuring processes and their files. */
final class Jvm
{
    private static final int FAILED = 1;

    private Jvm()
    {
    }

    /**
     * Starts a JVM which ends when its standard input does. It has the flags of this one that open packages and allow
     * native access; not the -XX and -D, because those of a command shorten its start, and the measured code shall run
     * as the JVM compiles it by itself.
     */
    static Process start(final Class<?> main, final Path folder, final Scenario scenario) throws IOException
    {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> !flag.startsWith("-XX:") && !flag.startsWith("-D"))
            .forEach(command::add);
        command.add("-Dtadpole.root=" + System.getProperty("tadpole.root", "."));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        return start(command, folder, scenario);
    }

    /** Starts the process at the other end: the scenario's program, or a JVM. */
    static Process startOther(final Path folder, final Scenario scenario) throws IOException
    {
        final Path peer = scenario.peer();
        return peer == null ?
            start(Receiving.class, folder, scenario) : start(List.of(peer.toString()), folder, scenario);
    }

    private static Process start(final List<String> program, final Path folder, final Scenario scenario)
        throws IOException
    {
        final List<String> command = new ArrayList<>(program);
        command.add(folder.toString());
        command.addAll(scenario.arguments());
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /**
     * Ends a measuring process, whichever thread failed: another one spins for what will not come, and Aeron's threads
     * would keep the process alive.
     */
    static void fail(final Throwable problem)
    {
        problem.printStackTrace();
        Runtime.getRuntime().halt(FAILED);
    }

    /** Deletes a file or a folder with all that is in it, as far as it is there and can be. */
    static void delete(final Path path)
    {
        IoUtil.delete(path.toFile(), true);
    }
}
