package io.tadpole.journal;

import org.agrona.DirectBuffer;

/**
 * Receives the messages of a journal, in the order of their sequences.
 */
@FunctionalInterface
public interface ReplayHandler
{
    /**
     * Takes one message. The bytes are valid until this method returns; what is needed longer must be copied.
     *
     * @param buffer    in which the message lies.
     * @param offset    of the message's first byte in the buffer.
     * @param length    of the message in bytes, at least 1.
     * @param sequence  of the message in the journal: the first message has 0, and there is no gap.
     * @param timestamp of the message, in nanoseconds since the epoch: its envelope's; of a message without one, the
     *                  envelope's before it in the same excerpt, or the time when it was appended.
     */
    void onMessage(DirectBuffer buffer, int offset, int length, long sequence, long timestamp);
}
