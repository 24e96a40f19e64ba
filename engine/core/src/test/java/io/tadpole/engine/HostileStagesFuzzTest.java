package io.tadpole.engine;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** No stage believes a word of the ring: the targets for Jazzer, which replays its inputs or finds new ones. */
class HostileStagesFuzzTest
{
    private final HostileStages target = new HostileStages();

    @FuzzTest
    void messages(final byte[] input)
    {
        target.messages(input);
    }

    @FuzzTest
    void stretches(final byte[] input)
    {
        target.stretches(input);
    }

    @FuzzTest
    void sequences(final byte[] input)
    {
        target.sequences(input);
    }
}
