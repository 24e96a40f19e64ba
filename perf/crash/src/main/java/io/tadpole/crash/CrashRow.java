package io.tadpole.crash;

/**
 * What came of the kills at one step.
 *
 * @param step            in the protocol's words.
 * @param kills           at it.
 * @param whole           after how many of them everything acknowledged was there, once.
 * @param repeated        after how many of them messages came again as the resume rule allows.
 * @param repeatedWrongly after how many of them messages came again as it does not allow.
 * @param lost            after how many of them something acknowledged was missing.
 * @param corrupt         after how many of them something was there that nobody published so.
 * @param stuck           after how many of them the step was not reached or nobody could take over.
 */
public record CrashRow(
    String step, long kills, long whole, long repeated, long repeatedWrongly, long lost, long corrupt, long stuck)
{
    /**
     * Whether all is well.
     *
     * @return false when a kill at this step left what it should not.
     */
    public boolean isClean()
    {
        return whole + repeated == kills;
    }
}
