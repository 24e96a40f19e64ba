package io.tadpole.journal;

import java.lang.foreign.MemorySegment;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads the excerpts of a Chronicle queue forward. An excerpt's index is the number of its file and, in that, its own.
 * One thread at a time.
 */
final class ChronicleCursor implements AutoCloseable
{
    private static final int WORD = Integer.BYTES;

    private final SingleChronicleQueue queue;
    private final ExcerptTailer tailer;
    private int readCycle = -1;
    private long index;
    private long start;
    private long end;
    private @Nullable ChronicleFile watched;
    private int watchedCycle;

    ChronicleCursor(final SingleChronicleQueue queue)
    {
        this.queue = queue;
        this.tailer = queue.createTailer();
        tailer.singleThreadedCheckDisabled(true);
    }

    static long index(final int cycle, final long number)
    {
        return ChronicleFiles.ROLL_CYCLE.toIndex(cycle, number);
    }

    static int cycle(final long index)
    {
        return ChronicleFiles.ROLL_CYCLE.toCycle(index);
    }

    /** The index of the excerpt that {@link #next} read, or tried to read. */
    long index()
    {
        return index;
    }

    /** Where the excerpt that was read last ends in its file. */
    long end()
    {
        return end;
    }

    /** Moves before an excerpt, if there is one of this index. */
    boolean moveTo(final long target)
    {
        return tailer.moveToIndex(target);
    }

    /** Copies the excerpt at the cursor, if there is one, and moves behind it. */
    boolean next(final Excerpt into)
    {
        boolean read = false;
        try (DocumentContext document = tailer.readingDocument())
        {
            if (!document.isPresent())
            {
                return false;
            }
            final Bytes<?> bytes = document.wire().bytes();
            final long length = bytes.readRemaining();
            index = document.index();
            read = true;
            readCycle = cycle(index);
            start = bytes.readPosition();
            end = start + length;
            ChronicleFile.checkLength(length);
            final MemorySegment source = ChronicleFile.memory(bytes.addressForRead(start, (int)length), length);
            into.copyFrom(source);
            return true;
        }
        finally
        {
            if (!read)
            {
                // By now it may have gone on to the next file.
                index = tailer.index();
            }
        }
    }

    /**
     * Whether excerpts lie behind the cursor although it found none: then what leads to them is damaged, unless the
     * next look finds one. (The writer notes where an excerpt is after it has made it visible.)
     */
    boolean isStuck()
    {
        final int last = queue.lastCycle();
        if (last == Integer.MIN_VALUE)
        {
            return false;
        }
        final int cycle = Math.min(last, cycle(tailer.index()));
        final long read = cycle == readCycle ? start - WORD : 0;
        return noted(cycle) > read || (last > cycle && noted(last) > 0);
    }

    /** Whether a file holds an excerpt, by its own note. */
    boolean isNoted(final int cycle)
    {
        return noted(cycle) > 0;
    }

    private long noted(final int cycle)
    {
        ChronicleFile file = watched;
        if (file == null || watchedCycle != cycle)
        {
            unwatch();
            file = ChronicleFile.open(queue, cycle);
            watched = file;
            watchedCycle = cycle;
        }
        return file == null ? 0 : file.noted();
    }

    private void unwatch()
    {
        if (watched != null)
        {
            watched.close();
            watched = null;
        }
    }

    @Override
    public void close()
    {
        unwatch();
        tailer.close();
    }
}
