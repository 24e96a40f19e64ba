package io.tadpole.bench;

/**
 * What the receiving thread does with the messages of a run: bounces the line when the first one comes, adds the
 * numbers up, and bounces the line again behind the last one.
 */
final class Tally
{
    /** The number of the message that begins a run. */
    static final long START = -1;

    private final Line line;
    private long sum;
    private long left;
    private boolean ended;

    Tally(final Line line)
    {
        this.line = line;
    }

    void on(final long number)
    {
        if (number < 0)
        {
            left = line.announced();
            sum = 0;
            line.echo();
            return;
        }
        sum += number;
        if (--left == 0)
        {
            line.received(sum);
            line.echo();
            ended = true;
        }
    }

    boolean hasEnded()
    {
        return ended;
    }
}
