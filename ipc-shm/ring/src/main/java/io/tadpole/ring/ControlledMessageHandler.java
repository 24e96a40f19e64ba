package io.tadpole.ring;

import org.agrona.DirectBuffer;

/**
 * Receives messages where they lie and says after each how the poll goes on.
 */
@FunctionalInterface
public interface ControlledMessageHandler
{
    /** How a poll goes on after a message. */
    enum Action
    {
        /** Go on with the next message. */
        CONTINUE,
        /** Consume this message, then end the poll. */
        BREAK,
        /** Do not consume this message, end the poll: the next poll delivers it again. */
        ABORT,
        /** Consume this message, publish the position at once, and go on. */
        COMMIT
    }

    /**
     * Takes one message. The bytes are valid until this method returns.
     *
     * @param buffer   in which the message lies; read-only.
     * @param offset   of the message's first byte in the buffer.
     * @param length   of the message in bytes, at least 1.
     * @param position in bytes at which the message's record starts in the stream.
     * @return how the poll goes on.
     */
    Action onMessage(DirectBuffer buffer, int offset, int length, long position);
}
