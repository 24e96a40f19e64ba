package io.tadpole.matrix;

import io.tadpole.crash.Words;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a peer and the driver tell each other: 4096 bytes of words that outlive the peer. Any thread; each word has one
 * writer.
 *
 * <pre>
 *     the peer's
 *        0  progress   messages that it has published or handled; behind the commit, before the position is published
 *        8  waits      how often it found no space, or no message
 *       16  first      a reader's: the number of the first message that it was given, or -1
 *       24  returned   a reader's: the number behind the last message before the position that it published
 *     the driver's
 *      512  parent     the driver's process id: who has another parent ends
 *      520  author     a writer's, from 1 on
 *      528  gate       no progress beyond this; a reader stands there in the middle of what it reads
 *      536  end        1: a writer ends at the gate, a reader when there is nothing more
 *     the peer's
 *     1024 + 8 a       a reader's: the number behind the last message of author a that it has handled
 * </pre>
 */
final class Notes implements AutoCloseable
{
    /** A gate that is open. */
    static final long OPEN = Long.MAX_VALUE;

    /** The last author that there are words for. */
    static final long LAST_AUTHOR = 383;

    private static final long LENGTH = 4096;
    private static final long PROGRESS = 0;
    private static final long WAITS = 8;
    private static final long FIRST = 16;
    private static final long RETURNED = 24;
    private static final long PARENT = 512;
    private static final long AUTHOR = 520;
    private static final long GATE = 528;
    private static final long END = 536;
    private static final long READ = 1024;

    private final Words words;

    private Notes(final Words words)
    {
        this.words = words;
    }

    static Notes create(final Path file, final long author, final long gate) throws IOException
    {
        final Notes notes = new Notes(Words.create(file, LENGTH));
        notes.words.set(FIRST, -1);
        notes.words.set(PARENT, ProcessHandle.current().pid());
        notes.words.set(AUTHOR, author);
        notes.words.set(GATE, gate);
        return notes;
    }

    static Notes open(final Path file) throws IOException
    {
        return new Notes(Words.open(file, LENGTH));
    }

    long progress()
    {
        return words.get(PROGRESS);
    }

    void progress(final long messages)
    {
        words.set(PROGRESS, messages);
    }

    long waits()
    {
        return words.get(WAITS);
    }

    void waited()
    {
        words.set(WAITS, words.get(WAITS) + 1);
    }

    long first()
    {
        return words.get(FIRST);
    }

    void first(final long number)
    {
        words.set(FIRST, number);
    }

    long returned()
    {
        return words.get(RETURNED);
    }

    void returned(final long number)
    {
        words.set(RETURNED, number);
    }

    long read(final long author)
    {
        return words.get(READ + Long.BYTES * author);
    }

    void read(final long author, final long number)
    {
        words.set(READ + Long.BYTES * author, number);
    }

    long parent()
    {
        return words.get(PARENT);
    }

    long author()
    {
        return words.get(AUTHOR);
    }

    long gate()
    {
        return words.get(GATE);
    }

    void gate(final long progress)
    {
        words.set(GATE, progress);
    }

    boolean isEnd()
    {
        return words.get(END) == 1;
    }

    void end()
    {
        words.set(END, 1);
    }

    @Override
    public void close()
    {
        words.close();
    }
}
