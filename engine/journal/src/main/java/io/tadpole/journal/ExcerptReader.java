package io.tadpole.journal;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads excerpts, checks them, and finds them by sequence. What is wrong names file, index and sequence. One thread
 * at a time.
 */
final class ExcerptReader implements AutoCloseable
{
    private final Path directory;
    private final ChronicleFiles files;
    private final ChronicleCursor cursor;
    private final Excerpt excerpt = new Excerpt();

    ExcerptReader(final Path directory, final ChronicleFiles files)
    {
        this.directory = directory;
        this.files = files;
        this.cursor = cursor(directory, files);
    }

    // Chronicle reads the start of a file for it.
    private static ChronicleCursor cursor(final Path directory, final ChronicleFiles files)
    {
        try
        {
            return files.cursor();
        }
        catch (final RuntimeException | AssertionError | InternalError unreadable)
        {
            throw new JournalDamagedException(
                "the start of a file of the journal in " + directory + " is damaged: " + unreadable.getMessage(),
                unreadable);
        }
    }

    /** The excerpt that was read last. */
    Excerpt excerpt()
    {
        return excerpt;
    }

    /** Its header. */
    ExcerptHeader header()
    {
        return excerpt.header();
    }

    /** Where it ends in its file. */
    long end()
    {
        return cursor.end();
    }

    /**
     * Reads the next excerpt and checks it.
     *
     * @param sequence with which it is to start.
     * @return whether there is one.
     */
    boolean next(final long sequence)
    {
        try
        {
            if (!cursor.next(excerpt) && !nextWhenStuck())
            {
                return false;
            }
        }
        catch (final RuntimeException | AssertionError | InternalError unreadable)
        {
            throw damaged(cursor.index(), sequence, String.valueOf(unreadable.getMessage()), unreadable);
        }
        checkFlaw(cursor.index(), sequence);
        if (header().firstSequence() != sequence)
        {
            throw damaged(cursor.index(), sequence, "it starts with sequence " + header().firstSequence()
                + ": excerpts are missing or out of order", null);
        }
        return true;
    }

    private void checkFlaw(final long index, final long sequence)
    {
        final String flaw = excerpt.flaw();
        if (!flaw.isEmpty())
        {
            throw damaged(index, sequence, flaw, null);
        }
    }

    private boolean nextWhenStuck()
    {
        if (!cursor.isStuck())
        {
            return false;
        }
        if (!cursor.next(excerpt))
        {
            throw new JournalException("its own length is lost, and excerpts follow");
        }
        return true;
    }

    /**
     * Reads the last excerpt and checks it.
     *
     * @return whether there is one.
     */
    boolean readLast()
    {
        final String flaw;
        try
        {
            if (files.readLast(excerpt) < 0)
            {
                return false;
            }
            flaw = excerpt.flaw();
        }
        catch (final RuntimeException | AssertionError | InternalError unreadable)
        {
            throw new JournalDamagedException(
                "the last excerpt of the journal in " + directory + " is damaged: " + unreadable.getMessage(),
                unreadable);
        }
        if (!flaw.isEmpty())
        {
            throw new JournalDamagedException(
                "the last excerpt of the journal in " + directory + " is damaged: " + flaw, null);
        }
        return true;
    }

    /**
     * Reads the excerpt that holds a sequence, and no other.
     *
     * @param sequence not beyond the journal's end.
     * @return whether there is one; false when the journal begins behind it, or is empty.
     */
    boolean readHolder(final long sequence)
    {
        if (!find(sequence))
        {
            return false;
        }
        long next = header().firstSequence();
        while (next <= sequence && next(next))
        {
            next = header().endSequence();
        }
        return next > sequence;
    }

    /**
     * Reads the excerpt that holds a sequence and moves before it; or to one before, as far as damage makes it
     * necessary: then whoever reads on meets the damage. The search passes over what is damaged.
     *
     * @param sequence not beyond the journal's end.
     * @return whether there is one; false when the journal begins behind it, or is empty.
     */
    boolean find(final long sequence)
    {
        final List<Path> paths = JournalFiles.list(directory);
        int low = 0;
        int high = paths.size() - 1;
        int file = -1;
        while (low <= high)
        {
            final int middle = (low + high) >>> 1;
            int probe = middle;
            while (probe <= high && firstWhole(JournalFiles.cycle(paths.get(probe))) < 0)
            {
                probe++;
            }
            if (probe <= high && header().firstSequence() <= sequence)
            {
                file = probe;
                low = probe + 1;
            }
            else
            {
                high = middle - 1;
            }
        }
        if (file < 0)
        {
            // It begins later; unless damage hides the beginning.
            checkFirst(paths, sequence);
            return false;
        }
        return find(sequence, JournalFiles.cycle(paths.get(file)));
    }

    private void checkFirst(final List<Path> paths, final long sequence)
    {
        boolean read = false;
        for (int i = 0; i < paths.size() && !read; i++)
        {
            read = read(JournalFiles.cycle(paths.get(i)), 0, sequence);
        }
    }

    private boolean find(final long sequence, final int cycle)
    {
        long found = firstWhole(cycle);
        long low = found + 1;
        long high = excerptsOrNone(cycle) - 1;
        while (low <= high)
        {
            final long middle = (low + high) >>> 1;
            long probe = middle;
            while (probe <= high && !isWhole(cycle, probe))
            {
                probe++;
            }
            if (probe <= high && header().firstSequence() <= sequence)
            {
                found = probe;
                low = probe + 1;
            }
            else
            {
                high = middle - 1;
            }
        }
        return read(cycle, found, sequence) && cursor.moveTo(ChronicleCursor.index(cycle, found));
    }

    private long excerptsOrNone(final int cycle)
    {
        try
        {
            return excerpts(cycle);
        }
        catch (final JournalException damaged)
        {
            return 0;
        }
    }

    /** How many excerpts a file holds. */
    long excerpts(final int cycle)
    {
        try
        {
            return files.excerpts(cycle);
        }
        catch (final RuntimeException | AssertionError | InternalError unreadable)
        {
            throw damaged(ChronicleCursor.index(cycle, 0), -1,
                "those that follow cannot be counted: " + unreadable.getMessage(), unreadable);
        }
    }

    // Reads it, too.
    private long firstWhole(final int cycle)
    {
        if (isWhole(cycle, 0))
        {
            return 0;
        }
        final long excerpts = excerptsOrNone(cycle);
        for (long number = 1; number < excerpts; number++)
        {
            if (isWhole(cycle, number))
            {
                return number;
            }
        }
        return -1;
    }

    private boolean isWhole(final int cycle, final long number)
    {
        try
        {
            return read(cycle, number, -1);
        }
        catch (final JournalException damaged)
        {
            return false;
        }
    }

    /**
     * Reads an excerpt and checks it.
     *
     * @param number   of the excerpt in its file.
     * @param sequence that is looked for; -1 when none is.
     * @return whether there is one; false only of a file that has none.
     */
    boolean read(final int cycle, final long number, final long sequence)
    {
        final long index = ChronicleCursor.index(cycle, number);
        final boolean there;
        final boolean hidden;
        final boolean expected;
        try
        {
            // Asked first: a writer may be appending it.
            expected = number > 0 || cursor.isNoted(cycle);
            hidden = number == 0 && files.hidesItsFirst(cycle);
            there = cursor.moveTo(index) && cursor.next(excerpt) && cursor.index() == index;
        }
        catch (final RuntimeException | AssertionError | InternalError unreadable)
        {
            throw damaged(index, sequence, String.valueOf(unreadable.getMessage()), unreadable);
        }
        if (hidden)
        {
            throw damaged(index, sequence, "the word before it calls it metadata", null);
        }
        if (!there && expected)
        {
            throw damaged(index, sequence, "what leads to it is lost", null);
        }
        if (there)
        {
            checkFlaw(index, sequence);
        }
        return there;
    }

    private JournalDamagedException damaged(
        final long index, final long sequence, final String flaw, final @Nullable Throwable cause)
    {
        final int cycle = ChronicleCursor.cycle(index);
        final String message = "the journal in " + directory + " is damaged: excerpt 0x" + Long.toHexString(index)
            + " in " + JournalFiles.path(directory, cycle).getFileName()
            + (sequence < 0 ? ": " : ", where sequence " + sequence + " was looked for: ") + flaw;
        return new JournalDamagedException(message, cause);
    }

    @Override
    public void close()
    {
        cursor.close();
    }
}
