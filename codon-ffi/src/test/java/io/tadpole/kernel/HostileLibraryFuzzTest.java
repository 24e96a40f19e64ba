package io.tadpole.kernel;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Nobody believes what a file says of itself: the target for Jazzer, which replays its inputs or finds new ones. */
class HostileLibraryFuzzTest
{
    private final HostileLibrary target = new HostileLibrary();

    @FuzzTest
    void parse(final byte[] input)
    {
        target.parse(input);
    }
}
