package io.tadpole.bench;

import org.agrona.MutableDirectBuffer;

/** The sending end of a carrier. One thread. */
interface Sender extends AutoCloseable
{
    /**
     * Sends messages, each filled with one number: the first one with the given, each later one with one more. Spins
     * while there is no space.
     *
     * @param first number.
     * @param count of messages.
     */
    void send(long first, int count);

    /** Fills a message with its number; alike for all, with nothing to look up between two words. */
    static void fill(final MutableDirectBuffer buffer, final int offset, final int size, final long number)
    {
        for (int at = 0; at < size; at += Long.BYTES)
        {
            buffer.putLong(offset + at, number);
        }
    }

    @Override
    void close();
}
