package io.tadpole.ring;

import java.lang.foreign.MemorySegment;

/**
 * What a ring's header says for good, read once: what was checked is what is used, whoever scribbles over the file
 * afterwards.
 *
 * @param headerLength in bytes.
 * @param capacity     of the records in bytes.
 * @param alignment    of the records in bytes.
 * @param consumers    that are declared.
 * @param stages       that have words in the header.
 * @param ringId       random, never 0.
 */
record RingIdentity(long headerLength, long capacity, long alignment, long consumers, long stages, long ringId)
{
    static RingIdentity read(final MemorySegment file)
    {
        return new RingIdentity(
            Ordered.getOpaque(file, RingFileLayout.HEADER_LENGTH_OFFSET),
            Ordered.getOpaque(file, RingFileLayout.CAPACITY_OFFSET),
            Ordered.getOpaque(file, RingFileLayout.ALIGNMENT_OFFSET),
            Ordered.getOpaque(file, RingFileLayout.CONSUMERS_OFFSET),
            Ordered.getOpaque(file, RingFileLayout.STAGES_OFFSET),
            Ordered.getOpaque(file, RingFileLayout.RING_ID_OFFSET));
    }

    boolean isPossible()
    {
        return headerLength == RingFileLayout.HEADER_LENGTH &&
            capacity >= RingFileLayout.MIN_CAPACITY && capacity <= RingFileLayout.MAX_CAPACITY &&
            Long.bitCount(capacity) == 1 &&
            (alignment == RecordLayout.COMPACT || alignment == RecordLayout.UNIT) &&
            consumers >= 0 && consumers <= RingFileLayout.MAX_CONSUMERS &&
            stages >= 0 && stages <= RingFileLayout.MAX_STAGES &&
            ringId != 0;
    }

    /** The length that the file has. */
    long fileLength()
    {
        return headerLength + capacity;
    }

    @Override
    public String toString()
    {
        return "capacity " + capacity + ", alignment " + alignment + ", header length " + headerLength + ", " +
            consumers + " consumers, " + stages + " stages, ring id " + Long.toHexString(ringId);
    }
}
