package io.tadpole.ring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Another JVM with the class path of this one: a real process, which can really be killed. Its standard error goes
 * where the test's does, unless it is asked for.
 */
public final class ChildJvm implements AutoCloseable
{
    private final Process process;
    private final BufferedReader output;

    private ChildJvm(final Process process)
    {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts a JVM that is soon up and uses little.
     *
     * @param main      class whose main method it runs.
     * @param arguments of that.
     * @return the JVM.
     */
    public static ChildJvm start(final Class<?> main, final Object... arguments)
    {
        return start(
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"),
            ProcessBuilder.Redirect.INHERIT, main, arguments);
    }

    /**
     * Starts a JVM.
     *
     * @param flags     of the JVM.
     * @param errors    where its standard error goes.
     * @param main      class whose main method it runs.
     * @param arguments of that.
     * @return the JVM.
     */
    public static ChildJvm start(
        final List<String> flags,
        final ProcessBuilder.Redirect errors,
        final Class<?> main,
        final Object... arguments)
    {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        for (final Object argument : arguments)
        {
            command.add(argument.toString());
        }
        try
        {
            return new ChildJvm(new ProcessBuilder(command).redirectError(errors).start());
        }
        catch (final IOException failed)
        {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Waits until it has said what it was to say.
     *
     * @param line that it prints next.
     */
    public void await(final String line)
    {
        assertEquals(line, readLine());
    }

    /**
     * Waits for a line of its output.
     *
     * @return the line, or the word "nothing" when it ended.
     */
    public String readLine()
    {
        try
        {
            final String line = output.readLine();
            return line == null ? "nothing" : line;
        }
        catch (final IOException failed)
        {
            throw new UncheckedIOException(failed);
        }
    }

    /** Lets it go on that waits for its standard input. */
    public void go()
    {
        try
        {
            process.outputWriter(StandardCharsets.UTF_8).append("go\n").flush();
        }
        catch (final IOException failed)
        {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Whether it runs.
     *
     * @return false once it ended.
     */
    public boolean isAlive()
    {
        return process.isAlive();
    }

    /** Kills it with SIGKILL and waits until it is gone. */
    public void kill()
    {
        process.destroyForcibly();
        exitCode();
    }

    /**
     * Waits for its end.
     *
     * @return its exit code.
     */
    public int exitCode()
    {
        try
        {
            return process.waitFor();
        }
        catch (final InterruptedException interrupted)
        {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError("waited in vain for the end of a JVM", interrupted);
        }
    }

    /** Kills it if it still runs. */
    @Override
    public void close()
    {
        kill();
    }
}
