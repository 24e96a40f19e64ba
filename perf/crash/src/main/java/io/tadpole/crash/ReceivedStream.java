package io.tadpole.crash;

import io.tadpole.ring.MessageHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a reader that survives gets of authors that are killed one after the other: each message whole, each author's
 * from number 0 on without a gap or a repeat, and at least what the author acknowledged. One thread.
 */
final class ReceivedStream implements MessageHandler
{
    private final CrashTable table;
    /** Killed authors whose end is not settled, the earliest first. */
    private final Deque<End> ends = new ArrayDeque<>();
    private long author;
    private long next;
    private long messages;
    private @Nullable String corruption;

    /**
     * How an author ended.
     *
     * @param kill         that ended it.
     * @param acknowledged how many of its messages were.
     * @param run          how many more were under way.
     * @param shows        whether these must be there.
     * @param repeats      whether a stage will see messages again.
     */
    record End(Kill kill, long acknowledged, int run, Step.Shows shows, boolean repeats)
    {
    }

    ReceivedStream(final CrashTable table)
    {
        this.table = table;
    }

    @Override
    public void onMessage(final DirectBuffer buffer, final int offset, final int length, final long position)
    {
        messages++;
        if (!Traffic.isWhole(buffer, offset, length))
        {
            say(length + " bytes at position " + position + " are no message; message " + next + " of " + author +
                " was due");
            return;
        }
        final long thisAuthor = Traffic.author(buffer, offset);
        final long number = Traffic.number(buffer, offset);
        if (thisAuthor != author)
        {
            if (thisAuthor < author)
            {
                say("message " + number + " of " + thisAuthor + " comes behind message " + next + " of " + author);
                return;
            }
            settleBefore(thisAuthor);
            author = thisAuthor;
            next = 0;
        }
        if (number < next)
        {
            settleOldest(Outcome.REPEATED_WRONGLY, "message " + number + " of " + author + " came again");
            return;
        }
        if (number > next)
        {
            settleOldest(
                Outcome.LOST, "messages " + next + " to " + (number - 1) + " of " + author + " did not come");
        }
        next = number + 1;
    }

    /** An author was killed. */
    void ended(final End end)
    {
        ends.add(end);
    }

    /** Everything that was published is read: whoever ended, ended there. */
    void settleAll()
    {
        settleBefore(Long.MAX_VALUE);
    }

    /** A message that cannot be, since the last look; null when all were well. */
    @Nullable String corruption()
    {
        return corruption;
    }

    long messages()
    {
        return messages;
    }

    private void say(final String sentence)
    {
        if (corruption == null)
        {
            corruption = sentence;
        }
        settleOldest(Outcome.CORRUPT, sentence);
    }

    private void settleOldest(final Outcome outcome, final String sentence)
    {
        final End oldest = ends.peek();
        if (oldest != null)
        {
            table.settle(oldest.kill, outcome, sentence);
        }
        else if (corruption == null)
        {
            corruption = sentence;
        }
    }

    private void settleBefore(final long later)
    {
        End end;
        while ((end = ends.peek()) != null && end.kill.number() < later)
        {
            ends.remove();
            settle(end, end.kill.number() == author ? next : 0);
        }
    }

    private void settle(final End end, final long seen)
    {
        final String figures =
            "acknowledged " + end.acknowledged + ", under way " + end.run + ", received " + seen;
        final boolean shown = seen == end.acknowledged + end.run;
        final boolean hidden = seen == end.acknowledged;
        if (seen < end.acknowledged || (hidden && end.shows == Step.Shows.PUBLISH))
        {
            table.settle(end.kill, Outcome.LOST, figures);
        }
        else if ((!shown && !hidden) || (shown && end.shows == Step.Shows.NOTHING))
        {
            table.settle(end.kill, Outcome.CORRUPT, figures);
        }
        else
        {
            table.settle(end.kill, end.repeats ? Outcome.REPEATED : Outcome.WHOLE, "");
        }
    }
}
