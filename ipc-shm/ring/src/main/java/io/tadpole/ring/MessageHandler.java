package io.tadpole.ring;

import org.agrona.DirectBuffer;

/**
 * Receives messages where they lie.
 */
@FunctionalInterface
public interface MessageHandler
{
    /**
     * Takes one message. The bytes are valid until this method returns; what is needed longer must be copied.
     *
     * @param buffer   in which the message lies; read-only.
     * @param offset   of the message's first byte in the buffer.
     * @param length   of the message in bytes, at least 1.
     * @param position in bytes at which the message's record starts in the stream.
     */
    void onMessage(DirectBuffer buffer, int offset, int length, long position);
}
