package io.tadpole.ring;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Nobody believes another's words: the targets for Jazzer, which replays its inputs or finds new ones. */
class HostileWordsFuzzTest
{
    private final HostileWords target = new HostileWords();

    @FuzzTest
    void consumer(final byte[] input)
    {
        target.consumer(input);
    }

    @FuzzTest
    void producer(final byte[] input)
    {
        target.producer(input);
    }

    @FuzzTest
    void recovery(final byte[] input)
    {
        target.recovery(input);
    }
}
