package io.tadpole.ring;

/**
 * What a producer or a consumer answers instead of a position or a count: a named negative number, never an exception.
 */
public final class Status
{
    /** The slowest reader is a ring behind: try again, after the caller's idle policy. */
    public static final long BACK_PRESSURED = -1;

    /** Nobody listens yet (Aeron only): try again later. */
    public static final long NOT_CONNECTED = -2;

    /** This side was closed, or the engine was stopped: no further call succeeds. An engine says why in its failure. */
    public static final long CLOSED = -3;

    /** The message is longer than the carrier takes, or shorter than one byte: split it, or create a larger ring. */
    public static final long TOO_LONG = -4;

    /** A header word or a position is impossible: stop, keep the files for inspection, and create the channel anew. */
    public static final long CORRUPT = -5;

    /** Another owner took this role over: stop; nothing more may be written. */
    public static final long DEPOSED = -6;

    /** The ring is full because a stage waits for space on a disk: make space; the stage goes on by itself. */
    public static final long NO_SPACE = -7;

    private Status()
    {
    }

    /**
     * The name of a status, for messages to people.
     *
     * @param status a negative number that a producer or consumer returned.
     * @return its name, or the number in words when it is none of the statuses.
     */
    public static String name(final long status)
    {
        return switch ((int)status)
        {
            case (int)BACK_PRESSURED -> "BACK_PRESSURED";
            case (int)NOT_CONNECTED -> "NOT_CONNECTED";
            case (int)CLOSED -> "CLOSED";
            case (int)TOO_LONG -> "TOO_LONG";
            case (int)CORRUPT -> "CORRUPT";
            case (int)DEPOSED -> "DEPOSED";
            case (int)NO_SPACE -> "NO_SPACE";
            default -> "no status: " + status;
        };
    }
}
