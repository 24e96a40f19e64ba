package io.tadpole.cli;

import io.tadpole.journal.Journal;
import io.tadpole.journal.Replay;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The part of a journal that a command reads, as its options name it. */
final class Stretch
{
    @Parameters(paramLabel = "JOURNAL", description = "The journal's directory.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path journal;

    @Option(
        names = "--from",
        paramLabel = "SEQUENCE",
        description = "Of the first message (default: the journal's first).")
    private @Nullable Long from;

    @Option(names = "--count", paramLabel = "MESSAGES", description = "How many messages at most (default: all).")
    private @Nullable Long count;

    /** Creates the options; for picocli. */
    Stretch()
    {
    }

    /**
     * Opens the stretch as the journal is now.
     *
     * @param spec of the command that reads.
     * @return what there is of the stretch at this moment, and no more.
     */
    Replay open(final CommandSpec spec)
    {
        final long next = Journal.describe(journal).nextSequence();
        final long first = first(spec);
        return Replay.open(journal, first, Math.max(first, Math.min(next, end(first))));
    }

    /**
     * Opens the stretch with what is still to come.
     *
     * @param spec of the command that reads.
     * @return the stretch, which ends only with its count.
     */
    Replay follow(final CommandSpec spec)
    {
        final long first = first(spec);
        return Replay.open(journal, first, end(first));
    }

    private long first(final CommandSpec spec)
    {
        if ((from != null && from < 0) || (count != null && count < 0))
        {
            throw new ParameterException(spec.commandLine(), "sequences and counts are not negative");
        }
        return from != null ? from : Journal.describe(journal).firstSequence();
    }

    private long end(final long first)
    {
        return count == null || count > Long.MAX_VALUE - first ? Long.MAX_VALUE : first + count;
    }
}
