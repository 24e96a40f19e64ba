package io.tadpole.bench;

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

    @Override
    void close();
}
