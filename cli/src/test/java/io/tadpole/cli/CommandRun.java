package io.tadpole.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * One run of the command in this JVM.
 *
 * @param exitCode 0, 1 or 2.
 * @param out      what it wrote to the standard output.
 * @param err      what it wrote to the standard error.
 */
record CommandRun(int exitCode, String out, String err)
{
    static CommandRun of(final String... arguments)
    {
        return of(Tadpole.commandLine(), arguments);
    }

    /** Runs a command that must succeed, and gives what it printed. */
    static String done(final String... arguments)
    {
        final CommandRun run = of(arguments);
        assertEquals(new CommandRun(Tadpole.DONE, run.out(), ""), run);
        return run.out();
    }

    /** Runs a command that must be refused in one sentence, which names the reason. */
    static void refused(final String reason, final String... arguments)
    {
        final CommandRun run = of(arguments);
        assertEquals(new CommandRun(Tadpole.MISUSED, "", run.err()), run);
        assertEquals(1, run.err().lines().count(), run.err());
        assertContains(run.err(), reason);
    }

    static void assertContains(final String text, final String part)
    {
        assertTrue(text.contains(part), () -> "'" + part + "' is not in: " + text);
    }

    static CommandRun of(final CommandLine command, final String... arguments)
    {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exitCode = command
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
