package io.tadpole.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How far a stage is, in a file that outlives it: four words that change together, whenever the process is killed. They
 * are written where the former ones do not lie; then one word says which are the last.
 *
 * <pre>
 *     0   which of the two is the last        |  8    where the stage started
 *     64  position, author, number, count     |  128  the same
 * </pre>
 */
final class StageNotes
{
    /** Length of the file in bytes. */
    private static final long LENGTH = 192;
    private static final long LAST = 0;
    private static final long START = 8;
    private static final long FIRST_OF_TWO = 64;

    private final Words words;

    private StageNotes(final Words words)
    {
        this.words = words;
    }

    /** Opens the file, which is created if it is not there. */
    static StageNotes open(final Path file) throws IOException
    {
        return new StageNotes(Files.exists(file) ? Words.open(file, LENGTH) : Words.create(file, LENGTH));
    }

    /** Where the stage started, in bytes. */
    long start()
    {
        return words.get(START);
    }

    void start(final long position)
    {
        words.set(START, position);
    }

    /** The position behind the last message that it handled. */
    long position()
    {
        return words.get(last());
    }

    long author()
    {
        return words.get(last() + 8);
    }

    long number()
    {
        return words.get(last() + 16);
    }

    /** How many messages it has handled, those that came twice twice. */
    long count()
    {
        return words.get(last() + 24);
    }

    void handled(final long position, final long author, final long number, final long count)
    {
        final long next = 1 - words.get(LAST);
        final long offset = FIRST_OF_TWO + FIRST_OF_TWO * next;
        words.set(offset, position);
        words.set(offset + 8, author);
        words.set(offset + 16, number);
        words.set(offset + 24, count);
        words.set(LAST, next);
    }

    private long last()
    {
        return FIRST_OF_TWO + FIRST_OF_TWO * words.get(LAST);
    }
}
