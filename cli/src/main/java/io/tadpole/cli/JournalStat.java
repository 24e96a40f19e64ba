package io.tadpole.cli;

import io.tadpole.journal.Journal;
import io.tadpole.journal.JournalDescription;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a journal holds. */
@Command(name = "stat", description = "Show what a journal holds: how many messages, of when, of which rings, in which "
    + "files. It may be written at the same time.")
final class JournalStat implements Callable<Integer>
{
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "JOURNAL", description = "The journal's directory.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path journal;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    /** Creates the command; for picocli. */
    JournalStat()
    {
    }

    @Override
    public Integer call()
    {
        final JournalDescription found = Journal.describe(journal);
        final PrintWriter out = spec.commandLine().getOut();
        if (json)
        {
            out.println(Json.of(map(found)));
        }
        else
        {
            printText(out, found);
        }
        out.flush();
        return Tadpole.DONE;
    }

    private static Map<String, @Nullable Object> map(final JournalDescription found)
    {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("journal", found.directory().toString());
        map.put("messages", found.messages());
        map.put("excerpts", found.excerpts());
        map.put("used_bytes", found.usedBytes());
        map.put("first_sequence", found.firstSequence());
        map.put("next_sequence", found.nextSequence());
        map.put("first_time", found.messages() == 0 ? null : Text.time(found.firstTimestamp()));
        map.put("last_time", found.messages() == 0 ? null : Text.time(found.lastTimestamp()));
        map.put("runs", found.rings().stream().map(JournalStat::map).toList());
        map.put("files", found.files());
        return map;
    }

    private static Map<String, Object> map(final JournalDescription.Run run)
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("ring_id", Text.ringId(run.ringId()));
        map.put("first_sequence", run.firstSequence());
        map.put("end_position", run.endPosition());
        return map;
    }

    private static void printText(final PrintWriter out, final JournalDescription found)
    {
        out.println(String.format(Locale.ROOT, "%s: %,d messages in %,d excerpts, %,d bytes",
            found.directory(), found.messages(), found.excerpts(), found.usedBytes()));
        if (found.messages() > 0)
        {
            out.println(String.format(Locale.ROOT, "sequences %d to %d, %s to %s",
                found.firstSequence(), found.nextSequence() - 1,
                Text.time(found.firstTimestamp()), Text.time(found.lastTimestamp())));
        }
        final List<JournalDescription.Run> runs = found.rings();
        for (final JournalDescription.Run run : runs)
        {
            out.println(String.format(Locale.ROOT, "from sequence %d: ring %s, up to position %d",
                run.firstSequence(), Text.ringId(run.ringId()), run.endPosition()));
        }
        for (final JournalDescription.JournalFile file : found.files())
        {
            out.println(String.format(Locale.ROOT, "%s: from sequence %d, %,d excerpts, %,d bytes",
                file.name(), file.firstSequence(), file.excerpts(), file.usedBytes()));
        }
    }
}
