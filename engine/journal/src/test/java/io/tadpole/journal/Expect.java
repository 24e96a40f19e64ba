package io.tadpole.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What tests expect of a journal whose messages {@link Stretch} made.
 */
final class Expect
{
    private Expect()
    {
    }

    /**
     * Replays a journal to its end; each message has to be the one of its sequence.
     *
     * @return the sequence behind the last one.
     */
    static long dense(final Path directory, final long fromSequence)
    {
        try (Replay replay = Replay.open(directory, fromSequence))
        {
            int delivered;
            do
            {
                delivered = replay.poll(Expect::matches, 10_000);
            }
            while (delivered > 0);
            return replay.nextSequence();
        }
    }

    static void matches(
        final DirectBuffer buffer, final int offset, final int length, final long sequence, final long timestamp)
    {
        assertTrue(Stretch.matches(buffer, offset, length, sequence), () -> "message " + sequence);
    }

    static String error(final Process child)
    {
        try
        {
            return new String(child.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        }
        catch (final IOException unreadable)
        {
            return unreadable.toString();
        }
    }
}
