package io.tadpole.cli;

import io.tadpole.journal.JournalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * The {@code tadpole} command: finds the subcommand and turns its outcome into an exit code, {@link #DONE}, {@link
 * #FAILED} or {@link #MISUSED}.
 */
@Command(
    name = "tadpole",
    description = "A low-latency messaging engine: run it, look at it, check it.",
    mixinStandardHelpOptions = true,
    versionProvider = Tadpole.Version.class,
    scope = CommandLine.ScopeType.INHERIT,
    subcommands = {
        DemoCommand.class, Tests.class, MatrixCommand.class, CrashCommand.class, BenchCommand.class, Doctor.class,
        Rings.class, Journals.class, Codon.class},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:done",
        "1:the check failed, or Tadpole itself did (then with a stack trace)",
        "2:wrong use or wrong input",
        "130:ended by Ctrl-C (143: by SIGTERM)"})
public final class Tadpole
{
    /** Exit code of a command that did what it was asked for. */
    public static final int DONE = 0;

    /** Exit code of a check whose answer is no, and of a defect in Tadpole. */
    public static final int FAILED = 1;

    /** Exit code of wrong options, and of input that is missing or wrong. */
    public static final int MISUSED = 2;

    /** Creates the command; for picocli. */
    public Tadpole()
    {
    }

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param arguments as they stand on the command line.
     */
    public static void main(final String[] arguments)
    {
        System.exit(commandLine().execute(arguments));
    }

    /**
     * The command with all its subcommands, not yet run.
     *
     * @return a command line that prints sentences, not stack traces, when it is used wrongly.
     */
    static CommandLine commandLine()
    {
        return new CommandLine(new Tadpole())
            .registerConverter(Path.class, Tadpole::path)
            .setParameterExceptionHandler((problem, arguments) -> refuse(problem))
            .setExecutionExceptionHandler((problem, command, parsed) -> fail(problem, command));
    }

    /** An empty name, such as an unset variable in a script leaves, would be the current folder. */
    private static Path path(final String value)
    {
        if (value.isEmpty())
        {
            throw new TypeConversionException("a name of a file or folder is not empty");
        }
        return Path.of(value);
    }

    private static int refuse(final ParameterException problem)
    {
        final CommandLine command = problem.getCommandLine();
        final String name = command.getCommandSpec().qualifiedName();
        final String sentence = Sentence.of(problem)
            .replaceFirst("^Error: ", "")
            .replaceFirst("is not an? (int|long)$", "is no whole number, or too large");
        say(command, sentence + "; see " + name + " --help");
        return MISUSED;
    }

    private static int fail(final Exception problem, final CommandLine command)
    {
        if (problem instanceof IOException || problem instanceof UncheckedIOException ||
            problem instanceof JournalException)
        {
            say(command, Sentence.of(problem));
            return MISUSED;
        }
        problem.printStackTrace(command.getErr());
        command.getErr().flush();
        return FAILED;
    }

    private static void say(final CommandLine command, final String sentence)
    {
        final PrintWriter err = command.getErr();
        err.println("tadpole: " + sentence);
        err.flush();
    }

    /** Says which Tadpole runs, and on what. */
    static final class Version implements IVersionProvider
    {
        /** Creates the provider; for picocli. */
        Version()
        {
        }

        @Override
        public String[] getVersion() throws IOException
        {
            try (InputStream text = Objects.requireNonNull(Tadpole.class.getResourceAsStream("version.txt")))
            {
                final String version = new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
                return new String[]{"tadpole " + version + " (JDK " + Runtime.version() + ")"};
            }
        }
    }
}
