package io.tadpole.crash;

/** Sees what a run is doing, on the thread that runs it. */
public interface CrashListener
{
    /**
     * Kills are done.
     *
     * @param role  that is killed.
     * @param done  kills.
     * @param total kills that are planned.
     */
    void onProgress(Role role, long done, long total);

    /**
     * A kill left what it should not.
     *
     * @param sentence says which, and what.
     */
    void onFinding(String sentence);
}
