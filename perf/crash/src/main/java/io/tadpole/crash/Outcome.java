package io.tadpole.crash;

/** What was found behind a kill. */
enum Outcome
{
    /** Everything acknowledged is there, once. */
    WHOLE,
    /** Everything is there; what was handled and not yet published as handled came again, as the resume rule allows. */
    REPEATED,
    /** Something came again that the resume rule does not allow. */
    REPEATED_WRONGLY,
    /** Something acknowledged is missing. */
    LOST,
    /** Something is there that nobody published so. */
    CORRUPT,
    /** The step was not reached, or nobody could take over. */
    STUCK;

    boolean isBad()
    {
        return this != WHOLE && this != REPEATED;
    }
}
