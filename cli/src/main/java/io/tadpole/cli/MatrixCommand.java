package io.tadpole.cli;

import io.tadpole.crash.Language;
import io.tadpole.matrix.Matrix;
import io.tadpole.matrix.MatrixConfig;
import io.tadpole.matrix.PairResult;
import io.tadpole.matrix.Peers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets every language write to every language, and shows the table of what passed. */
@Command(
    name = "matrix",
    description = {
        "Let a process of each language write to one of each language, over one ring, and check every message: at "
        + "full speed, with a slow reader and a slow writer, with readers that are killed and resumed, and with "
        + "writers that are killed and succeeded by another language.",
        "",
        "A pair passes when each message was read, whole and in order; when nothing that a killed writer acknowledged "
        + "is missing, and of what it had under way all or nothing was read; and when nothing came again but what a "
        + "killed reader had not yet published as read. Fails when a pair does not pass."})
final class MatrixCommand implements Callable<Integer>
{
    private static final int QUICK_KILLS = 1;
    private static final String LANGUAGES = "java|codon|c|python";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--quick", description = "Fewer messages and kills: within a minute.")
    private boolean quick;

    @Option(names = "--writer", paramLabel = LANGUAGES, converter = Languages.class,
        description = "The language of the first writer (default: each).")
    private @Nullable Language writer;

    @Option(names = "--reader", paramLabel = LANGUAGES, converter = Languages.class,
        description = "The language of the reader (default: each).")
    private @Nullable Language reader;

    @Option(names = "--messages", paramLabel = "N",
        description = "How many messages each pair carries at full speed, and some more around the kills (default: "
        + MatrixConfig.MESSAGES + ", and " + MatrixConfig.QUICK_MESSAGES + " with --quick).")
    private @Nullable Long messages;

    @Option(names = "--seed", paramLabel = "S",
        description = "Of the messages and of the moments to kill (default: a random one, which is printed). When "
        + "exactly such a moment comes, no seed says.")
    private @Nullable Long seed;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    /** Creates the command; for picocli. */
    MatrixCommand()
    {
    }

    /** As people write them. */
    static final class Languages extends NamedConverter<Language>
    {
        /** Creates the converter; for picocli. */
        Languages()
        {
            super(Language.values(), "java, codon, c or python");
        }
    }

    @Override
    public Integer call() throws IOException
    {
        if (messages != null && messages < 1)
        {
            throw new ParameterException(
                spec.commandLine(), "--messages must be at least 1 message, not " + messages);
        }
        final List<Language> writers = languages(writer);
        final List<Language> readers = languages(reader);
        final Peers peers = Peers.of(Path.of(System.getProperty("tadpole.root", ".")));
        checkThere(peers, writers, readers);
        final long chosen = seed == null ? new Random().nextLong() : seed;
        final MatrixConfig config = new MatrixConfig(
            messages != null ? messages : quick ? MatrixConfig.QUICK_MESSAGES : MatrixConfig.MESSAGES,
            quick ? QUICK_KILLS : MatrixConfig.KILLS,
            chosen);
        try (EndSignal end = new EndSignal())
        {
            final List<PairResult> results = Matrix.run(writers, readers, peers, config, this::say, end::isGiven);
            final int pairs = writers.size() * readers.size();
            print(results, readers, pairs, chosen);
            return allPassed(results, pairs) ? Tadpole.DONE : Tadpole.FAILED;
        }
    }

    private static List<Language> languages(final @Nullable Language one)
    {
        return one == null ? List.of(Language.values()) : List.of(one);
    }

    private void checkThere(final Peers peers, final List<Language> writers, final List<Language> readers)
    {
        final String missing = Stream.concat(writers.stream(), readers.stream())
            .distinct()
            .filter(language -> peers.whyMissing(language) != null)
            .map(language -> "there is no peer in " + language + ": " + peers.whyMissing(language))
            .collect(Collectors.joining("; "));
        if (!missing.isEmpty())
        {
            throw new ParameterException(spec.commandLine(), missing);
        }
    }

    private void say(final String sentence)
    {
        final PrintWriter err = spec.commandLine().getErr();
        err.println("tadpole: matrix: " + sentence);
        err.flush();
    }

    private void print(
        final List<PairResult> results, final List<Language> readers, final int pairs, final long chosen)
    {
        final PrintWriter out = spec.commandLine().getOut();
        if (json)
        {
            final Map<String, @Nullable Object> report = new LinkedHashMap<>();
            report.put("passed", allPassed(results, pairs));
            report.put("seed", Long.toString(chosen));
            report.put("pairs", results.stream().map(MatrixCommand::map).toList());
            out.println(Json.of(report));
        }
        else
        {
            out.print(table(results, readers));
            out.println();
            out.println("seed " + chosen + "; " + verdict(results, pairs));
        }
        out.flush();
    }

    /** As it stands in {@code docs/languages.md}. */
    static String table(final List<PairResult> results, final List<Language> readers)
    {
        final StringBuilder table = new StringBuilder("| writer | ");
        readers.forEach(each -> table.append("read by ").append(each).append(" | "));
        table.setCharAt(table.length() - 1, '\n');
        table.append("|---".repeat(readers.size() + 1)).append("|\n");
        for (int i = 0; i < results.size(); i++)
        {
            final PairResult result = results.get(i);
            table.append(i % readers.size() == 0 ? "| " + result.writer() + " | " : "")
                .append(result.passed() ? "passed" : "FAILED")
                .append((i + 1) % readers.size() == 0 || i + 1 == results.size() ? " |\n" : " | ");
        }
        return table.toString();
    }

    private static boolean allPassed(final List<PairResult> results, final int pairs)
    {
        return results.size() == pairs && results.stream().allMatch(PairResult::passed);
    }

    private static String verdict(final List<PairResult> results, final int pairs)
    {
        final long passed = results.stream().filter(PairResult::passed).count();
        return String.format(
            Locale.ROOT, "%d of %d pairs passed, %,d messages%s", passed, pairs,
            results.stream().mapToLong(PairResult::messages).sum(),
            results.size() == pairs ? "" : "; ended before all were run");
    }

    private static Map<String, @Nullable Object> map(final PairResult result)
    {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("writer", result.writer().toString());
        map.put("reader", result.reader().toString());
        map.put("messages", result.messages());
        map.put("passed", result.passed());
        map.put("failure", result.failure());
        return map;
    }
}
