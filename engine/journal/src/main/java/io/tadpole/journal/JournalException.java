package io.tadpole.journal;

import java.io.Serial;

/**
 * A journal that cannot be opened, is damaged, or may not go on. The message says where and what to do.
 */
public final class JournalException extends RuntimeException
{
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what is wrong, and where.
     */
    public JournalException(final String message)
    {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message what is wrong, and where.
     * @param cause   what showed it.
     */
    public JournalException(final String message, final Throwable cause)
    {
        super(message, cause);
    }
}
