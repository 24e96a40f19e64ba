package io.tadpole.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class TadpoleTest
{
    @Test
    void shouldPrintItsVersion()
    {
        final CommandRun run = CommandRun.of("--version");
        assertEquals(Tadpole.DONE, run.exitCode());
        assertTrue(run.out().matches("tadpole \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(JDK 25\\S*\\)\\R"), run.out());
    }

    @Test
    void shouldListItsCommandsAndExitCodes()
    {
        final CommandRun run = CommandRun.of("--help");
        assertEquals(Tadpole.DONE, run.exitCode());
        final List<String> parts = List.of(
            "demo", "test", "matrix", "crash", "bench", "doctor", "ring", "journal", "Exit codes:",
            "wrong use or wrong input");
        for (final String expected : parts)
        {
            assertTrue(run.out().contains(expected), expected);
        }
    }

    @Test
    void shouldExplainEachCommand()
    {
        for (final CommandLine command : Tadpole.commandLine().getSubcommands().values())
        {
            assertEquals(Tadpole.DONE, CommandRun.of(command.getCommandName(), "--help").exitCode());
            for (final String nested : command.getSubcommands().keySet())
            {
                final CommandRun run = CommandRun.of(command.getCommandName(), nested, "--help");
                assertEquals(Tadpole.DONE, run.exitCode());
                assertTrue(run.out().contains("--json"), nested + " has no --json");
            }
        }
    }

    @Test
    void shouldRefuseWrongUseInOneLine()
    {
        assertRefused("tadpole: Unmatched argument at index 0: 'swim'; see tadpole --help", "swim");
        assertRefused("tadpole: Missing required subcommand; see tadpole --help");
        assertRefused("tadpole: Unknown option: '--loud'; see tadpole doctor --help", "doctor", "--loud");
        assertRefused("tadpole: Invalid value for option '--repeat': 'x' is no whole number, or too large; "
            + "see tadpole demo --help", "demo", "--repeat", "x");
        assertRefused("tadpole: Invalid value for option '--from': '9223372036854775808' is no whole number, or too "
            + "large; see tadpole journal dump --help", "journal", "dump", "--from", "9223372036854775808", "some");
        assertRefused("tadpole: Invalid value for positional parameter at index 0 (CHANNEL): a name of a file or "
            + "folder is not empty; see tadpole ring remove --help", "ring", "remove", "");
        assertRefused("tadpole: Invalid value for option '--input': a name of a file or folder is not empty; "
            + "see tadpole demo --help", "demo", "--input", "");
        assertRefused("tadpole: the tests are run by the launcher: ./tadpole test; see tadpole test --help", "test");
    }

    @Test
    void shouldTellInputErrorsInOneLine()
    {
        assertEquals(new CommandRun(Tadpole.MISUSED, "", "tadpole: there is no /nowhere" + System.lineSeparator()),
            failing(new NoSuchFileException("/nowhere")));
        assertEquals(new CommandRun(Tadpole.MISUSED, "", "tadpole: cut off; half" + System.lineSeparator()),
            failing(new UncheckedIOException(new IOException("cut off\n  half"))));
    }

    @Test
    void shouldShowWhereADefectIs()
    {
        final CommandRun run = failing(new IllegalStateException("a defect"));
        assertEquals(Tadpole.FAILED, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("java.lang.IllegalStateException: a defect"), run.err());
        assertTrue(run.err().contains("at io.tadpole.cli."), run.err());
    }

    private static void assertRefused(final String sentence, final String... arguments)
    {
        assertEquals(new CommandRun(Tadpole.MISUSED, "", sentence + System.lineSeparator()), CommandRun.of(arguments));
    }

    private static CommandRun failing(final Exception problem)
    {
        return CommandRun.of(Tadpole.commandLine().addSubcommand(new Failing(problem)), "fail");
    }

    @Command(name = "fail")
    private static final class Failing implements Callable<Integer>
    {
        private final Exception problem;

        Failing(final Exception problem)
        {
            this.problem = problem;
        }

        @Override
        public Integer call() throws Exception
        {
            throw problem;
        }
    }
}
