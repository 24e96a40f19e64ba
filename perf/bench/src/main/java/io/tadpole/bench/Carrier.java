package io.tadpole.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What is measured. */
interface Carrier
{
    /**
     * Starts what all connections share; in the sending process only, before the first of them.
     *
     * @param folder of all connections.
     */
    default void start(final Path folder)
    {
    }

    /**
     * Creates a connection and opens its sending end.
     *
     * @param at     where its files belong; nothing is there.
     * @param size   of the messages in bytes, a multiple of 8.
     * @param run    how many messages become visible together; 1: each by itself.
     * @param inside is told the numbers on a thread that this carrier starts; not by a carrier with a receiving end.
     * @return the sending end.
     * @throws IOException when it cannot be created.
     */
    Sender create(Path at, int size, int run, Tally inside) throws IOException;

    /**
     * Opens the receiving end.
     *
     * @param at       where the connection was created.
     * @param numbers takes the first number of each message.
     * @return the receiving end; null when this carrier receives on a thread of the sending process.
     * @throws IOException when it cannot be opened.
     */
    @Nullable Receiver open(Path at, LongConsumer numbers) throws IOException;
}
