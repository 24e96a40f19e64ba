package io.tadpole.journal;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What went through an engine, in the order in which it went, in a directory of Chronicle files. Each message has a
 * journal sequence: 0, 1, 2, … without a gap, over restarts. A directory has one writer and any number of readers
 * ({@link Replay}, {@link #describe(Path)}), in any process.
 *
 * <p>One thread at a time; it may be another one than opened the journal. An append that names 0 is in the hands of
 * the operating system: it survives the end of the process, and by {@link Durability} the loss of power.
 */
public final class Journal implements AutoCloseable
{
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path directory;
    private final Durability durability;
    private final LongSupplier clock;
    private final WriterLock lock;
    private final ChronicleFiles files;
    private final ExcerptHeader header = new ExcerptHeader();
    private final RecordWalk walk = new RecordWalk();

    // Of the stretch's memory, for its CRC; asked for anew only when the memory is another. Segments at the same place
    // are equal though the one was unmapped before the other was mapped: only their scopes tell.
    private MemorySegment memory = MemorySegment.NULL;
    private ByteBuffer view = ByteBuffer.allocate(0);

    private long nextSequence;
    private long ringId;
    private long endPosition = -1;
    private long runStart;
    private boolean failed;
    private boolean closed;

    private Journal(
        final Path directory,
        final Durability durability,
        final LongSupplier clock,
        final WriterLock lock,
        final ChronicleFiles files)
    {
        this.directory = directory;
        this.durability = durability;
        this.clock = clock;
        this.lock = lock;
        this.files = files;
    }

    /**
     * Opens a journal for writing, with {@link Durability#OS}.
     *
     * @param directory of the journal; created when it does not exist.
     * @return the journal, at its end.
     * @throws IOException      when the directory cannot be created, read or written, or has no space.
     * @throws JournalException when it has a writer already, holds something else, or its end is damaged.
     */
    public static Journal open(final Path directory) throws IOException
    {
        return open(directory, Durability.OS);
    }

    /**
     * Opens a journal for writing. It goes on behind the last whole excerpt, whenever and however the writer before
     * ended.
     *
     * @param directory  of the journal; created, for its owner only, when it does not exist.
     * @param durability what an append has survived when it returns.
     * @return the journal, at its end.
     * @throws IOException      when the directory cannot be created, read or written, or has no space.
     * @throws JournalException when it has a writer already, holds something else, or its end is damaged.
     */
    public static Journal open(final Path directory, final Durability durability) throws IOException
    {
        return open(directory, durability, EpochClock::nanoTime);
    }

    static Journal open(final Path directory, final Durability durability, final LongSupplier clock) throws IOException
    {
        if (!Files.exists(directory))
        {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        }
        if (!JournalFiles.isEmpty(directory))
        {
            JournalFiles.check(directory);
        }
        final WriterLock lock = WriterLock.acquire(directory);
        ChronicleFiles files = null;
        Journal journal = null;
        try
        {
            files = ChronicleFiles.forWriting(directory);
            final Journal resumed = new Journal(directory, durability, clock, lock, files);
            resumed.resume();
            journal = resumed;
            return resumed;
        }
        finally
        {
            if (journal == null)
            {
                close(files, lock);
            }
        }
    }

    private static void close(final @Nullable ChronicleFiles files, final WriterLock lock)
    {
        try
        {
            if (files != null)
            {
                files.close();
            }
        }
        finally
        {
            lock.close();
        }
    }

    private void resume() throws IOException
    {
        try (ExcerptReader reader = new ExcerptReader(directory, files))
        {
            if (reader.readLast())
            {
                nextSequence = reader.header().endSequence();
                ringId = reader.header().ringId();
                endPosition = reader.header().endPosition();
                runStart = reader.header().runStart();
            }
        }
        files.resume();
    }

    /**
     * Appends a stretch of records as one excerpt.
     *
     * @param ringId      identity of the ring they come from; 0 when from none.
     * @param buffer      in which they lie.
     * @param offset      of the first record's header word.
     * @param length      of all the records in bytes, a multiple of 64; at most 1 MiB, or one record.
     * @param messages    the number of records, at least 1.
     * @param endPosition position in the ring behind the last record; beyond what was journaled of that ring.
     * @return 0; or {@link Status#NO_SPACE}: then nothing was appended, and the same call succeeds when there is space.
     * @throws IllegalArgumentException when the stretch is not so many whole records, is too long, or does not follow
     *                                  what was journaled of its ring.
     * @throws JournalException         when the append failed: whether the excerpt is there shows when the journal is
     *                                  opened anew, until then every further append is refused.
     */
    public long append(
        final long ringId,
        final SegmentBuffer buffer,
        final int offset,
        final int length,
        final int messages,
        final long endPosition)
    {
        if (closed)
        {
            throw new IllegalStateException("the journal in " + directory + " is closed");
        }
        if (failed)
        {
            throw new JournalException("an append to the journal in " + directory + " failed before: open it anew");
        }
        final boolean sameRun = nextSequence > 0 && ringId == this.ringId;
        final long journaled = sameRun ? this.endPosition : endPosition(ringId);
        if (endPosition - length < journaled)
        {
            throw new IllegalArgumentException("records from " + (endPosition - length) + " to " + endPosition
                + " were journaled before: the journal is at " + journaled);
        }
        final long now = clock.getAsLong();
        describe(buffer, offset, length, messages, now);
        final long start = sameRun ? runStart : nextSequence;
        header.sequences(nextSequence, messages);
        header.ring(ringId, endPosition, start);
        header.seal(bytes(buffer, offset, length));
        final long status = append(buffer, offset, length, now);
        if (status == 0)
        {
            nextSequence += messages;
            this.ringId = ringId;
            this.endPosition = endPosition;
            runStart = start;
        }
        return status;
    }

    private long append(final SegmentBuffer buffer, final int offset, final int length, final long now)
    {
        failed = true;
        final long status;
        try
        {
            status = files.append(header.buffer(), buffer, offset, length, now);
            if (status == 0 && durability == Durability.SYNC_EVERY_BATCH)
            {
                files.sync();
            }
        }
        catch (final IOException | RuntimeException | InternalError failure)
        {
            throw new JournalException("cannot append to the journal in " + directory + ": " + failure, failure);
        }
        failed = false;
        return status;
    }

    // Sets the header's timestamps, and checks that the stretch is what it is said to be.
    private void describe(
        final SegmentBuffer buffer, final int offset, final int length, final int messages, final long now)
    {
        final int most = messages == 1 ? ExcerptLayout.MAX_RECORD_LENGTH : ExcerptLayout.MAX_BATCH_LENGTH;
        if (length > most)
        {
            throw new IllegalArgumentException(
                messages + " records of " + length + " bytes are too long for an excerpt: at most " + most);
        }
        int count = 0;
        boolean more = walk.start(buffer, offset, length, now);
        final long first = walk.timestamp();
        while (more)
        {
            count++;
            more = walk.advance();
        }
        if (!walk.isAtEnd() || count != messages || count == 0)
        {
            throw new IllegalArgumentException(
                length + " bytes hold " + count + " whole records, not " + messages);
        }
        header.timestamps(first, walk.timestamp());
    }

    private ByteBuffer bytes(final SegmentBuffer buffer, final int offset, final int length)
    {
        final MemorySegment segment = buffer.segment();
        if (!segment.equals(memory) || !segment.scope().equals(memory.scope()))
        {
            memory = segment;
            view = segment.asByteBuffer();
        }
        return view.limit(offset + length).position(offset);
    }

    /**
     * The sequence of the message that will be appended next.
     *
     * @return the number of messages that were ever appended.
     */
    public long nextSequence()
    {
        return nextSequence;
    }

    /**
     * Up to where a ring has been journaled. Quick for the ring that was journaled last; for another one it looks
     * through the journal, from one change of rings to the one before.
     *
     * @param ringId identity of the ring.
     * @return position in bytes behind its last record in the journal; -1 when there is none.
     * @throws JournalException when the journal is damaged.
     */
    public long endPosition(final long ringId)
    {
        if (nextSequence == 0 || ringId == this.ringId)
        {
            return endPosition;
        }
        try (ExcerptReader reader = new ExcerptReader(directory, files))
        {
            long before = runStart;
            while (before > 0 && reader.readHolder(before - 1))
            {
                if (reader.header().ringId() == ringId)
                {
                    return reader.header().endPosition();
                }
                before = reader.header().runStart();
            }
        }
        return -1;
    }

    /**
     * Waits until everything that was appended is on the disk, whatever the durability.
     *
     * @throws IOException when the disk refuses; what is there then is unknown.
     */
    public void sync() throws IOException
    {
        files.sync();
    }

    /**
     * Describes a journal, from outside: it may have a writer at the same time.
     *
     * @param directory of the journal.
     * @return what it holds.
     * @throws JournalException when there is no journal, or it is damaged.
     */
    public static JournalDescription describe(final Path directory)
    {
        return JournalDescription.of(directory);
    }

    /** Closes the journal and gives the directory free. */
    @Override
    public void close()
    {
        if (!closed)
        {
            closed = true;
            close(files, lock);
        }
    }
}
