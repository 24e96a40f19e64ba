package io.tadpole.bench;

/** What one thread does by itself, with no other one behind a line. */
interface Loop
{
    /**
     * Does it.
     *
     * @param messages how often, at least 1.
     * @throws Exception when something else came out than what must.
     */
    void run(int messages) throws Exception;
}
