package io.tadpole.bench;

/** What the receiving thread does with the messages of round trips: sends each one back. */
final class Echo
{
    private final Line line;
    private final Sender back;
    private long left;
    private boolean ended;

    Echo(final Line line, final Sender back)
    {
        this.line = line;
        this.back = back;
    }

    void on(final long number)
    {
        if (number < 0)
        {
            left = line.announced();
            line.echo();
            return;
        }
        back.send(number, 1);
        if (--left == 0)
        {
            line.echo();
            ended = true;
        }
    }

    boolean hasEnded()
    {
        return ended;
    }
}
