package io.tadpole.cli;

import io.tadpole.crash.CrashConfig;
import io.tadpole.crash.CrashListener;
import io.tadpole.crash.CrashResult;
import io.tadpole.crash.CrashRow;
import io.tadpole.crash.CrashRun;
import io.tadpole.crash.Language;
import io.tadpole.crash.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Kills processes of a ring and shows the table of steps and outcomes. */
@Command(
    name = "crash",
    description = "Kill producers, consumers and engines of a ring with SIGKILL, half of them at random moments and "
        + "half at the named steps of the protocol, and check after each kill every message. Fails when one is lost, "
        + "corrupt, or comes again that must not.")
final class CrashCommand implements Callable<Integer>
{
    private static final long REPORT_MS = 2000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--ring", paramLabel = "N", required = true, description = "How many kills, in each role.")
    private int kills;

    @Option(names = "--role", paramLabel = "producer|consumer|engine", converter = Roles.class,
        description = "Whose process is killed (default: each role that the language has).")
    private @Nullable Role role;

    @Option(names = "--language", paramLabel = "java|codon|c|python", defaultValue = "java",
        converter = Languages.class,
        description = "What the killed process is written in (default: ${DEFAULT-VALUE}). The other side is in Java.")
    private Language language = Language.JAVA;

    @Option(names = "--seed", paramLabel = "S",
        description = "Of the plan: which steps, in which order, at which hit (default: a random one, which is "
        + "printed). When exactly a random moment comes, no seed says.")
    private @Nullable Long seed;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    /** Creates the command; for picocli. */
    CrashCommand()
    {
    }

    /** The names of roles. */
    static final class Roles extends NamedConverter<Role>
    {
        /** Creates the converter; for picocli. */
        Roles()
        {
            super(Role.values(), "producer, consumer or engine");
        }
    }

    /** What the launcher builds stands behind these. */
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
        if (kills < 1)
        {
            throw new ParameterException(spec.commandLine(), "--ring must be at least 1 kill, not " + kills);
        }
        if (role != null && !language.has(role))
        {
            throw new ParameterException(
                spec.commandLine(),
                "there is no engine in " + language + ": a stage outside the JVM is a consumer; use --role consumer");
        }
        final Path program = program();
        final long chosen = seed == null ? new Random().nextLong() : seed;
        final List<Role> roles =
            Stream.of(Role.values()).filter(each -> (role == null || role == each) && language.has(each)).toList();
        final List<CrashResult> results = new ArrayList<>();
        try (EndSignal end = new EndSignal())
        {
            for (final Role each : roles)
            {
                if (!end.isGiven())
                {
                    results.add(CrashRun.run(
                        new CrashConfig(each, language, kills - kills / 2, kills / 2, chosen, program),
                        new Progress(spec.commandLine().getErr()),
                        end::isGiven));
                }
            }
            print(results, results.size() == roles.size(), chosen);
        }
        return results.stream().allMatch(CrashResult::isClean) ? Tadpole.DONE : Tadpole.FAILED;
    }

    /** The child of a native language, which the launcher has built; null for Java. */
    private @Nullable Path program() throws IOException
    {
        if (language == Language.JAVA)
        {
            return null;
        }
        final Path root = Path.of(System.getProperty("tadpole.root", "."));
        final Path program = root.resolve("build/native/crash_child_" + language);
        if (!Files.isExecutable(program))
        {
            final Path reason = root.resolve("build/native/crash_child_" + language + ".reason");
            throw new ParameterException(
                spec.commandLine(),
                "there is no process in " + language + " to kill: " +
                (Files.exists(reason) ? Files.readString(reason).strip() : "it was not built; run ./tadpole crash"));
        }
        return program;
    }

    private void print(final List<CrashResult> results, final boolean allRoles, final long chosen)
    {
        final PrintWriter out = spec.commandLine().getOut();
        if (json)
        {
            final Map<String, @Nullable Object> report = new LinkedHashMap<>();
            report.put("clean", allRoles && results.stream().allMatch(CrashResult::isClean));
            report.put("seed", Long.toString(chosen));
            report.put("roles", results.stream().map(CrashCommand::map).toList());
            out.println(Json.of(report));
        }
        else
        {
            results.forEach(result -> printTable(out, result));
            out.println("seed " + chosen + "; " + verdict(results, allRoles));
        }
        out.flush();
    }

    private static String verdict(final List<CrashResult> results, final boolean allRoles)
    {
        if (allRoles && results.stream().allMatch(CrashResult::isClean))
        {
            return "clean: nothing lost, nothing corrupt, repeats only where the resume rule allows them";
        }
        final boolean bad = results.stream().anyMatch(
            result -> !result.findings().isEmpty() || !result.steps().stream().allMatch(CrashRow::isClean));
        return bad ? "NOT CLEAN" : "clean so far, but ended before all kills were done";
    }

    private static Map<String, @Nullable Object> map(final CrashResult result)
    {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("role", result.role());
        map.put("language", result.language());
        map.put("clean", result.isClean());
        map.put("planned", result.planned());
        map.put("kills", result.kills());
        map.put("messages", result.messages());
        map.put("seconds", result.seconds());
        map.put("steps", result.steps());
        map.put("findings", result.findings());
        return map;
    }

    private static void printTable(final PrintWriter out, final CrashResult result)
    {
        row(out, result.role() + " in " + result.language(), "kills", "whole", "repeated", "wrongly", "lost", "corrupt",
            "stuck");
        for (final CrashRow row : result.steps())
        {
            row(out, row.step(), row.kills(), row.whole(), row.repeated(), row.repeatedWrongly(), row.lost(),
                row.corrupt(), row.stuck());
        }
        result.findings().forEach(out::println);
        out.println(String.format(Locale.ROOT, "%,d of %,d kills, %,d messages checked, %,.0f s",
            result.kills(), result.planned(), result.messages(), result.seconds()));
        out.println();
    }

    private static void row(final PrintWriter out, final String name, final Object... cells)
    {
        final StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-40s", name));
        for (final Object cell : cells)
        {
            line.append(String.format(Locale.ROOT, " %9s", cell));
        }
        out.println(line);
    }

    /** Shows on the error stream what a run is doing. */
    private static final class Progress implements CrashListener
    {
        private final PrintWriter err;
        private long saidMs = System.nanoTime() / 1_000_000;

        Progress(final PrintWriter err)
        {
            this.err = err;
        }

        @Override
        public void onProgress(final Role killed, final long done, final long total)
        {
            final long nowMs = System.nanoTime() / 1_000_000;
            if (done == total || nowMs - saidMs >= REPORT_MS)
            {
                saidMs = nowMs;
                say(String.format(Locale.ROOT, "%s: %,d of %,d kills", killed, done, total));
            }
        }

        @Override
        public void onFinding(final String sentence)
        {
            say(sentence);
        }

        private void say(final String sentence)
        {
            err.println("crash: " + sentence);
            err.flush();
        }
    }
}
