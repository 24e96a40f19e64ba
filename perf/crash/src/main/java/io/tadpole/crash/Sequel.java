package io.tadpole.crash;

import org.agrona.DirectBuffer;

/**
 * Checks that messages are whole and that each is the one behind the one before: the author's next, or the first of a
 * later author. One thread.
 */
final class Sequel
{
    private long author = -1;
    private long number;

    /** Starts with whatever message comes first. */
    Sequel()
    {
    }

    /** Goes on behind a message. */
    void startBehind(final long lastAuthor, final long lastNumber)
    {
        author = lastAuthor;
        number = lastNumber;
    }

    /**
     * Checks the next message.
     *
     * @throws CheckFailedException when it is not whole, or not the next one.
     */
    void check(final DirectBuffer buffer, final int offset, final int length)
    {
        if (!Traffic.isWhole(buffer, offset, length))
        {
            throw new CheckFailedException(
                false, "behind message " + number + " of " + author + " come " + length + " bytes that are no message");
        }
        final long thisAuthor = Traffic.author(buffer, offset);
        final long thisNumber = Traffic.number(buffer, offset);
        final boolean next = thisAuthor == author ? thisNumber == number + 1 : thisAuthor > author && thisNumber == 0;
        if (author >= 0 && !next)
        {
            throw new CheckFailedException(
                true, "behind message " + number + " of " + author + " comes message " + thisNumber + " of " +
                thisAuthor);
        }
        author = thisAuthor;
        number = thisNumber;
    }

    long author()
    {
        return author;
    }

    /** Of the last message. */
    long number()
    {
        return number;
    }
}
