package io.tadpole.crash;

import java.util.Locale;

/** Whose process is killed. */
public enum Role
{
    /** Publishes into a plain ring; this process consumes. */
    PRODUCER,
    /** Consumes from a plain ring; this process publishes. */
    CONSUMER,
    /** Publisher and stages; this process is the stage outside. */
    ENGINE;

    /** As people write it. */
    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
