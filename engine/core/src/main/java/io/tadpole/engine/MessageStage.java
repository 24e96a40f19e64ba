package io.tadpole.engine;

import org.agrona.DirectBuffer;

/**
 * A stage that takes message by message.
 */
@FunctionalInterface
public non-sealed interface MessageStage extends Stage
{
    /**
     * Takes one message where it lies. The bytes are valid until this method returns; with that the message counts as
     * handled, also for a successor, whether the batch has ended or not.
     *
     * @param buffer     in which the message lies; read-only.
     * @param offset     of the message's first byte in the buffer.
     * @param length     of the message in bytes, at least 1.
     * @param sequence   of the message: its record's start position in the ring, in units of 64 bytes.
     * @param endOfBatch whether this is the last message that is there for now.
     * @throws Exception when the message cannot be handled: the engine's failure policy decides what follows.
     */
    void onMessage(DirectBuffer buffer, int offset, int length, long sequence, boolean endOfBatch) throws Exception;
}
