package io.tadpole.ring;

import java.io.IOException;

/**
 * A channel cannot be created, attached or removed: the message says what happened, to what, and what to do.
 */
public final class ChannelException extends IOException
{
    private static final long serialVersionUID = 1;

    /** What is wrong, one value for each thing that a caller may want to tell apart. */
    public enum Reason
    {
        /** There is no such channel, or a file of it is missing. */
        MISSING,
        /** The directory exists already. */
        EXISTS,
        /** It is not a channel of Tadpole, or its files do not belong together. */
        FOREIGN,
        /** The channel was not created to the end: its creator is at work, or died. */
        HALF_CREATED,
        /** The channel was created by a newer version. */
        NEWER_VERSION,
        /** A file is shorter than its header says. */
        TRUNCATED,
        /** A header says what cannot be. */
        CORRUPT,
        /** The channel, or a file of it, is a symbolic link. */
        SYMBOLIC_LINK,
        /** A live process holds the role. */
        HELD,
        /** The consumer was evicted. */
        EVICTED,
        /** The mount has not enough space. */
        NO_SPACE,
        /** The file system cannot share memory between processes, or its locks cannot be trusted. */
        FILE_SYSTEM,
    }

    /** What is wrong. */
    private final Reason reason;

    ChannelException(final Reason reason, final String message)
    {
        super(message);
        this.reason = reason;
    }

    ChannelException(final Reason reason, final String message, final Throwable cause)
    {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * What is wrong.
     *
     * @return the reason.
     */
    public Reason reason()
    {
        return reason;
    }
}
