package io.tadpole.ring;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.ControlledMessageHandler.Action;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One declared consumer of a ring. It maps the ring read-only and writes nothing but its own file.
 *
 * <p>One thread; a poll is wait-free for a bounded limit, as far as its handler is; no allocation.
 */
public final class RingConsumer implements Consumer
{
    /** The most bytes of a stretch, unless one record has more. */
    private static final int MAX_STRETCH = 1 << 20;

    private final Ring ring;
    private final MemorySegment words;
    private final SegmentBuffer records;
    private final MemorySegment file;
    private final int capacity;
    private final int mask;
    private final int alignment;
    private final long epoch;
    private final Resource role;

    /** Where the next record starts. */
    private long head;
    /** The position that the producer can see. */
    private long published;
    /** Why this consumer takes nothing any more, or 0. */
    private long failure;
    private long failureWord;

    private long messages;
    private long bytes;
    private long batches;

    /**
     * Takes a consumer's side of a ring, under the epoch that its file has.
     *
     * @param ring to read.
     * @param file of this consumer, mapped for writing.
     * @param head where to go on.
     * @param role what ends with this consumer: its lock, its mappings.
     */
    RingConsumer(final Ring ring, final MemorySegment file, final long head, final Resource role)
    {
        this.ring = ring;
        this.words = ring.records();
        this.records = ring.readOnlyRecords();
        this.file = file;
        this.capacity = ring.capacity();
        this.mask = capacity - 1;
        this.alignment = ring.alignment();
        this.role = role;
        this.head = head;
        this.published = head;
        this.messages = Ordered.getOpaque(file, ConsumerFileLayout.MESSAGES_OFFSET);
        this.bytes = Ordered.getOpaque(file, ConsumerFileLayout.BYTES_OFFSET);
        this.batches = Ordered.getOpaque(file, ConsumerFileLayout.BATCHES_OFFSET);
        this.epoch = Ordered.getAcquire(file, ConsumerFileLayout.EPOCH_OFFSET);
    }

    /**
     * Writes a fresh epoch, which deposes whoever held the role before. The position is looked at behind it: a former
     * owner that still lives, for its lock was lost, then moves it no more, but for a store that is under way.
     */
    static void newEpoch(final MemorySegment file)
    {
        Ordered.setRelease(
            file,
            ConsumerFileLayout.EPOCH_OFFSET,
            Ordered.getAcquire(file, ConsumerFileLayout.EPOCH_OFFSET) + 1);
        // The former owner looks at the epoch before it stores its position. Pairs with publish.
        Ordered.fullFence();
    }

    /**
     * Lets an evicted consumer hold the producer back again, from the current tail on. The mark says that the position
     * is about to be replaced: whoever finds it after a kill joins anew.
     *
     * @return the position at which it joined; or a tail that cannot be: then the mark stays, or nothing was stored.
     */
    static long join(final Ring ring, final MemorySegment file)
    {
        final long first = ring.tail();
        if (!RecordCount.isPosition(ring, first))
        {
            return first;
        }
        Ordered.setRelease(file, ConsumerFileLayout.POSITION_OFFSET, first | ConsumerFileLayout.JOINING);
        // The producer stores its tail, fences, and reads the positions: of the two, at least one sees the other.
        // Pairs with RingProducer.refresh.
        Ordered.fullFence();
        final long position = ring.tail();
        if (RecordCount.isPosition(ring, position))
        {
            Ordered.setRelease(file, ConsumerFileLayout.POSITION_OFFSET, position);
        }
        return position;
    }

    @Override
    public int poll(final MessageHandler handler, final int limit)
    {
        final long start = head;
        final long startMessages = messages;
        int count = 0;
        try
        {
            long word = 0;
            while (count < limit && (word = nextWord()) != 0)
            {
                if (!RecordLayout.isPadding(word))
                {
                    final int length = RecordLayout.messageLength(word);
                    handler.onMessage(records, ((int)head & mask) + RecordLayout.HEADER_LENGTH, length, head);
                    consumed(length);
                    count++;
                }
                advance(word);
            }
        }
        finally
        {
            endPoll(start, startMessages);
        }
        return count == 0 ? (int)failure : count;
    }

    @Override
    public int controlledPoll(final ControlledMessageHandler handler, final int limit)
    {
        final long start = head;
        final long startMessages = messages;
        int count = 0;
        try
        {
            Action action = Action.CONTINUE;
            long word = 0;
            while (count < limit && action != Action.BREAK && (word = nextWord()) != 0)
            {
                if (!RecordLayout.isPadding(word))
                {
                    final int length = RecordLayout.messageLength(word);
                    action = handler.onMessage(
                        records, ((int)head & mask) + RecordLayout.HEADER_LENGTH, length, head);
                    if (action == Action.ABORT)
                    {
                        break;
                    }
                    consumed(length);
                    count++;
                }
                advance(word);
                if (action == Action.COMMIT)
                {
                    publish();
                }
            }
        }
        finally
        {
            endPoll(start, startMessages);
        }
        return count == 0 ? (int)failure : count;
    }

    /**
     * Hands over messages that are there as a whole: one stretch of records, up to the ring's end or 1 MiB. The
     * position is published when the handler has returned; when it throws, the whole stretch is delivered again.
     *
     * @param handler takes the stretch, or a part of it.
     * @param limit   the most messages to take; below 1, none are taken.
     * @return the number of messages taken, 0 when there was none, or a {@link Status}.
     * @throws IllegalStateException when the handler's answer is no position at which a record starts or ends.
     */
    public int pollBatch(final BatchHandler handler, final int limit)
    {
        final long start = head;
        final long startMessages = messages;
        try
        {
            long word = limit < 1 ? 0 : nextWord();
            if (word != 0 && RecordLayout.isPadding(word))
            {
                head += (int)word;
                word = nextWord();
            }
            if (word != 0)
            {
                takeStretch(handler, limit, word, start);
            }
        }
        finally
        {
            endPoll(start, startMessages);
        }
        final int count = (int)(messages - startMessages);
        return count == 0 ? (int)failure : count;
    }

    private void takeStretch(final BatchHandler handler, final int limit, final long first, final long start)
    {
        final long from = head;
        final int index = (int)from & mask;
        int length = 0;
        int count = 0;
        long lengths = 0;
        long word = first;
        int size = RecordLayout.size(word, index, capacity, alignment);
        do
        {
            length += size;
            lengths += RecordLayout.messageLength(word);
            count++;
            if (count == limit || index + length == capacity)
            {
                break;
            }
            // SYNC POINT "published": pairs with RingProducer.publish.
            word = Ordered.getAcquire(words, index + length);
            size = RecordLayout.size(word, index + length, capacity, alignment);
        }
        while (size > 0 && !RecordLayout.isPadding(word) && length + size <= MAX_STRETCH);
        final long end = from + length;
        // Over padding with the messages behind it only: a handler's own position is never behind the published one.
        head = start;
        final long taken = handler.onBatch(records, index, length, count, end);
        if (failure < 0)
        {
            // The handler closed this consumer: what it took is delivered again.
            return;
        }
        if (taken != end)
        {
            final RecordCount part = taken < from || taken > end ? null : RecordCount.between(ring, from, taken);
            if (part == null)
            {
                throw new IllegalStateException(
                    "the handler took records up to position " + taken + ", and none of those from " + from + " to " +
                    end + " starts there");
            }
            count = (int)part.messages();
            lengths = part.bytes();
        }
        messages += count;
        bytes += lengths;
        head = taken;
    }

    /**
     * Goes on at a position that the consumer's own state knows, behind the published one: what lies between counts as
     * consumed.
     *
     * @param position in bytes, at which a record starts, or the tail.
     * @return 0, or a {@link Status}: {@link Status#CORRUPT} when the ring holds no whole records up to there, and the
     *         position stays.
     */
    public long resumeAt(final long position)
    {
        if (failure < 0)
        {
            return failure;
        }
        // Not beyond a word that is not published; a producer that was killed may have left its tail behind those.
        final RecordCount between = RecordCount.between(ring, head, position);
        if (between == null)
        {
            return Status.CORRUPT;
        }
        messages += between.messages();
        bytes += between.bytes();
        head = position;
        publish();
        return failure;
    }

    /**
     * Which ring this consumer reads, for those who remember positions.
     *
     * @return a random number, never 0.
     */
    public long ringId()
    {
        return ring.ringId();
    }

    /**
     * What every record's start is a multiple of.
     *
     * @return 8 or 64 bytes.
     */
    public int alignment()
    {
        return alignment;
    }

    /** The header word at the head, checked; 0 when there is none, or none that this consumer may take. */
    private long nextWord()
    {
        if (failure < 0)
        {
            return 0;
        }
        final int index = (int)head & mask;
        // SYNC POINT "published": pairs with RingProducer.publish.
        final long word = Ordered.getAcquire(words, index);
        if (word != 0 && RecordLayout.size(word, index, capacity, alignment) < 0)
        {
            failure = Status.CORRUPT;
            failureWord = word;
            return 0;
        }
        return word;
    }

    private void consumed(final int length)
    {
        messages++;
        bytes += length;
    }

    private void advance(final long word)
    {
        head += ((int)word + alignment - 1) & -alignment;
        if (head - published >= capacity >> 3)
        {
            publish();
        }
    }

    private void endPoll(final long start, final long startMessages)
    {
        if (head != start)
        {
            if (messages != startMessages)
            {
                batches++;
            }
            publish();
        }
    }

    /** Makes the head visible, unless a handler gave the role up or another owner took it over. */
    private void publish()
    {
        if (failure == Status.CLOSED)
        {
            // A handler closed this consumer: its file is no longer mapped, and its message is delivered again.
            return;
        }
        if (Ordered.getAcquire(file, ConsumerFileLayout.EPOCH_OFFSET) != epoch)
        {
            failure = Status.DEPOSED;
            return;
        }
        Ordered.set(file, ConsumerFileLayout.MESSAGES_OFFSET, messages);
        Ordered.set(file, ConsumerFileLayout.BYTES_OFFSET, bytes);
        Ordered.set(file, ConsumerFileLayout.BATCHES_OFFSET, batches);
        // SYNC POINT "consumed": the handlers have returned; the bytes before it may be written again. Pairs with
        // Ring.rawConsumerPosition.
        Ordered.setRelease(file, ConsumerFileLayout.POSITION_OFFSET, head);
        published = head;
    }

    @Override
    public long position()
    {
        return head;
    }

    /**
     * Why this consumer takes nothing any more.
     *
     * @return a sentence, or null while it works.
     */
    public @Nullable String failure()
    {
        if (failure == Status.CORRUPT)
        {
            return "CORRUPT: header word 0x" + Long.toHexString(failureWord) + " at position " + head +
                " cannot be; keep the files for inspection and create the channel anew";
        }
        return failure == 0 ? null : Status.name(failure) + " at position " + head;
    }

    @Override
    public void close()
    {
        if (failure != Status.CLOSED)
        {
            failure = Status.CLOSED;
            role.close();
        }
    }
}
