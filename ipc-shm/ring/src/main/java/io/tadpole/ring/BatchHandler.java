package io.tadpole.ring;

import io.tadpole.envelope.SegmentBuffer;

/**
 * Receives stretches of records as they lie side by side in the ring.
 */
@FunctionalInterface
public interface BatchHandler
{
    /**
     * Takes a stretch of whole records: header words, messages and rounding, without padding records, never across the
     * ring's end. The bytes are valid until this method returns.
     *
     * @param buffer      in which the records lie; read-only.
     * @param offset      of the first record's header word.
     * @param length      of all the records in bytes, a multiple of the ring's alignment.
     * @param messages    the number of records, at least 1.
     * @param endPosition position in bytes behind the last record.
     * @return position in bytes up to which the records were taken: where one of them starts, or the end.
     */
    long onBatch(SegmentBuffer buffer, int offset, int length, int messages, long endPosition);
}
