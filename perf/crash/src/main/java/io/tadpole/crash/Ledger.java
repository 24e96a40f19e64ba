package io.tadpole.crash;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a child is to do, and what it says that it did. Any thread; each word has one writer. The native children know
 * the offsets too.
 */
final class Ledger implements AutoCloseable
{
    /** Length of the file in bytes. */
    private static final long LENGTH = 8192;
    private static final long SCENE_OFFSET = 768;
    private static final long STEP_OFFSET = 1024;
    private static final long CHANNEL_OFFSET = 2048;

    private final Words words;

    /** The words, each 8 bytes, in this order; those of one writer together. */
    enum Word
    {
        /** The child's: one of the states below. */
        STATE(0),
        /** The child's: how many of its messages were published, counted behind the commit. */
        ACKNOWLEDGED(8),
        /** The child's: the position at which it took its role, or -1. */
        START(16),
        /** The child's: the number of the message behind the last one that it handled. */
        HANDLED(24),
        /** The child's: the number of the first message that it was given, or -1. */
        FIRST(32),
        /** The child's: the number of the message behind the last one that a poll that returned had handled. */
        RETURNED(40),
        /** The parent's: which child this is, from 1; its messages say so. */
        AUTHOR(512),
        /** The parent's: at which time the child comes to the step it is to stop. */
        HIT(520),
        /** The parent's: whether a consumer joins if it was evicted. */
        JOIN(528),
        /** The parent's: whether a forked child is to end. */
        END(536);

        private final long offset;

        Word(final long offset)
        {
            this.offset = offset;
        }
    }

    /** The child has its role. */
    static final long STARTED = 1;
    /** The child stands at the step. */
    static final long STOPPED = 2;

    private Ledger(final Words words)
    {
        this.words = words;
    }

    static Ledger create(final Path file) throws IOException
    {
        return new Ledger(Words.create(file, LENGTH));
    }

    static Ledger open(final Path file) throws IOException
    {
        return new Ledger(Words.open(file, LENGTH));
    }

    long get(final Word word)
    {
        return words.get(word.offset);
    }

    void set(final Word word, final long value)
    {
        words.set(word.offset, value);
    }

    /** What the child does. */
    Scene scene()
    {
        return Scene.valueOf(words.text(SCENE_OFFSET));
    }

    void scene(final Scene scene)
    {
        words.text(SCENE_OFFSET, scene.name());
    }

    /** The words of the step behind which the child stops; empty for none. */
    String step()
    {
        return words.text(STEP_OFFSET);
    }

    void step(final String step)
    {
        words.text(STEP_OFFSET, step);
    }

    Path channel()
    {
        return Path.of(words.text(CHANNEL_OFFSET));
    }

    void channel(final Path channel)
    {
        words.text(CHANNEL_OFFSET, channel.toString());
    }

    @Override
    public void close()
    {
        words.close();
    }
}
