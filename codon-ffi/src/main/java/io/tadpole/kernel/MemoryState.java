package io.tadpole.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A state in the memory of this process, which ends with it. The kernel changes the rows that count. The memory around
 * them is looked at behind the first commit, the second, the fourth and so on.
 */
final class MemoryState implements KernelState
{
    private final Arena arena = Arena.ofShared();
    private final MemorySegment rows;
    private final MemorySegment touched;
    private final Margins margins;
    private long position = -1;
    private long commits;

    /**
     * Allocates the rows, all zero.
     *
     * @param shape of them.
     */
    MemoryState(final StateShape shape)
    {
        final long margin = StateFileLayout.ROW_ALIGNMENT;
        final long touchedOffset = (margin + shape.length() + margin + Long.BYTES - 1) & -Long.BYTES;
        final MemorySegment all = arena.allocate(touchedOffset + shape.touchedLength() + margin, margin);
        this.rows = all.asSlice(margin, shape.length());
        this.touched = all.asSlice(touchedOffset, shape.touchedLength());
        this.margins = new Margins(
            all.asSlice(0, margin),
            all.asSlice(margin + shape.length(), touchedOffset - margin - shape.length()),
            all.asSlice(touchedOffset + shape.touchedLength()));
    }

    @Override
    public long bind(final long ringId, final long start)
    {
        position = start;
        return start;
    }

    @Override
    public long rows()
    {
        return rows.address();
    }

    @Override
    public long touched()
    {
        return touched.address();
    }

    @Override
    public void commit(final long to)
    {
        position = to;
        commits++;
        if (Long.bitCount(commits) == 1 && !margins.areZero())
        {
            throw new IllegalStateException(Margins.MISSED);
        }
    }

    @Override
    public void advance(final long to)
    {
        position = to;
    }

    /** A kernel that refuses a message has changed nothing: nobody checks that here. */
    @Override
    public void putBack()
    {
    }

    @Override
    public long position()
    {
        return position;
    }

    @Override
    public MemorySegment counted()
    {
        return rows.asReadOnly();
    }

    @Override
    public void close()
    {
        arena.close();
    }
}
