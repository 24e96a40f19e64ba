package io.tadpole.crash;

import java.util.List;

/**
 * What came of killing one role.
 *
 * @param role     that was killed.
 * @param language of the killed processes.
 * @param seed     of the plan.
 * @param planned  how many kills were asked for; fewer were done when the run was ended.
 * @param kills    that were done.
 * @param messages that were checked, one by one.
 * @param seconds  that it took.
 * @param steps    the table, in the order of the protocol.
 * @param findings a sentence for each kill that left what it should not.
 */
public record CrashResult(
    String role,
    String language,
    long seed,
    long planned,
    long kills,
    long messages,
    double seconds,
    List<CrashRow> steps,
    List<String> findings)
{
    /**
     * Whether all was done and all is well.
     *
     * @return false when a cell of the table is bad, or kills are missing.
     */
    public boolean isClean()
    {
        return kills == planned && findings.isEmpty() && steps.stream().allMatch(CrashRow::isClean);
    }
}
