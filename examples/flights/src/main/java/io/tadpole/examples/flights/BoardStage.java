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
    private final Hop hop;

    /**
     * Keeps a board.
     *
     * @param hop that measures this stage.
     */
    BoardStage(final Hop hop)
    {
        this.hop = hop;
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
        hop.record(event.timestampNs(), hop.nowNs());
    }

    /** What measures it. */
    Hop hop()
    {
        return hop;
    }

    /** What it has counted. */
    Board board()
    {
        return board;
    }
}
