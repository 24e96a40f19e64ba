package io.tadpole.bench;

/** A scenario failed: its message says which and how. */
public final class BenchException extends Exception
{
    private static final long serialVersionUID = 1;

    /**
     * Creates the failure.
     *
     * @param message one sentence.
     */
    BenchException(final String message)
    {
        super(message);
    }
}
