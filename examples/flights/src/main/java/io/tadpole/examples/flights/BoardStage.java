package io.tadpole.examples.flights;

import io.tadpole.engine.MessageStage;
import org.agrona.DirectBuffer;

/**
 * Keeps the delay board of what passes, and how long each event took to come here. Another thread may ask for the
 * board after the stage has ended.
 */
final class BoardStage implements MessageStage
{
    private final EventReader event = new EventReader();
    private final Board board = new Board();
    private final Latency latency = new Latency();
    private final Clock clock;
    private final Allocation allocation;
    private long events;

    /**
     * Keeps a board.
     *
     * @param clock      by which the publisher stamps the messages.
     * @param allocation that is told of each event.
     */
    BoardStage(final Clock clock, final Allocation allocation)
    {
        this.clock = clock;
        this.allocation = allocation;
    }

    @Override
    public void onMessage(
        final DirectBuffer buffer,
        final int offset,
        final int length,
        final long sequence,
        final boolean endOfBatch)
    {
        event.wrap(buffer, offset, length);
        board.count(event.kind(), event.origin(), event.dest(), event.delayMinutes());
        latency.record(clock.nowNs() - event.timestampNs());
        allocation.events(++events);
    }

    /** How many events it has counted. */
    long events()
    {
        return events;
    }

    /** What it has counted. */
    Board board()
    {
        return board;
    }

    /** From the message's timestamp to its count. */
    Latency latency()
    {
        return latency;
    }

    /** What its thread allocates. */
    Allocation allocation()
    {
        return allocation;
    }
}
