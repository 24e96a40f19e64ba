package io.tadpole.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what it finds on this machine and, for what is missing, the line that installs it. */
@Command(
    name = "doctor",
    description = "Say what of the toolchain and the machine is there, and how to install what is not. "
        + "Exit code 1 when something is missing that Tadpole cannot run without.")
final class Doctor implements Callable<Integer>
{
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object and nothing else.")
    private boolean json;

    /** Creates the command; for picocli. */
    Doctor()
    {
    }

    @Override
    public Integer call()
    {
        final String root = System.getProperty("tadpole.root");
        final List<Finding> findings = new ArrayList<>(new Toolchain(root == null ? null : Path.of(root)).findings());
        findings.addAll(Machine.findings());
        final boolean healthy = findings.stream().noneMatch(Finding::fatal);
        final PrintWriter out = spec.commandLine().getOut();
        if (json)
        {
            out.println(json(healthy, findings));
        }
        else
        {
            print(out, healthy, findings);
        }
        out.flush();
        return healthy ? Tadpole.DONE : Tadpole.FAILED;
    }

    private static String json(final boolean healthy, final List<Finding> findings)
    {
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("healthy", healthy);
        report.put("findings", findings);
        report.put("facts", Machine.facts());
        return Json.of(report);
    }

    private static void print(final PrintWriter out, final boolean healthy, final List<Finding> findings)
    {
        for (final Finding finding : findings)
        {
            final String state = finding.found() ? "ok" : finding.fatal() ? "MISSING" : "missing";
            row(out, state, finding.name(), finding.detail());
            if (finding.remedy() != null)
            {
                row(out, "", "", "to mend: " + finding.remedy());
            }
        }
        Machine.facts().forEach((name, value) -> row(out, "fact", name.replace('_', ' '), value));
        out.println(healthy ? "Tadpole can run here." : "Tadpole cannot run here: mend what is MISSING.");
    }

    private static void row(
        final PrintWriter out, final String state, final String name, final @Nullable Object detail)
    {
        out.println(String.format(Locale.ROOT, "%-8s %-18s %s", state, name, detail == null ? "unknown" : detail));
    }
}
