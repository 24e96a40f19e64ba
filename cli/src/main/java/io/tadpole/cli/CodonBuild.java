package io.tadpole.cli;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Builds a program or a library with the compiler that the launcher has set up. */
@Command(
    name = "build",
    description = "Build a program or a shared library in Codon that needs nothing but libc: it starts in a "
        + "millisecond, and its library can be loaded by a JVM. Says in one sentence which rule the source breaks, and "
        + "where.",
    footer = {
        "",
        "A program has a function main(argc, argv), which answers the exit status; a library functions with @export.",
        "`from tadpole import *` brings the ring. What needs Codon's runtime is refused: lists, dicts, objects,",
        "texts that are built, print, exceptions, global variables, and what would run at module level. A division",
        "by zero is not found: it ends the process."})
final class CodonBuild implements Callable<Integer>
{
    private static final String BUILD = "bindings/codon/build.py";
    private static final String PYTHON = "build/venv/bin/python";
    private static final String REASON = "build/native/codon.reason";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE.codon", description = "The source. It can import tadpole and what lies beside it.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path source;

    @ArgGroup
    private Kind kind = new Kind();

    @Option(names = "-o", paramLabel = "OUT",
        description = "Where to (default: in this folder, FILE for a program, libFILE.so for a library).")
    private @Nullable Path out;

    @Option(names = "--json",
        description = "Print one JSON object and nothing else: built, kind, output; if not built, rule, file, line, "
        + "problem, remedy.")
    private boolean json;

    /** Creates the command; for picocli. */
    CodonBuild()
    {
    }

    /** What is built. */
    static final class Kind
    {
        @Option(names = "--exe", description = "Build a program (default).")
        @SuppressWarnings("UnusedVariable") // picocli sets it; nobody asks, as it is what is built without --lib
        private boolean program;

        @Option(names = "--lib", description = "Build a shared library of the functions with @export.")
        private boolean library;

        /** Creates the group; for picocli. */
        Kind()
        {
        }
    }

    @Override
    public Integer call() throws IOException
    {
        if (!source.toString().endsWith(".codon") || !Files.isRegularFile(source))
        {
            throw new ParameterException(
                spec.commandLine(), source + " is no file whose name ends with .codon");
        }
        final Path root = Path.of(System.getProperty("tadpole.root", "."));
        final Path reason = root.resolve(REASON);
        final Path python = root.resolve(PYTHON);
        if (Files.exists(reason) || !Files.isExecutable(python))
        {
            throw new ParameterException(
                spec.commandLine(),
                "there is no Codon compiler: " +
                (Files.exists(reason) ? Files.readString(reason).strip() : "start this command by ./tadpole"));
        }
        final List<String> command = new ArrayList<>(List.of(python.toString(), root.resolve(BUILD).toString()));
        command.add(kind.library ? "--lib" : "--exe");
        if (out != null)
        {
            command.addAll(List.of("-o", out.toString()));
        }
        if (json)
        {
            command.add("--json");
        }
        command.addAll(List.of("--", source.toString()));
        return run(command);
    }

    /** Its exit codes are this command's. */
    private int run(final List<String> command) throws IOException
    {
        final Path errors = Files.createTempFile("tadpole-codon", ".txt");
        try
        {
            final Process process = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectError(errors.toFile())
                .start();
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            final int status = process.waitFor();
            print(spec.commandLine().getOut(), output);
            print(spec.commandLine().getErr(), Files.readString(errors));
            return status;
        }
        catch (final InterruptedException interrupted)
        {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the compiler ran");
        }
        finally
        {
            Files.delete(errors);
        }
    }

    private static void print(final PrintWriter writer, final String text)
    {
        writer.print(text);
        writer.flush();
    }
}
