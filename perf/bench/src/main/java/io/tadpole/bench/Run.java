package io.tadpole.bench;

/**
 * What one run found, in nanoseconds.
 *
 * @param lineBefore median round trip of the bare cache line before it; of one thread by itself, the time of so many
 *                   multiplications.
 * @param lineAfter  the same after it.
 * @param elapsed    of all messages together.
 * @param p50        half of the round trips took no longer; 0 for a throughput.
 * @param p99        99 of 100 round trips took no longer; 0 for a throughput.
 */
record Run(long lineBefore, long lineAfter, long elapsed, long p50, long p99)
{
    /** Reads what {@link #toString()} wrote. */
    static Run parse(final String text)
    {
        final String[] words = text.split(" ", -1);
        return new Run(
            Long.parseLong(words[0]),
            Long.parseLong(words[1]),
            Long.parseLong(words[2]),
            Long.parseLong(words[3]),
            Long.parseLong(words[4]));
    }

    @Override
    public String toString()
    {
        return lineBefore + " " + lineAfter + " " + elapsed + " " + p50 + " " + p99;
    }
}
