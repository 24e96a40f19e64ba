package io.tadpole.journal;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A journal that cannot be opened, is damaged ({@link JournalDamagedException}), or may not go on. The message says
 * where and what to do.
 */
public class JournalException extends RuntimeException
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
     * @param cause   what showed it; null when nothing did.
     */
    public JournalException(final String message, final @Nullable Throwable cause)
    {
        super(message, cause);
    }
}
