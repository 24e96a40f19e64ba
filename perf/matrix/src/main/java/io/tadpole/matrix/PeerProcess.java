package io.tadpole.matrix;

import io.tadpole.crash.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A peer that runs, and its notes. One thread. */
final class PeerProcess implements AutoCloseable
{
    private final String name;
    private final Child child;
    private final Notes notes;

    private PeerProcess(final String name, final Child child, final Notes notes)
    {
        this.name = name;
        this.child = child;
        this.notes = notes;
    }

    /**
     * Starts a peer on the channel, and with the plan, of a folder.
     *
     * @param command of the language.
     * @param role    write or read.
     * @param folder  where its notes go, too.
     * @param number  of the peer in this folder.
     * @param author  of a writer's messages.
     * @param gate    of the peer at first.
     */
    static PeerProcess start(
        final List<String> command,
        final String role,
        final Path folder,
        final int number,
        final long author,
        final long gate) throws IOException
    {
        final Path file = folder.resolve("notes-" + number);
        final Notes notes = Notes.create(file, author, gate);
        final List<String> words = new ArrayList<>(command);
        words.add(role);
        words.add(folder.resolve("channel").toString());
        words.add(file.toString());
        words.add(folder.resolve("plan").toString());
        try
        {
            return new PeerProcess(
                role.equals("write") ? "the writer" : "the reader",
                Child.start(words, folder.resolve("errors-" + number)),
                notes);
        }
        catch (final IOException failed)
        {
            notes.close();
            throw failed;
        }
    }

    Notes notes()
    {
        return notes;
    }

    boolean isAlive()
    {
        return child.isAlive();
    }

    /** Kills it with SIGKILL, which it must not have been spared by an end of its own. */
    void kill() throws FailedException
    {
        if (!child.kill())
        {
            throw ended();
        }
    }

    /** What to say of a peer that has ended and should not have. */
    FailedException ended()
    {
        return new FailedException(name + " ended with " + child.exitCode() + ": " + child.words());
    }

    /** Checks that it has done what it was told, and ended. */
    void checkEnd() throws FailedException
    {
        if (child.exitCode() != 0)
        {
            throw ended();
        }
    }

    /** Whether somebody ends everything here. */
    boolean wasEnded()
    {
        return child.wasEnded();
    }

    @Override
    public void close()
    {
        child.close();
        notes.close();
    }
}
