package io.tadpole.journal;

/**
 * What an append has survived by the time it returns.
 */
public enum Durability
{
    /** The end of the process, by whatever means: the operating system has the bytes. Not the loss of power. */
    OS,

    /** The loss of power as well, as far as the disk keeps its word: each append ends with a sync. */
    SYNC_EVERY_BATCH
}
