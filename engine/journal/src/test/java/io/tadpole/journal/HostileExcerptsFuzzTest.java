package io.tadpole.journal;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** No reader believes an excerpt: the targets for Jazzer, which replays its inputs or finds new ones. */
class HostileExcerptsFuzzTest
{
    private final HostileExcerpts target = new HostileExcerpts();

    @FuzzTest
    void excerpt(final byte[] input)
    {
        target.excerpt(input);
    }

    @FuzzTest
    void walk(final byte[] input)
    {
        target.walk(input);
    }
}
