package io.tadpole.engine;

import io.tadpole.envelope.SegmentBuffer;

/**
 * A stage that takes stretches of records as they lie side by side in the ring: one bulk copy for many messages.
 */
@FunctionalInterface
public non-sealed interface BatchStage extends Stage
{
    /**
     * Takes a stretch of whole records: header words, messages and rounding, without padding records, never across
     * the ring's end. The bytes are valid until this method returns; with 0 the stretch counts as handled, also for a
     * successor.
     *
     * @param buffer      in which the records lie; read-only.
     * @param offset      of the first record's header word.
     * @param length      of all the records in bytes, a multiple of 64; at most 1 MiB, or one record.
     * @param messages    the number of records, at least 1.
     * @param endPosition position in bytes behind the last record.
     * @return 0 when the stretch was taken; or a {@link io.tadpole.ring.Status} that says why not now, such as
     *         {@link io.tadpole.ring.Status#NO_SPACE}: the engine offers it again, and the publisher sees that status
     *         when the ring is full.
     * @throws MessageRefusedException when one message cannot be handled, and those before it are: the engine's failure
     *                                 policy decides what follows.
     * @throws Exception               when the stretch cannot be handled: the engine stops, for the failure policy is
     *                                 about single messages.
     */
    long onBatch(SegmentBuffer buffer, int offset, int length, int messages, long endPosition) throws Exception;

    /**
     * Called when the stage goes on behind what it has not handled itself, and before anybody is told so: padding, or a
     * message that it refused and the failure policy has taken. One that keeps a position of its own notes this one.
     *
     * @param endPosition position in bytes from which the next records are.
     */
    default void onPassedOver(final long endPosition)
    {
    }
}
