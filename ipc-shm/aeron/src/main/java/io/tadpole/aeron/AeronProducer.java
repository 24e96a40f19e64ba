package io.tadpole.aeron;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.HeaderWriter;
import io.aeron.protocol.DataHeaderFlyweight;
import io.tadpole.ring.Claim;
import io.tadpole.ring.Producer;
import io.tadpole.ring.Status;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The producer of one stream of Aeron. It claims space of Aeron, and frames the messages in there itself: see the
 * package's page. What it has claimed and not used stays for the next message.
 *
 * <p>What is longer than {@link #maxClaimLength()}, one frame, cannot be written in place: {@link #offer} copies it,
 * and Aeron splits it. Its frames become visible one by one; a consumer hands it over when the last one is there.
 *
 * <p>As long as nobody listens, the answer is {@link Status#NOT_CONNECTED}, also when the last consumer has gone: what
 * it had not consumed is lost with it.
 *
 * <p>One thread, but for {@link #isConnected()} and {@link #failure()}, which any thread may call; no allocation, but
 * for a longer message than ever before, and the sentence when it fails. Wait-free.
 */
public final class AeronProducer implements Producer, Claim.Carrier
{
    private static final int HEADER = DataHeaderFlyweight.HEADER_LENGTH;
    private static final long NONE = -1;

    private final ExclusivePublication publication;
    private final Driver.Role role;
    private final HeaderWriter headers;
    private final BufferClaim claimed = new BufferClaim();
    private final Claim ownClaim = new Claim();
    private final int termMask;
    private final int termBits;
    private final int maxFrameLength;
    private final int maxRunBytes;

    /** The term in which the claimed space lies. */
    private final UnsafeBuffer term = new UnsafeBuffer(0, 0);
    /** Behind the last message. */
    private long tail;
    /** What is claimed of Aeron and not yet framed: from where to where. */
    private long start = NONE;
    private long end = NONE;

    private @Nullable Claim openClaim;
    /** Where the claim's message starts. */
    private long frame;
    private int firstFrameLength;
    private int runLeft;
    private int runMaxLength;

    /** Messages that are longer than a frame, on their way from the caller's memory, which may be of any kind. */
    private final UnsafeBuffer staged = new UnsafeBuffer(new byte[0]);
    private boolean closed;
    private volatile @Nullable String reason;

    /**
     * Takes a publication.
     *
     * @param publication of this producer alone.
     * @param role        what ends with it.
     */
    AeronProducer(final ExclusivePublication publication, final Driver.Role role)
    {
        this.publication = publication;
        this.role = role;
        this.headers = HeaderWriter.newInstance(
            DataHeaderFlyweight.createDefaultHeader(publication.sessionId(), publication.streamId(), 0));
        this.termMask = publication.termBufferLength() - 1;
        this.termBits = publication.positionBitsToShift();
        this.maxFrameLength = publication.maxPayloadLength() + HEADER;
        this.maxRunBytes = publication.termBufferLength() >> 3;
        this.tail = publication.position();
    }

    @Override
    public long tryClaim(final int maxLength, final Claim claim)
    {
        return claim(maxLength, 1, claim);
    }

    /** {@inheritDoc} Here: an eighth of a term, each message with its frame's header and rounded to 32 bytes. */
    @Override
    public long tryClaimRun(final int maxLength, final int count, final Claim claim)
    {
        return count < 1 ? Status.TOO_LONG : claim(maxLength, count, claim);
    }

    private long claim(final int maxLength, final int count, final Claim claim)
    {
        checkNoOpenClaim();
        if (maxLength < 1 || maxLength > maxClaimLength())
        {
            return Status.TOO_LONG;
        }
        final long required = (long)size(maxLength) * count;
        if (required > maxRunBytes)
        {
            return Status.TOO_LONG;
        }
        final long status = end - start < required ? extend(required) : connection();
        if (status < 0)
        {
            return status;
        }
        frame = start;
        firstFrameLength = 0;
        runLeft = count;
        runMaxLength = maxLength;
        openClaim = claim;
        claim.open(this, term, offset(frame) + HEADER, maxLength);
        return frame;
    }

    /** Claims of Aeron what is missing: mostly right behind what is left; else, at a term's end, all of it anew. */
    private long extend(final long required)
    {
        while (end - start < required)
        {
            final int missing = (int)Math.min(required - (end - start), maxFrameLength);
            final long claimedEnd = publication.tryClaim(missing - HEADER, claimed);
            if (claimedEnd >= 0)
            {
                join(claimedEnd - missing, claimedEnd);
            }
            else if (claimedEnd != Publication.ADMIN_ACTION)
            {
                return status(claimedEnd);
            }
            // Else Aeron has filled the term up: the next attempt finds an empty one.
        }
        return 0;
    }

    private void join(final long claimedStart, final long claimedEnd)
    {
        final int termOffset = offset(claimedStart);
        if (claimedStart != end || termOffset == 0)
        {
            pad();
            term.wrap(claimed.buffer().addressOffset() - termOffset, termMask + 1);
            start = claimedStart;
            end = claimedEnd;
        }
        else
        {
            end = claimedEnd;
            // The driver, when it finds this after our death, sees one frame that was never filled, and skips it.
            writeHeader(start, (int)(end - start));
        }
    }

    /** Gives what is claimed and not used to nobody: readers skip it. */
    private void pad()
    {
        if (start < end)
        {
            FrameDescriptor.frameType(term, offset(start), FrameDescriptor.PADDING_FRAME_TYPE);
            FrameDescriptor.frameLengthOrdered(term, offset(start), (int)(end - start));
            start = end;
        }
    }

    @Override
    public void next(final Claim claim, final int length)
    {
        if (runLeft < 2)
        {
            throw new IllegalStateException("the run has no further message: commit it");
        }
        endFrame(length);
        runLeft--;
        claim.open(this, term, offset(frame) + HEADER, runMaxLength);
    }

    @Override
    public long commit(final Claim claim, final int length)
    {
        if (length > 0)
        {
            endFrame(length);
        }
        else if (firstFrameLength == 0)
        {
            throw new IllegalArgumentException("length 0: the run has no message yet; abort it instead");
        }
        if (frame < end)
        {
            writeHeader(frame, (int)(end - frame));
        }
        // Everything behind the first frame's header is written before its length, which readers wait for.
        FrameDescriptor.frameLengthOrdered(term, offset(start), firstFrameLength);
        start = frame;
        tail = frame;
        openClaim = null;
        return tail;
    }

    @Override
    public void abort(final Claim claim)
    {
        // The length that readers wait at was not touched: the next claim takes the same space.
        openClaim = null;
    }

    private void endFrame(final int length)
    {
        final int frameLength = length + HEADER;
        if (frame == start)
        {
            firstFrameLength = frameLength;
        }
        else
        {
            writeHeader(frame, frameLength);
            FrameDescriptor.frameLengthOrdered(term, offset(frame), frameLength);
        }
        frame += size(length);
    }

    /** Writes the header of a frame that is not filled: its length is negative. */
    private void writeHeader(final long position, final int frameLength)
    {
        final int at = offset(position);
        headers.write(term, at, frameLength, publication.initialTermId() + (int)(position >>> termBits));
        term.putLong(at + DataHeaderFlyweight.RESERVED_VALUE_OFFSET, DataHeaderFlyweight.DEFAULT_RESERVE_VALUE);
    }

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length)
    {
        buffer.boundsCheck(offset, length);
        checkNoOpenClaim();
        if (length > maxClaimLength())
        {
            return length > maxMessageLength() ? Status.TOO_LONG : offerInFrames(buffer, offset, length);
        }
        final long position = claim(length, 1, ownClaim);
        if (position < 0)
        {
            return position;
        }
        try
        {
            buffer.getBytes(offset, term, ownClaim.offset(), length);
        }
        catch (final RuntimeException unreadable)
        {
            // The caller's memory may be gone: its mapping closed, its arena ended.
            ownClaim.abort();
            throw unreadable;
        }
        return ownClaim.commit(length);
    }

    /** Aeron would read the caller's memory by its address, without asking whether it has one, or is still there. */
    private long offerInFrames(final DirectBuffer buffer, final int offset, final int length)
    {
        final long connection = connection();
        if (connection < 0)
        {
            return connection;
        }
        if (publication.availableWindow() <= 0)
        {
            return Status.BACK_PRESSURED;
        }
        if (staged.capacity() < length)
        {
            staged.wrap(new byte[length]);
        }
        buffer.getBytes(offset, staged.byteArray(), 0, length);
        long position = publication.offer(staged, 0, length);
        while (position == Publication.ADMIN_ACTION)
        {
            position = publication.offer(staged, 0, length);
        }
        if (position < 0)
        {
            return status(position);
        }
        pad();
        tail = position;
        return position;
    }

    private void checkNoOpenClaim()
    {
        if (openClaim != null)
        {
            throw new IllegalStateException("a claim is open: commit or abort it before the next one");
        }
    }

    private long connection()
    {
        if (publication.isConnected())
        {
            return 0;
        }
        return publication.isClosed() ? status(Publication.CLOSED) : Status.NOT_CONNECTED;
    }

    private long status(final long aeron)
    {
        if (aeron == Publication.BACK_PRESSURED)
        {
            return Status.BACK_PRESSURED;
        }
        if (aeron == Publication.NOT_CONNECTED)
        {
            return Status.NOT_CONNECTED;
        }
        if (reason == null)
        {
            reason = aeron == Publication.MAX_POSITION_EXCEEDED ?
                "CLOSED at position " + tail + ": no position is greater in terms of " + (termMask + 1) +
                    " bytes; open a new producer" :
                "CLOSED at position " + tail + ": " + role.end() + "; open a new driver and a new producer";
        }
        return Status.CLOSED;
    }

    private int offset(final long position)
    {
        return (int)position & termMask;
    }

    /** What a frame takes in its term, header and rounding included. */
    static int size(final int length)
    {
        return (length + HEADER + FrameDescriptor.FRAME_ALIGNMENT - 1) & -FrameDescriptor.FRAME_ALIGNMENT;
    }

    /**
     * Whether a consumer listens; what is published while none does is refused. Any thread; wait-free.
     *
     * @return true while there is one.
     */
    public boolean isConnected()
    {
        return publication.isConnected();
    }

    @Override
    public int maxClaimLength()
    {
        return maxFrameLength - HEADER;
    }

    @Override
    public int maxMessageLength()
    {
        return publication.maxMessageLength();
    }

    /** {@inheritDoc} Or behind some padding: at a term's end, or behind a claim that was not used to its end. */
    @Override
    public long position()
    {
        return tail;
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

    /** {@inheritDoc} The stream ends: its consumers take what was published, and then nothing more. */
    @Override
    public void close()
    {
        if (!closed)
        {
            closed = true;
            if (openClaim != null)
            {
                openClaim.close();
                openClaim = null;
            }
            if (reason == null)
            {
                reason = "CLOSED at position " + tail;
            }
            if (!publication.isClosed())
            {
                pad();
                publication.close();
            }
            start = end;
            role.close();
        }
    }
}
