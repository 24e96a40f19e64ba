package io.tadpole.engine;

import io.tadpole.ring.HostileInputs;
import io.tadpole.ring.KeptInputs;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No stage believes a word of the ring: the fuzzer's targets, with inputs of a seeded generator. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class HostileStagesTest
{
    private static final int INPUTS = 200_000;

    private final HostileStages target = new HostileStages();

    @Test
    void shouldShowAStageNothingButWhatIsPublished()
    {
        HostileInputs.feed(INPUTS, target::messages);
    }

    @Test
    void shouldShowAStageNoStretchButOfWhatIsPublished()
    {
        HostileInputs.feed(INPUTS, target::stretches);
    }

    @Test
    void shouldLetNobodyRunAheadWhateverAStageOutsideSays()
    {
        HostileInputs.feed(INPUTS, target::sequences);
    }

    @Test
    void shouldKeepInputsOfEachTarget() throws Exception
    {
        KeptInputs.check(HostileStagesFuzzTest.class);
    }
}
