package io.tadpole.engine;

/**
 * Thrown by a {@link BatchStage} that cannot handle one message of a stretch: the engine counts those before it as
 * handled, and its failure policy decides about this one.
 */
public final class MessageRefusedException extends RuntimeException
{
    private static final long serialVersionUID = 1;

    /** In bytes, where the record of the message starts. */
    private final long position;

    /**
     * Refuses a message.
     *
     * @param position in bytes, where its record starts; all before it is handled.
     * @param message  what is wrong with it.
     */
    public MessageRefusedException(final long position, final String message)
    {
        super(message);
        this.position = position;
    }

    /**
     * Where the record of the message starts.
     *
     * @return position in bytes.
     */
    public long position()
    {
        return position;
    }
}
