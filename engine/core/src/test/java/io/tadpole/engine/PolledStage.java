package io.tadpole.engine;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Consumer;
import io.tadpole.ring.ControlledMessageHandler;
import io.tadpole.ring.ControlledMessageHandler.Action;
import io.tadpole.ring.MessageHandler;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Status;
import org.jspecify.annotations.Nullable;

/**
 * A stage that does not take a stretch before somebody else's thread has polled all of it, where it lies: so the
 * contract of consumers can be asked of an engine that nobody outside can read.
 */
final class PolledStage implements BatchStage, Consumer
{
    /** A stretch of the ring, as the engine offers it. */
    private record Stretch(SegmentBuffer buffer, int offset, int length, long endPosition)
    {
    }

    /** The stage's thread offers; the polling one takes it away when it is consumed. */
    private volatile @Nullable Stretch stretch;
    private volatile long offered;
    private volatile long released;
    private volatile boolean closed;
    private long position;

    @Override
    public long onBatch(
        final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
    {
        if (closed || endPosition <= released)
        {
            offered = endPosition;
            return 0;
        }
        if (endPosition > offered)
        {
            stretch = new Stretch(buffer, offset, length, endPosition);
            offered = endPosition;
        }
        return Status.BACK_PRESSURED;
    }

    /** Up to where the engine has offered the ring. */
    long offered()
    {
        return offered;
    }

    /** Up to where the stage takes what it is offered. */
    long released()
    {
        return released;
    }

    @Override
    public int poll(final MessageHandler handler, final int limit)
    {
        return controlledPoll((buffer, offset, length, start) ->
        {
            handler.onMessage(buffer, offset, length, start);
            return Action.CONTINUE;
        }, limit);
    }

    @Override
    public int controlledPoll(final ControlledMessageHandler handler, final int limit)
    {
        final Stretch current = stretch;
        if (closed || current == null)
        {
            return closed ? (int)Status.CLOSED : 0;
        }
        final long start = current.endPosition - current.length;
        // What was polled before ends before some padding.
        position = Math.max(position, start);
        int count = 0;
        Action action = Action.CONTINUE;
        while (count < limit && action != Action.BREAK && position < current.endPosition && !closed)
        {
            final int at = current.offset + (int)(position - start);
            final int length = RecordLayout.messageLength(current.buffer.getLong(at));
            action = handler.onMessage(current.buffer, at + RecordLayout.HEADER_LENGTH, length, position);
            if (action == Action.ABORT)
            {
                break;
            }
            position += (length + RecordLayout.HEADER_LENGTH + RecordLayout.UNIT - 1) & -RecordLayout.UNIT;
            count++;
        }
        if (position == current.endPosition)
        {
            stretch = null;
            released = position;
        }
        return count;
    }

    @Override
    public long position()
    {
        return position;
    }

    @Override
    public void close()
    {
        closed = true;
    }
}
