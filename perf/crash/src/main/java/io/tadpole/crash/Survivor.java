package io.tadpole.crash;

import java.io.IOException;

/**
 * The other side of a channel whose one role is killed again and again: works with each child, checks what it left. One
 * thread.
 */
interface Survivor extends AutoCloseable
{
    /** Tells the next child what to do. */
    void command(Kill kill, Ledger ledger) throws IOException;

    /** Does its part while the child runs: how much, 0 when there was nothing to do. */
    int work() throws IOException;

    /** Checks what a killed child left. What only its successor shows is settled later. */
    void check(Kill kill, Ledger ledger) throws IOException;

    /** Takes the killed role over and settles all that is open. */
    void finish() throws IOException;

    /** How many messages were checked. */
    long messages();

    @Override
    void close();
}
