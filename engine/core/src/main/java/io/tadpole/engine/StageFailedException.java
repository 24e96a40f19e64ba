package io.tadpole.engine;

/**
 * Why an engine stopped: a stage failed, and the failure policy did not take its message.
 */
public final class StageFailedException extends RuntimeException
{
    private static final long serialVersionUID = 1;

    StageFailedException(final String stage, final long sequence, final Throwable cause)
    {
        super("stage '" + stage + "' failed at sequence " + sequence + ": " + cause +
            "; the ring keeps what it has not handled", cause);
    }
}
