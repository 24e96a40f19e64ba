package io.tadpole.ring;

import org.agrona.DirectBuffer;

/**
 * Publishes messages: the same contract for a ring, an engine, and every later carrier. One thread at a time; no call
 * waits for a reader, allocates or throws on the path of a message. A carrier's own page says whether a call is
 * wait-free; {@link #close()} may block.
 */
public interface Producer extends AutoCloseable
{
    /**
     * Claims space for one message, to be written in place. One claim is open at a time: it ends with a commit or an
     * abort.
     *
     * @param maxLength the most bytes that the message may take, 1 to {@link #maxClaimLength()}; the commit names the
     *                  actual length.
     * @param claim     set to the claimed space on success, untouched otherwise.
     * @return the position, 0 or greater, at which the record would start, or a {@link Status}.
     * @throws IllegalStateException when a claim is already open.
     */
    long tryClaim(int maxLength, Claim claim);

    /**
     * Claims space for a run of messages that become visible together, with one ordered store: see {@link
     * Claim#next(int)}.
     *
     * @param maxLength the most bytes that each message may take, at least 1.
     * @param count     of messages, at least 1; all of them together, with their headers and rounding, take at most
     * half
     *                  a ring's capacity, or what another carrier's page says.
     * @param claim     set to the space of the first message on success, untouched otherwise.
     * @return the position, 0 or greater, at which the first record would start, or a {@link Status}.
     * @throws IllegalStateException when a claim is already open.
     */
    long tryClaimRun(int maxLength, int count, Claim claim);

    /**
     * Publishes a copy of a message.
     *
     * @param buffer in which the message lies.
     * @param offset of its first byte.
     * @param length in bytes, 1 to {@link #maxMessageLength()}.
     * @return the position, greater than 0, behind the message, or a {@link Status}.
     */
    long offer(DirectBuffer buffer, int offset, int length);

    /**
     * How long a message may be that is written in place.
     *
     * @return bytes.
     */
    int maxClaimLength();

    /**
     * How long a message may be that is offered; never less than {@link #maxClaimLength()}.
     *
     * @return bytes.
     */
    int maxMessageLength();

    /**
     * Where the next record will start.
     *
     * @return position in bytes.
     */
    long position();

    /**
     * Gives the role up. An open claim is aborted; later calls answer {@link Status#CLOSED}.
     */
    @Override
    void close();
}
