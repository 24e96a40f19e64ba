package io.tadpole.kernel;

import io.tadpole.ring.HostileInputs;
import io.tadpole.ring.KeptInputs;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Nobody believes what a file says of itself: the fuzzer's target, with inputs of a seeded generator. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class HostileLibraryTest
{
    private static final int INPUTS = 200_000;

    @Test
    void shouldReadTheLibraryThatIsChanged() throws ElfFile.MalformedException
    {
        assertEquals(
            new ElfFile(62, List.of("libc.so.6"), new LinkedHashSet<>(Set.of("missing")),
                new LinkedHashSet<>(),
                new LinkedHashSet<>(Set.of("defined")), false, false),
            ElfFile.parse(HostileLibrary.make()));
    }

    @Test
    void shouldReadOrRefuseWhateverAFileSays()
    {
        HostileInputs.feed(INPUTS, new HostileLibrary()::parse);
    }

    @Test
    void shouldKeepInputsOfEachTarget() throws Exception
    {
        KeptInputs.check(HostileLibraryFuzzTest.class);
    }
}
