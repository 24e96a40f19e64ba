package io.tadpole.kernel;

import io.tadpole.engine.BatchStage;
import io.tadpole.engine.MessageRefusedException;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.kernel.KernelException.Reason;
import io.tadpole.ring.BatchHandler;
import io.tadpole.ring.MessageHandler;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.RingConsumer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of a shared library that handles messages where they lie, in this JVM: a stage of an engine, or what a
 * plain ring's consumer hands its messages to. It costs one call a batch, and no allocation.
 *
 * <pre>
 *     try (NativeKernel count = NativeKernel.load(Path.of("libcount.so"));
 *         Engine engine = Engine.create(channel, config, new StageGraph().stage("count", count)))
 * </pre>
 *
 * <p>One ring, and one thread at a time: the stage's, or the one that polls. The kernel's own code is as free as that
 * of the JVM itself: what it writes outside its state, or reads outside its batch, nobody checks. Close it behind the
 * engine.
 */
public final class NativeKernel implements BatchStage, AutoCloseable
{
    /** The version of the calls that this class makes. */
    private static final long ABI = 1;
    /** The version of the records that it hands over. */
    private static final long LAYOUT = 1;

    private final Path library;
    private final Arena arena;
    private final MemorySegment function;
    private final KernelState state;
    private final long rowLength;
    private final BatchHandler taking = this::take;
    private @Nullable RingConsumer polled;
    private @Nullable MessageRefusedException refused;
    private boolean closed;
    /** It failed in a way that leaves its state in doubt: it is called no more. */
    private boolean broken;

    private NativeKernel(
        final Path library,
        final Arena arena,
        final MemorySegment function,
        final KernelState state,
        final long rowLength)
    {
        this.library = library;
        this.arena = arena;
        this.function = function;
        this.state = state;
        this.rowLength = rowLength;
    }

    /**
     * Loads a kernel that keeps its state in memory.
     *
     * @param library that exports what docs/kernels.md says.
     * @return the kernel, to be closed.
     * @throws KernelException when it could harm the JVM, or is no kernel.
     * @throws IOException     when it cannot be read.
     */
    public static NativeKernel load(final Path library) throws IOException
    {
        return load(KernelConfig.of(library));
    }

    /**
     * Loads a kernel.
     *
     * @param config which, and how.
     * @return the kernel, to be closed.
     * @throws KernelException when it could harm the JVM, or is no kernel, or its state is not its own.
     * @throws IOException     when a file cannot be read, or the state is in use.
     */
    public static NativeKernel load(final KernelConfig config) throws IOException
    {
        final Path runtime = config.codonRuntime();
        final byte[] checked = LibraryCheck.check(config.library(), runtime != null, Native::isKnown);
        final Arena arena = Arena.ofShared();
        try
        {
            final SignalHandlers before = SignalHandlers.now();
            if (runtime != null)
            {
                CodonRuntime.prepare(runtime);
            }
            final SymbolLookup exports =
                loadCopy(config.library(), checked, runtime == null ? arena : Arena.global());
            final List<Integer> changed = before.restore();
            if (!changed.isEmpty())
            {
                throw new KernelException(
                    Reason.SIGNALS,
                    config.library() + " changed what the JVM does at the signals " + changed +
                    "; that is put back, and the library is not used: build it without the runtime that does so");
            }
            final StateShape shape = shape(config.library(), exports);
            final Path file = config.stateFile();
            return new NativeKernel(
                config.library(),
                arena,
                Native.function(exports, LibraryCheck.ON_BATCH),
                file == null ? new MemoryState(shape) : StateFile.open(file, shape),
                shape.rowLength());
        }
        catch (final IOException | RuntimeException | Error failed)
        {
            arena.close();
            throw failed;
        }
    }

    /**
     * Loads what was checked, and not what lies at that path by now: from a copy that nobody else knows, under the same
     * name. The system would also take a library for loaded that it once found at that path.
     */
    private static SymbolLookup loadCopy(final Path library, final byte[] checked, final Arena arena)
        throws IOException
    {
        final Path folder = Files.createTempDirectory("tadpole-kernel-");
        final Path copy = folder.resolve(library.getFileName());
        try
        {
            Files.write(copy, checked);
            return Native.load(library, copy, arena);
        }
        finally
        {
            Files.deleteIfExists(copy);
            Files.delete(folder);
        }
    }

    private static StateShape shape(final Path library, final SymbolLookup exports) throws KernelException
    {
        checkVersion(library, "the kernel's calls", ABI, number(exports, LibraryCheck.ABI));
        checkVersion(library, "the records' layout", LAYOUT, number(exports, LibraryCheck.LAYOUT));
        final StateShape shape = new StateShape(
            number(exports, LibraryCheck.ROWS),
            number(exports, LibraryCheck.ROW_LENGTH),
            number(exports, LibraryCheck.VERSION));
        if (!shape.isPossible())
        {
            throw new KernelException(
                Reason.STATE,
                library + " wants a state of " + shape +
                ": it can have 1 GiB in all, in rows of 8 bytes, 16, and so on");
        }
        return shape;
    }

    private static void checkVersion(final Path library, final String what, final long ours, final long theirs)
        throws KernelException
    {
        if (theirs != ours)
        {
            throw new KernelException(
                Reason.VERSION,
                library + " was built for version " + theirs + " of " + what + ", and this is version " + ours + ": " +
                (theirs > ours ? "update Tadpole, or build it with this one" : "build it anew"));
        }
    }

    private static long number(final SymbolLookup exports, final String name)
    {
        return Native.number(Native.function(exports, name));
    }

    /**
     * Ties the state to the ring: one in memory begins where the former stage was, one in a file where it ended.
     *
     * @throws IllegalArgumentException when the state is of another ring, or is an older one than the former stage's.
     */
    @Override
    public long resumeAt(final long ringId, final long mirrored)
    {
        final long position = bind(ringId, mirrored);
        if (position < mirrored)
        {
            throw new IllegalArgumentException(
                "the state of " + library + " counts up to position " + position + ", and the kernel before it had " +
                "come to " + mirrored + ": give the newest state, or another file to count anew from there");
        }
        return position;
    }

    private long bind(final long ringId, final long position)
    {
        if (closed || state.position() >= 0)
        {
            throw new IllegalStateException(
                library + (closed ? " is closed" : " counts a ring already") + ": load it once more for another one");
        }
        return state.bind(ringId, position);
    }

    @Override
    public long onBatch(
        final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
    {
        handle(buffer, offset, length, endPosition, RecordLayout.UNIT);
        final MessageRefusedException why = refused;
        if (why != null)
        {
            refused = null;
            throw why;
        }
        return 0;
    }

    /**
     * Hands the kernel what a plain ring has for a consumer. With the first call the kernel belongs to that consumer,
     * which goes on where the kernel's state counts to.
     *
     * @param consumer to poll.
     * @param limit    the most messages to take, at least 1.
     * @return the number of messages that the kernel handled, 0 when there was none, or a
     *         {@link io.tadpole.ring.Status}.
     * @throws MessageRefusedException  when it refuses the message at the consumer's position: see {@link #passOver}.
     * @throws IllegalArgumentException when the state is of another ring, or of a position that is not in this one.
     * @throws IllegalStateException    when the kernel answers a position outside its batch, or belongs to another
     *                                  consumer.
     */
    public int poll(final RingConsumer consumer, final int limit)
    {
        if (polled == null)
        {
            final long position = bind(consumer.ringId(), consumer.position());
            if (position != consumer.position() && consumer.resumeAt(position) != 0)
            {
                throw new IllegalArgumentException(
                    "the state of " + library + " counts up to position " + position + ", and its consumer, at " +
                    consumer.position() + ", cannot go on from there: give this ring's newest state");
            }
            polled = consumer;
        }
        checkOwn(consumer);
        checkSound();
        final int count = consumer.pollBatch(taking, limit);
        final MessageRefusedException why = refused;
        refused = null;
        if (why != null && count <= 0)
        {
            throw why;
        }
        return count;
    }

    /**
     * Takes the message at the consumer's position, which the kernel refused, to where it is safe. When this process is
     * killed meanwhile, it may be taken again.
     *
     * @param consumer that the kernel belongs to.
     * @param handler  takes the message; when it throws, the message stays.
     * @return 1, or a {@link io.tadpole.ring.Status}.
     */
    public int passOver(final RingConsumer consumer, final MessageHandler handler)
    {
        checkOwn(consumer);
        checkSound();
        return consumer.poll((buffer, offset, length, position) ->
        {
            handler.onMessage(buffer, offset, length, position);
            state.advance(position + RecordLayout.size(length, consumer.alignment()));
        }, 1);
    }

    private void checkOwn(final RingConsumer consumer)
    {
        if (polled != consumer)
        {
            throw new IllegalStateException(library + " belongs to another consumer: load it once more for this one");
        }
    }

    /** Behind padding, or a message that the failure policy has taken. */
    @Override
    public void onPassedOver(final long endPosition)
    {
        state.advance(endPosition);
    }

    private long take(
        final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
    {
        return handle(
            buffer, offset, length, endPosition, polled == null ? RecordLayout.UNIT : polled.alignment());
    }

    /** Calls the kernel until it has handled a stretch, or refuses a message of it: the position up to which it has. */
    private long handle(
        final SegmentBuffer buffer, final int offset, final int length, final long end, final int alignment)
    {
        checkSound();
        final long start = end - length;
        if (start < state.position())
        {
            throw new IllegalStateException(
                library + " is given records from position " + start + " again, and its state counts up to " +
                state.position() + ": load it once more, with its state");
        }
        // Until it has come out well.
        broken = true;
        if (start > state.position())
        {
            // Nothing but padding lies between.
            state.advance(start);
        }
        final long handled = callUntil(buffer, offset, start, end, alignment);
        broken = false;
        return handled;
    }

    private void checkSound()
    {
        if (closed)
        {
            throw new IllegalStateException(library + " is closed: close it behind the engine, or the consumer");
        }
        if (broken)
        {
            throw new IllegalStateException(
                library + " has failed, and is called no more: correct it, and load it once more, with its state");
        }
    }

    private long callUntil(
        final SegmentBuffer buffer, final int offset, final long start, final long end, final int alignment)
    {
        final long address = buffer.segment().address() + offset;
        long at = start;
        while (at < end)
        {
            final long answer = Native.onBatch(
                function, address + (at - start), at, end, alignment, state.rows(), state.touched());
            if (answer < 0)
            {
                state.putBack();
                refused = new MessageRefusedException(
                    at, library + " answered " + answer + " to the message at position " + at);
                return at;
            }
            if (answer != end)
            {
                checkBoundary(buffer, offset + (int)(at - start), at, answer, end, alignment);
            }
            state.commit(answer);
            at = answer;
        }
        return end;
    }

    /** Whether a record starts at the kernel's answer: on the way of what is not common. */
    private void checkBoundary(
        final SegmentBuffer buffer,
        final int offset,
        final long from,
        final long answer,
        final long end,
        final int alignment)
    {
        long at = from;
        int size = 1;
        while (at < answer && at < end && size > 0)
        {
            final int index = offset + (int)(at - from);
            size = RecordLayout.size(buffer.getLong(index), index, buffer.capacity(), alignment);
            at += size;
        }
        if (at != answer || answer == from || answer > end)
        {
            state.putBack();
            throw new IllegalStateException(
                library + " answered position " + answer + " to a batch from " + from + " to " + end +
                ": it may answer the end, a position behind the start where a record starts, or a negative number");
        }
    }

    /**
     * What the kernel keeps: its rows, one after the other. For the thread that runs the kernel, or when it has ended.
     *
     * @return a read-only view, valid until {@link #close}; the bytes change with the next batch.
     */
    public MemorySegment state()
    {
        return state.counted();
    }

    /**
     * How long each row of the state is. Any thread.
     *
     * @return length in bytes, a multiple of 8; 0 when there are no rows.
     */
    public long rowLength()
    {
        return rowLength;
    }

    /**
     * Up to where the state counts. For the thread that runs the kernel, or when it has ended.
     *
     * @return position in bytes; -1 before it is tied to a ring.
     */
    public long position()
    {
        return state.position();
    }

    /**
     * Unloads the library and unmaps the state; a state in a file stays. Harmless when repeated.
     *
     * @throws IllegalStateException when the kernel has changed what it did not touch, or missed its rows: all is
     *                               closed then, and the file is refused from now on.
     */
    @Override
    public void close()
    {
        if (!closed)
        {
            closed = true;
            try
            {
                state.close();
            }
            finally
            {
                arena.close();
            }
        }
    }
}
