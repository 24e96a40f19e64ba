package io.tadpole.ring;

import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Claimed space of a producer, reused from message to message. Write the message from {@link #offset()} of {@link
 * #buffer()}, then commit its actual length or abort. Of a run, {@link #next(int)} ends one message and opens the
 * space of the one after it; the commit publishes all of them together.
 */
public final class Claim
{
    // The references stay when the claim ends, and are stored only when they change: the collector's barrier around
    // each store of a reference would cost more than the rest of the claim.
    private @Nullable Carrier carrier;
    private @Nullable MutableDirectBuffer buffer;
    private int offset;
    /** 0 while the claim is not open. */
    private int maxLength;

    /** Creates a claim that is not open. */
    public Claim()
    {
    }

    /**
     * What the producer of a claim does when the claim moves on. For the authors of carriers.
     */
    public interface Carrier
    {
        /**
         * Ends the message at the claim's offset and opens the space of the next one of the run.
         *
         * @param claim  that moves on; to be opened anew.
         * @param length of the message that ends, in bytes.
         */
        void next(Claim claim, int length);

        /**
         * Publishes the claim's messages; the last of them has this length.
         *
         * @param claim  that ends.
         * @param length of the last message in bytes; 0 when the last one was ended by {@link #next(Claim, int)}.
         * @return the position behind the last message.
         */
        long commit(Claim claim, int length);

        /**
         * Gives the space back.
         *
         * @param claim that ends.
         */
        void abort(Claim claim);
    }

    /**
     * Sets the claim to claimed space. For the authors of carriers.
     *
     * @param carrier   that claimed it.
     * @param buffer    in which it lies.
     * @param offset    of the first byte of the message.
     * @param maxLength of the message in bytes.
     */
    @SuppressWarnings("ReferenceEquality") // the very same, or a store
    public void open(final Carrier carrier, final MutableDirectBuffer buffer, final int offset, final int maxLength)
    {
        if (this.carrier != carrier || this.buffer != buffer)
        {
            this.carrier = carrier;
            this.buffer = buffer;
        }
        this.offset = offset;
        this.maxLength = maxLength;
    }

    /**
     * Where to write.
     *
     * @return the buffer that holds the claimed space; nothing outside that space may be written.
     * @throws IllegalStateException when the claim is not open.
     */
    public MutableDirectBuffer buffer()
    {
        final MutableDirectBuffer open = buffer;
        if (open == null || maxLength == 0)
        {
            throw notOpen();
        }
        return open;
    }

    /**
     * Where the message starts.
     *
     * @return offset in {@link #buffer()}.
     */
    public int offset()
    {
        return offset;
    }

    /**
     * How long the message may be.
     *
     * @return bytes.
     */
    public int maxLength()
    {
        return maxLength;
    }

    /**
     * Ends the message of a run and opens the space of the next one.
     *
     * @param length of the message that ends, in bytes, 1 to {@link #maxLength()}.
     * @throws IllegalStateException    when the claim is not open, or the run has no further message.
     * @throws IllegalArgumentException when the length is out of range; the claim stays open.
     */
    public void next(final int length)
    {
        final Carrier open = carrier();
        if (length < 1 || length > maxLength)
        {
            throw outOfRange(length);
        }
        open.next(this, length);
    }

    /**
     * Publishes the message, and those of the run before it.
     *
     * @param length of the message in bytes, 1 to {@link #maxLength()}; after {@link #next(int)} also 0: the run ends
     *               with the message before.
     * @return the position behind the last message, greater than 0.
     * @throws IllegalStateException    when the claim is not open.
     * @throws IllegalArgumentException when the length is out of range; the claim stays open.
     */
    public long commit(final int length)
    {
        final Carrier open = carrier();
        if (length < 0 || length > maxLength)
        {
            throw outOfRange(length);
        }
        final long position = open.commit(this, length);
        maxLength = 0;
        return position;
    }

    /**
     * Gives the space back; nothing becomes visible, of a run neither.
     *
     * @throws IllegalStateException when the claim is not open.
     */
    public void abort()
    {
        carrier().abort(this);
        maxLength = 0;
    }

    /**
     * Whether a carrier has opened this claim, and it has not ended. For the authors of carriers.
     *
     * @param asking the carrier.
     * @return true while it is open there.
     */
    @SuppressWarnings("ReferenceEquality") // another carrier is another one, however alike
    public boolean isOpenFor(final Carrier asking)
    {
        return maxLength != 0 && carrier == asking;
    }

    /** Ends the claim without a word to its carrier. For the authors of carriers, when they close. */
    public void close()
    {
        maxLength = 0;
        carrier = null;
        buffer = null;
    }

    private Carrier carrier()
    {
        final Carrier open = carrier;
        if (open == null || maxLength == 0)
        {
            throw notOpen();
        }
        return open;
    }

    private IllegalArgumentException outOfRange(final int length)
    {
        return new IllegalArgumentException(
            "length " + length + " is not within 1 to the claimed " + maxLength + " bytes");
    }

    private static IllegalStateException notOpen()
    {
        return new IllegalStateException("this claim is not open: claim space first, and commit or abort it once");
    }
}
