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
            endBehindTheLast();
        }
        else if (number == START)
        {
            begin();
        }
        else
        {
            // Not thrown: an engine would stop its stage, and the sending thread wait for the rest.
            Jvm.fail(new IllegalStateException("message " + number + " came where " + next + " was due"));
        }
    }

    /** The same for who does not see the numbers: so many messages came. The first one comes by itself. */
    void onBatch(final int count)
    {
        if (messages > 0)
        {
            next += count;
            endBehindTheLast();
        }
        else
        {
            begin();
        }
    }

    private void begin()
    {
        messages = line.announced();
        line.echo();
    }

    private void endBehindTheLast()
    {
        if (next == messages)
        {
            line.received();
            line.echo();
            ended = true;
        }
    }

    /** How many came behind the first one; for the thread that is told them, or when it has ended. */
    long count()
    {
        return next;
    }

    boolean hasEnded()
    {
        return ended;
    }
}
