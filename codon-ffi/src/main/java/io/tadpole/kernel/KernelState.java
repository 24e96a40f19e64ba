package io.tadpole.kernel;

import java.lang.foreign.MemorySegment;

/**
 * What a kernel keeps: rows of one length, and up to which position of a ring they count. One thread at a time.
 */
sealed interface KernelState extends AutoCloseable permits MemoryState, StateFile
{
    /**
     * Ties the state to a ring, before its first batch.
     *
     * @param ringId   identity of the ring.
     * @param position in bytes, from where a state that counts nothing yet begins.
     * @return position in bytes from where it goes on.
     * @throws IllegalArgumentException when it is of another ring.
     */
    long bind(long ringId, long position);

    /** The address of the rows that the kernel changes next. */
    long rows();

    /** The address of a bit for each row, which the kernel sets before it changes the row. */
    long touched();

    /**
     * Makes what the kernel changed valid.
     *
     * @param position in bytes, up to which the rows now count.
     * @throws IllegalStateException when the kernel changed a row that it did not touch.
     */
    void commit(long position);

    /**
     * Goes on at a later position, with the rows as they are: what lies between is padding, or was taken elsewhere.
     *
     * @param to position in bytes.
     */
    void advance(long to);

    /** Undoes what the kernel changed since the last commit, as far as this state can. */
    void putBack();

    /** Up to where the rows count, in bytes; -1 when the state is not tied to a ring. */
    long position();

    /** The rows that count, read-only. */
    MemorySegment counted();

    @Override
    void close();
}
