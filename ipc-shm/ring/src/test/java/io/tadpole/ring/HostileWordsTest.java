package io.tadpole.ring;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody believes another's words: the fuzzer's targets, with inputs of a seeded generator. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class HostileWordsTest
{
    private static final int INPUTS = 200_000;

    private final HostileWords target = new HostileWords();

    @Test
    void shouldConsumeNothingButWhatCanBe()
    {
        HostileInputs.feed(INPUTS, target::consumer);
    }

    @Test
    void shouldWriteOverNothingWhateverConsumersSay()
    {
        HostileInputs.feed(INPUTS, target::producer);
    }

    @Test
    void shouldTakeARoleOrSayWhyNot()
    {
        HostileInputs.feed(INPUTS, target::recovery);
    }

    @Test
    void shouldKeepInputsOfEachTarget() throws Exception
    {
        KeptInputs.check(HostileWordsFuzzTest.class);
    }
}
