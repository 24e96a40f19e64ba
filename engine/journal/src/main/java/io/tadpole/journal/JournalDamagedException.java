package io.tadpole.journal;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A journal whose bytes are not what was appended. The message names the file and what is wrong in it.
 */
public final class JournalDamagedException extends JournalException
{
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what is wrong, and where.
     * @param cause   what showed it; null when it was seen in the bytes.
     */
    public JournalDamagedException(final String message, final @Nullable Throwable cause)
    {
        super(message, cause);
    }
}
