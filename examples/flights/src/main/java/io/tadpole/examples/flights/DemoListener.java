package io.tadpole.examples.flights;

/**
 * Is told what a run of the demo is doing. Called from the thread that runs the demo, and from the one that kills the
 * native stage.
 */
public interface DemoListener extends RejectedRow
{
    /**
     * Something happened that a person who watches wants to know.
     *
     * @param sentence to show.
     */
    void onStep(String sentence);

    /**
     * Some events went by.
     *
     * @param published events so far.
     * @param total     events in all.
     */
    void onProgress(long published, long total);
}
