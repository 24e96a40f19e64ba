package io.tadpole.engine;

import io.tadpole.ring.RecordLayout;
import org.agrona.DirectBuffer;

/** A stage that checks message by message. */
class CheckingMessages extends Checker implements MessageStage
{
    private volatile boolean ended;

    CheckingMessages(final Script script, final Checker... before)
    {
        super(script, before);
    }

    /** Whether the last message that arrived ended a batch. */
    final boolean ended()
    {
        return ended;
    }

    @Override
    public void onMessage(
        final DirectBuffer buffer, final int offset, final int length, final long sequence,
        final boolean endOfBatch)
    {
        check(buffer, offset, length, sequence * RecordLayout.UNIT, 0);
        ended = endOfBatch;
        handled(1);
    }
}
