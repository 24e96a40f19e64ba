package io.tadpole.aeron;

/**
 * Which stream of a driver, and how its producer lays it out. Consumers find it by channel and stream id alone.
 *
 * @param channel   an Aeron URI of the IPC kind; its other parameters are passed on.
 * @param streamId  which stream of the channel.
 * @param termBytes of one of the three terms that the driver creates for a producer, a power of two, 512 KiB to 1 GiB.
 *                  Half of it is the most that a consumer may be behind; a message, and a run, is at most an eighth.
 * @param mtuBytes  of the longest frame, a multiple of 32, 1,408 to 65,504: what is longer goes in several frames, and
 *                  is copied together again by its consumers.
 */
public record StreamConfig(String channel, int streamId, int termBytes, int mtuBytes)
{
    /** The channel of all processes on one driver. */
    public static final String IPC = "aeron:ipc";
    /** Takes messages of 16 MiB. */
    public static final int DEFAULT_TERM_BYTES = 128 << 20;
    /** The least that Aeron takes anywhere is less; a frame this long always fits a message of a small term. */
    public static final int LEAST_TERM_BYTES = 512 << 10;
    /** The most that Aeron takes. */
    public static final int GREATEST_TERM_BYTES = 1 << 30;
    /** What fits one packet of an ordinary network. */
    public static final int LEAST_MTU_BYTES = 1408;
    /** The most that Aeron takes: with no network below, there is no reason for less. */
    public static final int GREATEST_MTU_BYTES = 65_504;

    private static final int FRAME_ALIGNMENT = 32;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException when one is out of its range.
     */
    public StreamConfig
    {
        if (!channel.equals(IPC) && !channel.startsWith(IPC + "?"))
        {
            throw new IllegalArgumentException(
                "the channel " + channel + " is not of the IPC kind: name " + IPC + ", or " + IPC + "?key=value|...");
        }
        if (termBytes < LEAST_TERM_BYTES || termBytes > GREATEST_TERM_BYTES || Integer.bitCount(termBytes) != 1)
        {
            throw new IllegalArgumentException("a term of " + termBytes + " bytes: it must be a power of two, " +
                LEAST_TERM_BYTES + " to " + GREATEST_TERM_BYTES);
        }
        if (mtuBytes < LEAST_MTU_BYTES || mtuBytes > GREATEST_MTU_BYTES || mtuBytes % FRAME_ALIGNMENT != 0)
        {
            throw new IllegalArgumentException("frames of " + mtuBytes + " bytes: it must be a multiple of " +
                FRAME_ALIGNMENT + ", " + LEAST_MTU_BYTES + " to " + GREATEST_MTU_BYTES);
        }
    }

    /**
     * A stream that takes messages of 16 MiB: its producer needs three times 128 MiB in the driver's directory.
     *
     * @param streamId which stream.
     * @return the stream.
     */
    public static StreamConfig ipc(final int streamId)
    {
        return new StreamConfig(IPC, streamId, DEFAULT_TERM_BYTES, GREATEST_MTU_BYTES);
    }

    /**
     * The same stream with other terms.
     *
     * @param bytes of a term.
     * @return the stream.
     */
    public StreamConfig withTermBytes(final int bytes)
    {
        return new StreamConfig(channel, streamId, bytes, mtuBytes);
    }

    /**
     * The same stream with other frames.
     *
     * @param bytes of the longest frame.
     * @return the stream.
     */
    public StreamConfig withMtuBytes(final int bytes)
    {
        return new StreamConfig(channel, streamId, termBytes, bytes);
    }

    /**
     * The same stream on another channel.
     *
     * @param uri of the IPC kind.
     * @return the stream.
     */
    public StreamConfig withChannel(final String uri)
    {
        return new StreamConfig(uri, streamId, termBytes, mtuBytes);
    }
}
