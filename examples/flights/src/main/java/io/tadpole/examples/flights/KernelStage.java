package io.tadpole.examples.flights;

import io.tadpole.engine.BatchStage;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.kernel.KernelConfig;
import io.tadpole.kernel.NativeKernel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A stage that is a kernel: native code in this JVM, the demo's own or the user's. Counts what it handles, and what its
 * thread allocates. Another thread may ask for what it has found after the stage has ended.
 */
final class KernelStage implements BatchStage
{
    private static final int SHOWN_ROWS = 16;
    private static final int SHOWN_WORDS = 1024;

    private final Path library;
    private final NativeKernel kernel;
    private final Allocation allocation;
    private long events;

    /**
     * Runs a kernel.
     *
     * @param library      that it is.
     * @param kernel       of that library; whoever loaded it closes it.
     * @param warmUpEvents before allocation is counted.
     */
    KernelStage(final Path library, final NativeKernel kernel, final long warmUpEvents)
    {
        this.library = library;
        this.kernel = kernel;
        this.allocation = new Allocation(warmUpEvents);
    }

    /**
     * Loads a kernel that keeps a board.
     *
     * @param library that it is.
     * @param state   the file to keep the board in.
     * @throws IOException when it is none, or keeps something else: one sentence that says what to do.
     */
    static NativeKernel load(final Path library, final Path state) throws IOException
    {
        final NativeKernel kernel = NativeKernel.load(KernelConfig.of(library).withStateFile(state));
        final long length = kernel.state().byteSize();
        if (length != BoardStateLayout.COPY_LENGTH)
        {
            kernel.close();
            throw new IOException(library + " keeps a state of " + length + " bytes, and a board has " +
                BoardStateLayout.COPY_LENGTH + ": build the kernel of the flights demo");
        }
        return kernel;
    }

    @Override
    public long resumeAt(final long ringId, final long mirrored)
    {
        return kernel.resumeAt(ringId, mirrored);
    }

    @Override
    public long onBatch(
        final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
    {
        final long status = kernel.onBatch(buffer, offset, length, messages, endPosition);
        events += messages;
        allocation.events(events);
        return status;
    }

    @Override
    public void onPassedOver(final long endPosition)
    {
        kernel.onPassedOver(endPosition);
    }

    /**
     * The board that a kernel of the demo's own keeps.
     *
     * @param position up to which it should count, in bytes.
     * @throws IOException         when its rows are no board's.
     * @throws DemoFailedException when it counts up to another position.
     */
    Board board(final long position) throws IOException
    {
        if (kernel.position() != position)
        {
            throw new DemoFailedException("the kernel's board counts up to position " + kernel.position() +
                ", the ring ends at " + position);
        }
        return BoardState.board(kernel.state().asByteBuffer(), "the board of " + library);
    }

    /** What a kernel of the user's has found, with the first of its rows. */
    Result.UserKernel found()
    {
        final long rowLength = kernel.rowLength();
        final long rows = rowLength == 0 ? 0 : kernel.state().byteSize() / rowLength;
        return new Result.UserKernel(
            library.toString(),
            events,
            kernel.position(),
            LongStream.range(0, Math.min(rows, SHOWN_ROWS))
                .mapToObj(row -> words(row * rowLength, rowLength)).toList());
    }

    private List<Long> words(final long offset, final long length)
    {
        final MemorySegment row = kernel.state().asSlice(offset, Math.min(length, SHOWN_WORDS * (long)Long.BYTES));
        return LongStream.of(row.toArray(ValueLayout.JAVA_LONG)).boxed().toList();
    }

    /** What the stage's thread allocates. */
    Allocation allocation()
    {
        return allocation;
    }
}
