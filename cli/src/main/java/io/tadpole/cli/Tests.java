package io.tadpole.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Stands in the list of commands for the tests, which the launcher runs itself: they also test the build. */
@Command(name = "test", description = "Run every test, in every language (by the launcher, ./tadpole).")
final class Tests implements Callable<Integer>
{
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Creates the command; for picocli. */
    Tests()
    {
    }

    @Override
    public Integer call()
    {
        throw new ParameterException(spec.commandLine(), "the tests are run by the launcher: ./tadpole test");
    }
}
