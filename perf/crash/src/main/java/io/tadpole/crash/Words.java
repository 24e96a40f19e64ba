package io.tadpole.crash;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A mapped file of 8-byte words in which processes tell each other how far they are: what one that is killed said last
 * stays there. Any thread; each word has one writer. Wait-free.
 */
public final class Words implements AutoCloseable
{
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final Arena arena;
    private final MemorySegment words;

    private Words(final Path file, final long length, final StandardOpenOption... options) throws IOException
    {
        arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, options))
        {
            words = channel.map(MapMode.READ_WRITE, 0, length, arena);
        }
        catch (final IOException | RuntimeException failed)
        {
            arena.close();
            throw failed;
        }
    }

    /**
     * Creates the file, all zeros.
     *
     * @param file   that is not there.
     * @param length in bytes.
     * @return the words.
     * @throws IOException when it is there, or cannot be made.
     */
    public static Words create(final Path file, final long length) throws IOException
    {
        return new Words(
            file, length, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * Opens the file of another process.
     *
     * @param file   that is there.
     * @param length in bytes.
     * @return the words.
     * @throws IOException when it cannot be opened.
     */
    public static Words open(final Path file, final long length) throws IOException
    {
        return new Words(file, length, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * Loads a word, with acquire.
     *
     * @param offset in bytes, a multiple of 8.
     * @return the word.
     */
    public long get(final long offset)
    {
        return (long)WORD.getAcquire(words, offset);
    }

    /**
     * Stores a word, with release.
     *
     * @param offset in bytes, a multiple of 8.
     * @param value  to store.
     */
    public void set(final long offset, final long value)
    {
        WORD.setRelease(words, offset, value);
    }

    String text(final long offset)
    {
        return words.getString(offset);
    }

    void text(final long offset, final String text)
    {
        words.setString(offset, text);
    }

    @Override
    public void close()
    {
        arena.close();
    }
}
