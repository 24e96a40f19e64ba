package io.tadpole.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A state in the memory of this process, which ends with it. The kernel changes the rows that count. */
final class MemoryState implements KernelState
{
    private final Arena arena = Arena.ofShared();
    private final MemorySegment rows;
    private final MemorySegment touched;
    private long position = -1;

    /**
     * Allocates the rows, all zero.
     *
     * @param shape of them.
     */
    MemoryState(final StateShape shape)
    {
        this.rows = arena.allocate(shape.length(), StateFileLayout.ROW_ALIGNMENT);
        this.touched = arena.allocate(shape.touchedLength(), Long.BYTES);
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
