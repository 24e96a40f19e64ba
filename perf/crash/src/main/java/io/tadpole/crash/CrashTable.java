package io.tadpole.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Counts what came of each kill, once a kill. */
final class CrashTable
{
    /** The row of the kills at no step. */
    static final String RANDOM_MOMENT = "random moment";

    private final Map<String, Map<Outcome, Long>> rows = new LinkedHashMap<>();
    private final Set<Integer> settled = new HashSet<>();
    private final List<String> findings = new ArrayList<>();
    private final CrashListener listener;

    CrashTable(final List<Step> steps, final CrashListener listener)
    {
        this.listener = listener;
        steps.forEach(step -> rows.put(step.words(), new EnumMap<>(Outcome.class)));
        rows.put(RANDOM_MOMENT, new EnumMap<>(Outcome.class));
    }

    /** Says what came of a kill; the first word about it counts. */
    void settle(final Kill kill, final Outcome outcome, final String sentence)
    {
        if (settled.add(kill.number()))
        {
            rows.computeIfAbsent(kill.words(), words -> new HashMap<>()).merge(outcome, 1L, Long::sum);
            if (outcome.isBad())
            {
                final String finding = kill + ": " + outcome.name().toLowerCase(Locale.ROOT) + ": " + sentence;
                add(finding);
            }
        }
    }

    /** Says what went wrong before the first kill. */
    void add(final String finding)
    {
        findings.add(finding);
        listener.onFinding(finding);
    }

    long settled()
    {
        return settled.size();
    }

    List<String> findings()
    {
        return List.copyOf(findings);
    }

    List<CrashRow> rows()
    {
        final List<CrashRow> list = new ArrayList<>();
        rows.forEach((words, counts) -> list.add(new CrashRow(
            words,
            counts.values().stream().mapToLong(Long::longValue).sum(),
            counts.getOrDefault(Outcome.WHOLE, 0L),
            counts.getOrDefault(Outcome.REPEATED, 0L),
            counts.getOrDefault(Outcome.REPEATED_WRONGLY, 0L),
            counts.getOrDefault(Outcome.LOST, 0L),
            counts.getOrDefault(Outcome.CORRUPT, 0L),
            counts.getOrDefault(Outcome.STUCK, 0L))));
        return list;
    }
}
