package io.tadpole.bench;

/** The receiving end of a carrier. One thread. */
interface Receiver extends AutoCloseable
{
    /**
     * Hands over what is there: the first number of each message.
     *
     * @return the number of messages.
     */
    int poll();

    @Override
    void close();
}
