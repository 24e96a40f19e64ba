package io.tadpole.journal;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.core.time.SystemTimeProvider;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.single.TableStoreWriteLock;
import net.openhft.chronicle.queue.rollcycles.SparseRollCycles;
import net.openhft.chronicle.threads.Pauser;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * A Chronicle queue of excerpts: opened, and appended to.
 *
 * <p>Files roll each hour, by UTC, when something is appended; never backward, should the clock go back. That roll
 * cycle takes 4.7 million excerpts a second for the whole hour and keeps its index arrays at 32 KiB. Blocks of 256
 * MiB let 16 MiB messages through; files are sparse, so a block costs address space, not disk.
 *
 * <p>One thread at a time.
 */
final class ChronicleFiles implements AutoCloseable
{
    static final SparseRollCycles ROLL_CYCLE = SparseRollCycles.LARGE_HOURLY_SPARSE;
    private static final long CYCLE_NS = ROLL_CYCLE.lengthInMillis() * 1_000_000L;
    private static final long BLOCK_LENGTH = 256L << 20;

    // What an append may write beside its excerpt: a new file's header, two index arrays of 32 KiB, the mark of the
    // file's end, the word behind the excerpt that Chronicle clears. And 64 KiB that readers may touch.
    private static final long MARGIN = 192 << 10;

    // As Chronicle makes it: it cannot read a longer one.
    private static final int METADATA_LENGTH = 128 << 10;

    private final Path directory;
    private final SingleChronicleQueue queue;
    private final RollClock clock;
    private @Nullable ExcerptAppender appender;
    private @Nullable RealSpace space;
    private long end;

    // The file of which all before are on the disk, up to the mark of their end.
    private int syncedCycle = Integer.MIN_VALUE;

    private ChronicleFiles(final Path directory, final SingleChronicleQueue queue, final RollClock clock)
    {
        this.directory = directory;
        this.queue = queue;
        this.clock = clock;
    }

    /** Chronicle asks it which file to append to. */
    private static final class RollClock implements TimeProvider
    {
        private int cycle;

        @Override
        public long currentTimeMillis()
        {
            return (long)cycle * ROLL_CYCLE.lengthInMillis();
        }
    }

    static ChronicleFiles forReading(final Path directory)
    {
        return open(directory, true);
    }

    /**
     * Opens for appending, behind {@link #resume()}. The caller holds the directory's {@link WriterLock}, and has
     * checked what is in it.
     */
    static ChronicleFiles forWriting(final Path directory) throws IOException
    {
        if (JournalFiles.removeUnfinished(directory))
        {
            try (RealSpace metadata = new RealSpace(directory.resolve(JournalFiles.METADATA), 0))
            {
                if (!metadata.ensureExactly(METADATA_LENGTH))
                {
                    throw new IOException("no space for a journal in " + directory);
                }
            }
        }
        return open(directory, false);
    }

    private static ChronicleFiles open(final Path directory, final boolean readOnly)
    {
        final RollClock clock = new RollClock();
        final SingleChronicleQueue queue;
        try
        {
            queue = SingleChronicleQueueBuilder.binary(directory.toFile())
                .rollCycle(ROLL_CYCLE)
                .blockSize(BLOCK_LENGTH)
                .timeProvider(readOnly ? SystemTimeProvider.INSTANCE : clock)
                .checkInterrupts(false)
                .readOnly(readOnly)
                .build();
        }
        catch (final RuntimeException | AssertionError foreign)
        {
            throw new JournalException("cannot open the queue in " + directory + ": " + foreign.getMessage(), foreign);
        }
        if (queue.rollCycle() != ROLL_CYCLE)
        {
            queue.close();
            throw new JournalException(
                directory + " holds a Chronicle queue that rolls by " + queue.rollCycle() + ", not a journal's");
        }
        return new ChronicleFiles(directory, queue, clock);
    }

    /** Goes on behind the last whole excerpt, whatever the writer before was doing when it died. */
    void resume() throws IOException
    {
        // Its owner is dead, as we hold the kernel's lock; Chronicle itself would ask for a process of that number,
        // and in a container find ourselves.
        try (TableStoreWriteLock lock = new TableStoreWriteLock(queue.metaStore(), Pauser::balanced, 1_000L))
        {
            lock.forceUnlock();
        }
        final int last = queue.lastCycle();
        if (last != Integer.MIN_VALUE)
        {
            resume(last);
        }
        appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
    }

    private void resume(final int last) throws IOException
    {
        try (ChronicleFile file = Objects.requireNonNull(ChronicleFile.open(queue, last)))
        {
            end = file.settle();
            clock.cycle = file.isClosed(end) ? last + 1 : last;
        }
        if (clock.cycle == last)
        {
            space = new RealSpace(JournalFiles.path(directory, last), end);
            space.clear(end, ExcerptLayout.BODY_OFFSET + ExcerptLayout.MAX_RECORD_LENGTH + MARGIN);
        }
    }

    /**
     * Reads the last excerpt of the journal.
     *
     * @return the number of its file; -1 when the journal has no excerpt.
     */
    int readLast(final Excerpt into)
    {
        final List<Path> files = JournalFiles.list(directory);
        for (int i = files.size() - 1; i >= 0; i--)
        {
            final int cycle = JournalFiles.cycle(files.get(i));
            try (ChronicleFile file = ChronicleFile.open(queue, cycle))
            {
                if (file != null && file.readLast(into))
                {
                    return cycle;
                }
            }
        }
        return -1;
    }

    /**
     * Appends one excerpt.
     *
     * @param now nanoseconds since the epoch.
     * @return 0, or {@link Status#NO_SPACE}: then nothing was written.
     */
    long append(
        final SegmentBuffer header, final SegmentBuffer records, final int offset, final int length, final long now)
    {
        final int cycle = Math.max(clock.cycle, (int)(now / CYCLE_NS));
        final long needed = ExcerptLayout.BODY_OFFSET + length + MARGIN;
        final RealSpace current = space;
        if ((current == null || cycle != clock.cycle) ? !roll(cycle, needed) : !current.ensure(end + needed))
        {
            return Status.NO_SPACE;
        }
        write(header, records, offset, length);
        return 0;
    }

    // Chronicle renames a file that was created before, when it needs it: so the new file's space is real as well.
    private boolean roll(final int cycle, final long needed)
    {
        try
        {
            final RealSpace next = new RealSpace(JournalFiles.preCreatedPath(directory, cycle), 0);
            if (!next.ensure(needed))
            {
                next.close();
                Files.delete(next.path());
                return false;
            }
            if (space != null)
            {
                space.close();
            }
            space = next;
        }
        catch (final IOException failed)
        {
            if (RealSpace.isFull(directory, failed))
            {
                return false;
            }
            throw new JournalException("cannot create the journal's next file: " + failed.getMessage(), failed);
        }
        clock.cycle = cycle;
        return true;
    }

    private void write(final SegmentBuffer header, final SegmentBuffer records, final int offset, final int length)
    {
        final ExcerptAppender open = Objects.requireNonNull(appender, "opened for reading");
        final DocumentContext document = open.writingDocument();
        boolean whole = false;
        try
        {
            final Bytes<?> bytes = document.wire().bytes();
            final long start = bytes.writePosition();
            final int total = ExcerptLayout.BODY_OFFSET + length;
            final MemorySegment target = ChronicleFile.memory(bytes.addressForWrite(start), total);
            MemorySegment.copy(header.segment(), 0, target, 0, ExcerptLayout.BODY_OFFSET);
            MemorySegment.copy(records.segment(), offset, target, ExcerptLayout.BODY_OFFSET, length);
            bytes.writeSkip(total);
            end = start + total;
            whole = true;
        }
        finally
        {
            if (!whole)
            {
                document.rollbackOnClose();
            }
            document.close();
        }
    }

    /** Waits until everything that was appended is on the disk, whoever appended it. */
    void sync() throws IOException
    {
        if (space != null)
        {
            space.sync();
        }
        if (syncedCycle < clock.cycle)
        {
            syncOthers();
            syncedCycle = clock.cycle;
        }
    }

    // The mark of a file's end is written with the first excerpt of the next file, so no earlier sync had it.
    private void syncOthers() throws IOException
    {
        for (final Path file : JournalFiles.list(directory))
        {
            final int cycle = JournalFiles.cycle(file);
            if (syncedCycle <= cycle && cycle < clock.cycle)
            {
                sync(file);
            }
        }
        sync(directory.resolve(JournalFiles.METADATA));
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ))
        {
            entries.force(true);
        }
    }

    private static void sync(final Path file) throws IOException
    {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r"))
        {
            opened.getFD().sync();
        }
    }

    /** Whether a file's first excerpt is taken for metadata. */
    boolean hidesItsFirst(final int cycle)
    {
        try (ChronicleFile file = ChronicleFile.open(queue, cycle))
        {
            return file != null && file.hidesItsFirst();
        }
    }

    ChronicleCursor cursor()
    {
        return new ChronicleCursor(queue);
    }

    /** How many excerpts a file holds. */
    long excerpts(final int cycle)
    {
        try (ExcerptTailer tailer = queue.createTailer())
        {
            return tailer.excerptsInCycle(cycle);
        }
    }

    @Override
    public void close()
    {
        try
        {
            if (appender != null)
            {
                appender.close();
            }
            queue.close();
            // Else the files stay mapped for a while.
            BackgroundResourceReleaser.releasePendingResources();
        }
        finally
        {
            if (space != null)
            {
                space.close();
            }
        }
    }
}
