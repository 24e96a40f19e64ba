package io.tadpole.ring;

import java.io.IOException;

/**
 * One producer and its consumers, new and empty, at position 0: what a carrier gives its contract suite.
 */
public interface Connection extends AutoCloseable
{
    /**
     * The producer; the test may close it.
     *
     * @return always the same one.
     */
    Producer producer();

    /**
     * How many consumers there are.
     *
     * @return 1 or 2.
     */
    int consumers();

    /**
     * A consumer; the test may close it.
     *
     * @param index from 0.
     * @return for one index always the same one.
     */
    Consumer consumer(int index);

    /**
     * Takes the role of a consumer that the test has closed, where the carrier keeps positions.
     *
     * @param index from 0.
     * @return a new consumer, which {@link #close()} closes.
     * @throws IOException when the role cannot be taken.
     */
    default Consumer successor(final int index) throws IOException
    {
        throw new UnsupportedOperationException("this carrier keeps no positions");
    }

    /**
     * Closes what the test left open, and removes everything.
     *
     * @throws IOException when something cannot be removed.
     */
    @Override
    void close() throws IOException;
}
