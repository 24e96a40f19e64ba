package io.tadpole.journal;

import java.nio.file.Path;

/**
 * Reads a journal from a sequence on: a stretch of it, or catching up with its writer and then following it. Each
 * excerpt is copied, checked by its CRC32C, and only then delivered, so what a handler gets is what was appended.
 *
 * <p>It only reads, and any number may run in any process. One thread at a time; polls do not block, and allocate
 * nothing per message.
 */
public final class Replay implements AutoCloseable
{
    private final ChronicleFiles files;
    private final ExcerptReader reader;
    private final RecordWalk walk = new RecordWalk();
    private final long endSequence;
    private long nextSequence;
    private long excerptSequence;
    private boolean more;

    private Replay(
        final ChronicleFiles files, final ExcerptReader reader, final long fromSequence, final long endSequence)
    {
        this.files = files;
        this.reader = reader;
        this.nextSequence = fromSequence;
        this.endSequence = endSequence;
    }

    /**
     * Opens a journal to read from a sequence on, without an end: {@link #poll} delivers what there is, and then what
     * is appended.
     *
     * @param directory    of the journal.
     * @param fromSequence of the first message wanted, at least 0; may lie beyond the journal's end.
     * @return the replay.
     * @throws JournalException when there is no journal, it begins behind that sequence, or it is damaged.
     */
    public static Replay open(final Path directory, final long fromSequence)
    {
        return open(directory, fromSequence, Long.MAX_VALUE);
    }

    /**
     * Opens a journal to read a stretch of it.
     *
     * @param directory    of the journal.
     * @param fromSequence of the first message wanted, at least 0; may lie beyond the journal's end.
     * @param endSequence  behind the last message wanted; may lie beyond the journal's end.
     * @return the replay.
     * @throws JournalException when there is no journal, it begins behind that sequence, or it is damaged.
     */
    public static Replay open(final Path directory, final long fromSequence, final long endSequence)
    {
        if (fromSequence < 0 || endSequence < fromSequence)
        {
            throw new IllegalArgumentException("no sequences: from " + fromSequence + " to before " + endSequence);
        }
        JournalFiles.check(directory);
        final ChronicleFiles files = ChronicleFiles.forReading(directory);
        boolean opened = false;
        try
        {
            final ExcerptReader reader = new ExcerptReader(directory, files);
            final Replay replay = new Replay(files, reader, fromSequence, endSequence);
            replay.start(directory);
            opened = true;
            return replay;
        }
        finally
        {
            if (!opened)
            {
                files.close();
            }
        }
    }

    private void start(final Path directory)
    {
        if (!reader.readLast())
        {
            return;
        }
        final long last = reader.header().endSequence() - 1;
        if (!reader.find(Math.min(last, nextSequence)))
        {
            throw new JournalException("the journal in " + directory + " begins behind sequence " + nextSequence);
        }
        excerptSequence = reader.header().firstSequence();
    }

    /**
     * Delivers messages that are there. When the handler throws, the messages before are delivered, and its own is
     * delivered again by the next poll.
     *
     * @param handler takes each message.
     * @param limit   the most messages to deliver, at least 1.
     * @return the number of messages delivered; 0 when there is none now, or {@link #isComplete()}.
     * @throws JournalException when the next excerpt is damaged or missing; the message names file, index and
     *                          sequence.
     */
    public int poll(final ReplayHandler handler, final int limit)
    {
        int delivered = 0;
        while (delivered < limit && nextSequence < endSequence && (more || nextExcerpt()))
        {
            handler.onMessage(
                walk.buffer(), walk.messageOffset(), walk.messageLength(), nextSequence, walk.timestamp());
            nextSequence++;
            delivered++;
            more = walk.advance();
        }
        return delivered;
    }

    // Reads on to the excerpt that holds the next sequence, and in that to its record.
    private boolean nextExcerpt()
    {
        long skipped;
        do
        {
            if (!reader.next(excerptSequence))
            {
                return false;
            }
            skipped = nextSequence - excerptSequence;
            excerptSequence = reader.header().endSequence();
        }
        while (nextSequence >= excerptSequence);
        more = walk.start(
            reader.excerpt().body(), 0, reader.excerpt().bodyLength(), reader.header().firstTimestamp());
        for (long i = 0; i < skipped; i++)
        {
            more = walk.advance();
        }
        return more;
    }

    /**
     * The sequence of the message that is delivered next.
     *
     * @return the first sequence wanted, at first; then one more with each message.
     */
    public long nextSequence()
    {
        return nextSequence;
    }

    /**
     * Whether the stretch that was asked for has been delivered.
     *
     * @return whether no further poll delivers a message.
     */
    public boolean isComplete()
    {
        return nextSequence >= endSequence;
    }

    @Override
    public void close()
    {
        reader.close();
        files.close();
    }
}
