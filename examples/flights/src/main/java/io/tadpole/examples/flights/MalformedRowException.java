package io.tadpole.examples.flights;

import java.io.IOException;

/**
 * A row of the input is not a flight event, and the reader was asked to be strict.
 */
public final class MalformedRowException extends IOException
{
    private static final long serialVersionUID = 1;

    /** Number of the line in the input, from 1. */
    private final long line;

    /** What is wrong with it. */
    private final String reason;

    MalformedRowException(final String input, final long line, final String reason)
    {
        super(input + ", line " + line + ": " + reason);
        this.line = line;
        this.reason = reason;
    }

    /**
     * Where it stands.
     *
     * @return number of the line in the input, from 1.
     */
    public long line()
    {
        return line;
    }

    /**
     * What is wrong with it.
     *
     * @return the reason, for people.
     */
    public String reason()
    {
        return reason;
    }
}
