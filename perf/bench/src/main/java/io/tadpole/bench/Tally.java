package io.tadpole.bench;

/**
 * What the receiving thread does with the messages of a run: bounces the line when the first one comes, checks that
 * each number follows the one before, and bounces the line again behind the last one.
 */
final class Tally
{
    /** The number of the message that begins a run. */
    static final long START = -1;

    private final Line line;
    private long messages;
    private long next;
    private boolean ended;

    Tally(final Line line)
    {
        this.line = line;
    }

    void on(final long number)
    {
        if (number == next)
        {
            next++;
            if (next == messages)
            {
                line.received();
                line.echo();
                ended = true;
            }
        }
        else if (number == START)
        {
            messages = line.announced();
            line.echo();
        }
        else
        {
            // Not thrown: an engine would stop its stage, and the sending thread wait for the rest.
            Jvm.fail(new IllegalStateException("message " + number + " came where " + next + " was due"));
        }
    }

    boolean hasEnded()
    {
        return ended;
    }
}
