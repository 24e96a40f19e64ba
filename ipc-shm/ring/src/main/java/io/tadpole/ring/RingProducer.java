package io.tadpole.ring;

import io.tadpole.envelope.SegmentBuffer;
import java.lang.foreign.MemorySegment;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The one producer of a ring. Why a kill at any instruction leaves whole messages or none: see the package's page.
 *
 * <p>One thread, but for {@link #isOwner()}, {@link #failure()} and, as it says, {@link #messages()}; no allocation,
 * but for the sentence when it fails. Wait-free as far as its {@link Downstream} is: a plain ring's is.
 */
public final class RingProducer implements Producer, Claim.Carrier
{
    private static final long NOTHING = Long.MIN_VALUE;

    private final MemorySegment header;
    private final MemorySegment words;
    private final SegmentBuffer records;
    private final int capacity;
    private final int mask;
    private final int alignment;
    private final int maxMessageLength;
    private final long epoch;
    private final Downstream downstream;
    private final Resource role;
    /** Whether somebody may read the ring who is not told by {@link #downstream}. */
    private final boolean shared;
    private final Claim ownClaim = new Claim();

    /** Where the next record, or the padding before it, starts. */
    private long tail;
    /** No byte at or beyond this position may be written; NOTHING once this producer failed or was closed. */
    private long limit;
    /** Why this producer writes nothing any more, or 0. */
    private long failure;
    /** The same in words; read by any thread. */
    private volatile @Nullable String reason;

    // A message is few stores beside its own bytes: those that wait for their turn also hide how long it takes to get
    // the next cache lines back from the readers. So what the claim knows is not kept here, and neither is what only a
    // run needs, until there is one.

    /** The claim that was opened last; stored only when it changes, for the reason that {@link Claim} gives. */
    private Claim lastClaim;
    /** Messages that may still be claimed, the present one included. */
    private int left = 1;
    /** Messages of an open run that {@link #next} has ended; 0 for a single message. */
    private int runMessages;
    private long runBytes;
    private int runIndex;
    private long runWord;

    private long messages;
    private long bytes;
    private long backPressured;

    /**
     * Takes the producer's side of a ring whose tail is known.
     *
     * @param ring       to write.
     * @param tail       of the ring: where its first unpublished word is.
     * @param downstream those who read it.
     * @param role       what ends with this producer: its lock, its mappings.
     */
    RingProducer(final Ring ring, final long tail, final Downstream downstream, final Resource role)
    {
        this(ring, tail, downstream, role, true);
    }

    private RingProducer(
        final Ring ring, final long tail, final Downstream downstream, final Resource role, final boolean shared)
    {
        this.shared = shared;
        this.header = ring.header();
        this.words = ring.records();
        this.records = new SegmentBuffer(words);
        this.lastClaim = ownClaim;
        this.capacity = ring.capacity();
        this.mask = capacity - 1;
        this.alignment = ring.alignment();
        this.maxMessageLength = (capacity >> 1) - RecordLayout.HEADER_LENGTH;
        this.downstream = downstream;
        this.role = role;
        this.tail = tail;
        // A producer that was killed before it stored its tail has not counted what lies behind it either. None lies
        // there when somebody has scribbled since that was walked: the counts are not trusted, the tail is ours.
        final RecordCount uncounted = RecordCount.between(ring, ring.tail(), tail);
        this.messages = ring.messages() + (uncounted == null ? 0 : uncounted.messages());
        this.bytes = ring.bytes() + (uncounted == null ? 0 : uncounted.bytes());
        this.backPressured = Ordered.getOpaque(header, RingFileLayout.BACK_PRESSURED_OFFSET);
        this.epoch = Ordered.getAcquire(header, RingFileLayout.EPOCH_OFFSET) + 1;
        Ordered.setRelease(header, RingFileLayout.EPOCH_OFFSET, epoch);
        // The word at the tail must be zero before anything is published behind it, and the tail must be stored before
        // the first refresh: whoever joins reads it. Pairs with RingConsumer.join.
        Ordered.setRelease(words, tail & mask, 0);
        Ordered.setRelease(header, RingFileLayout.TAIL_OFFSET, tail);
        count();
    }

    /**
     * The producer of a ring in this process's own memory, which nobody reads but those whom the downstream tells. So
     * a message is its bytes and the header words of its records: no stop for readers, no tail, no counts.
     *
     * @param ring       to write, new.
     * @param downstream those who read it; {@link Downstream#published(long)} orders the records before what it says.
     * @return the producer.
     */
    public static RingProducer of(final Ring ring, final Downstream downstream)
    {
        return new RingProducer(ring, 0, downstream, () -> { }, false);
    }

    @Override
    public long tryClaim(final int maxLength, final Claim claim)
    {
        final long position = claim(maxLength, RecordLayout.size(maxLength, alignment), claim);
        if (left != 1)
        {
            left = 1;
        }
        return position;
    }

    @Override
    public long tryClaimRun(final int maxLength, final int count, final Claim claim)
    {
        final long position = claim(maxLength, RecordLayout.size(maxLength, alignment) * count, claim);
        left = count;
        return position;
    }

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length)
    {
        buffer.boundsCheck(offset, length);
        final long position = tryClaim(length, ownClaim);
        if (position < 0)
        {
            return position;
        }
        try
        {
            records.putBytes(ownClaim.offset(), buffer, offset, length);
        }
        catch (final RuntimeException unreadable)
        {
            // The caller's memory may be gone: its mapping closed, its arena ended.
            ownClaim.abort();
            throw unreadable;
        }
        return ownClaim.commit(length);
    }

    private long claim(final int maxLength, final long length, final Claim claim)
    {
        if (lastClaim.isOpenFor(this))
        {
            throw claimIsOpen();
        }
        if (runMessages != 0)
        {
            // Its claim was closed, or opened at another producer.
            endRun();
        }
        if (maxLength < 1 || length < 1 || length > capacity >> 1)
        {
            return Status.TOO_LONG;
        }
        final int index = (int)tail & mask;
        final int skip = index + length > capacity ? capacity - index : 0;
        // The next header word is written too: it is what the reader stops at.
        final long required = tail + skip + length + RecordLayout.HEADER_LENGTH;
        if (required > limit)
        {
            final long status = refresh(required);
            if (status < 0)
            {
                return status;
            }
        }
        if (lastClaim != claim)
        {
            lastClaim = claim;
        }
        claim.open(this, records, ((index + skip) & mask) + RecordLayout.HEADER_LENGTH, maxLength);
        return tail + skip;
    }

    private static IllegalStateException claimIsOpen()
    {
        return new IllegalStateException("a claim is open: commit or abort it before the next one");
    }

    @Override
    public void next(final Claim claim, final int length)
    {
        if (left < 2)
        {
            throw new IllegalStateException("the run has no further message: commit it");
        }
        final int end = endRecord(claim, length);
        left--;
        claim.open(this, records, end + RecordLayout.HEADER_LENGTH, claim.maxLength());
    }

    @Override
    public long commit(final Claim claim, final int length)
    {
        if (runMessages != 0)
        {
            final int end = length == 0 ? index(claim) : endRecord(claim, length);
            publish(runIndex, runWord, end, runMessages, runBytes);
            endRun();
        }
        else if (length != 0)
        {
            final int index = index(claim);
            final int end = index + (int)RecordLayout.size(length, alignment);
            publish(index, RecordLayout.messageWord(length), end, 1, length);
        }
        else
        {
            throw new IllegalArgumentException("length 0: the run has no message yet; abort it instead");
        }
        return tail;
    }

    @Override
    public void abort(final Claim claim)
    {
        // No word that a reader or a successor can reach was written.
        endRun();
    }

    /** Where the claim's record starts. */
    private static int index(final Claim claim)
    {
        return claim.offset() - RecordLayout.HEADER_LENGTH;
    }

    /** Ends a record of a run: the word of the first one is written last of all. */
    private int endRecord(final Claim claim, final int length)
    {
        final int index = index(claim);
        final long word = RecordLayout.messageWord(length);
        if (runMessages == 0)
        {
            runIndex = index;
            runWord = word;
        }
        else
        {
            records.putLong(index, word);
        }
        runMessages++;
        runBytes += length;
        return index + (int)RecordLayout.size(length, alignment);
    }

    private void endRun()
    {
        runMessages = 0;
        runBytes = 0;
    }

    private void publish(
        final int firstIndex,
        final long firstWord,
        final int endIndex,
        final int publishedMessages,
        final long publishedBytes)
    {
        final int tailIndex = (int)tail & mask;
        final int padding = (firstIndex - tailIndex) & mask;
        final long end = tail + padding + (endIndex - firstIndex);
        messages += publishedMessages;
        bytes += publishedBytes;
        if (shared)
        {
            publishShared(tailIndex, padding, firstIndex, firstWord, end);
        }
        else
        {
            publishPrivately(tailIndex, padding, firstIndex, firstWord);
        }
        tail = end;
        downstream.published(end);
    }

    /** Steps 3 to 5 of the design: the reader's stop, then the first word, then the tail. */
    private void publishShared(
        final int tailIndex, final int padding, final int firstIndex, final long firstWord, final long end)
    {
        Ordered.set(words, end & mask, 0);
        // SYNC POINT "published": message, words of the run and the zero behind it are written before the first word.
        // Pairs with RingConsumer.poll, and with every native reader.
        if (padding == 0)
        {
            Ordered.setRelease(words, firstIndex, firstWord);
        }
        else
        {
            records.putLong(firstIndex, firstWord);
            Ordered.setRelease(words, tailIndex, RecordLayout.paddingWord(padding));
        }
        // SYNC POINT "tail": pairs with Ring.tail.
        Ordered.setRelease(header, RingFileLayout.TAIL_OFFSET, end);
        count();
    }

    /** Nobody looks at a word before the downstream says so. */
    private void publishPrivately(
        final int tailIndex, final int padding, final int firstIndex, final long firstWord)
    {
        records.putLong(firstIndex, firstWord);
        if (padding != 0)
        {
            records.putLong(tailIndex, RecordLayout.paddingWord(padding));
        }
    }

    /** Behind the tail's store: so a successor that finds records behind the tail takes none of them for counted. */
    private void count()
    {
        Ordered.set(header, RingFileLayout.MESSAGES_OFFSET, messages);
        Ordered.set(header, RingFileLayout.BYTES_OFFSET, bytes);
    }

    /** Looks again how far the readers are. The limit never goes beyond the tail plus the capacity. */
    private long refresh(final long required)
    {
        if (failure < 0)
        {
            return failure;
        }
        // A reader that joins stores its position, fences, and reads the tail again; here the tail was stored: of the
        // two, at least one sees the other. Pairs with RingConsumer.join.
        Ordered.fullFence();
        final long lowest = downstream.lowestPosition(tail);
        if (lowest < 0)
        {
            say(Status.name(lowest) + " at position " + tail + ": " + downstream.corruption() +
                "; keep the files for inspection, and evict the consumer or create the channel anew");
            return fail(lowest);
        }
        if (!isOwner())
        {
            return fail(Status.DEPOSED);
        }
        limit = lowest + capacity;
        if (required > limit)
        {
            backPressured++;
            Ordered.setOpaque(header, RingFileLayout.BACK_PRESSURED_OFFSET, backPressured);
            return downstream.stall();
        }
        return 0;
    }

    private long fail(final long status)
    {
        failure = status;
        limit = NOTHING;
        return status;
    }

    /** The first reason is the one that counts. */
    private void say(final String why)
    {
        if (reason == null)
        {
            reason = why;
        }
    }

    /**
     * Whether this producer still has its role: asked before anything else is written to the ring's file. Any thread,
     * until this producer is closed; wait-free.
     *
     * @return false when another owner took the role over: {@link #failure()} says so from then on.
     */
    public boolean isOwner()
    {
        final long found = Ordered.getAcquire(header, RingFileLayout.EPOCH_OFFSET);
        if (found == epoch)
        {
            return true;
        }
        say("DEPOSED: another owner took the role over, the ring's epoch is " + found + " and no longer " + epoch +
            "; nothing more may be written here, end this one");
        return false;
    }

    @Override
    public int maxClaimLength()
    {
        return maxMessageLength;
    }

    @Override
    public int maxMessageLength()
    {
        return maxMessageLength;
    }

    @Override
    public long position()
    {
        return tail;
    }

    /**
     * How many messages were published since the ring was created. The producer's thread; or another one that was told
     * of a position, for those before it.
     *
     * @return messages.
     */
    public long messages()
    {
        return messages;
    }

    /**
     * Why this producer publishes nothing any more. Any thread; wait-free.
     *
     * @return a sentence, of the first reason when there are several; null while it works.
     */
    public @Nullable String failure()
    {
        return reason;
    }

    @Override
    public void close()
    {
        if (failure != Status.CLOSED)
        {
            if (lastClaim.isOpenFor(this))
            {
                lastClaim.close();
            }
            say("CLOSED at position " + tail);
            fail(Status.CLOSED);
            role.close();
        }
    }
}
