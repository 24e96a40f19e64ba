package io.tadpole.journal;

import java.nio.file.Path;

/**
 * Appends so many messages, looks at them in every way, and ends.
 */
final class Appends
{
    private Appends()
    {
    }

    public static void main(final String[] args) throws Exception
    {
        final Path directory = Path.of(args[0]);
        final Stretch stretch = new Stretch(64 << 10);
        try (Journal journal = Journal.open(directory))
        {
            for (int i = 0; i < Integer.parseInt(args[1]); i++)
            {
                stretch.clear().add(journal.nextSequence(), 100).appendTo(journal, 1);
            }
        }
        try (Replay replay = Replay.open(directory, 0))
        {
            replay.poll(Expect::matches, Integer.MAX_VALUE);
        }
        Journal.describe(directory);
    }
}
