package io.tadpole.crash;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelException;
import io.tadpole.ring.ChannelException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a process leaves that is killed while it creates a channel: a whole one, or one that says that it is not. */
final class CreationCheck
{
    private static final Set<Reason> NOT_WHOLE = Set.of(Reason.MISSING, Reason.HALF_CREATED);

    private CreationCheck()
    {
    }

    /** Looks at the channel, removes it, and creates it anew. */
    static void check(final Kill kill, final Path channel, final CrashTable table) throws IOException
    {
        final Reason described = refusal(() -> Channel.describe(channel));
        final Reason attached = refusal(() -> Channel.attachProducer(channel).close());
        final Reason consumed = refusal(() -> Channel.attachConsumer(channel, 0).close());
        final boolean missing = refusal(() -> Channel.remove(channel)) == Reason.MISSING;
        Channel.create(channel, CrashChild.SMALL);
        Channel.attachProducer(channel).close();
        Channel.remove(channel);
        final boolean whole = described == null;
        final boolean alike = whole ?
            attached == null && consumed == null && !missing :
            NOT_WHOLE.contains(described) && attached == described && consumed == described;
        final boolean expected = kill.step() == null || whole == (kill.step() == Step.RING_READY);
        table.settle(
            kill, alike && expected ? Outcome.WHOLE : Outcome.CORRUPT,
            "a look says " + words(described) + ", a producer " + words(attached) + ", a consumer " + words(consumed));
    }

    /** Something that a channel may refuse. */
    @FunctionalInterface
    private interface Try
    {
        void run() throws IOException;
    }

    private static @Nullable Reason refusal(final Try attempt) throws IOException
    {
        try
        {
            attempt.run();
            return null;
        }
        catch (final ChannelException refused)
        {
            return refused.reason();
        }
    }

    private static String words(final @Nullable Reason reason)
    {
        return reason == null ? "that it is whole" : reason.toString();
    }
}
