package io.tadpole.engine;

import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.Claim;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The Disruptor's view of a ring, and the order in which a stage says how far it is. */
@Timeout(60)
class RingSequencerTest
{
    private static final int CAPACITY = 64 << 10;
    private static final int UNIT = RecordLayout.UNIT;

    private final Ring ring = Ring.anonymous(
        new ChannelConfig(CAPACITY, UNIT, List.of(), List.of("one", "two"), 0, 0));

    @Test
    void shouldStartAtTheTailOfASuccessor()
    {
        final RingSequencer sequencer = new RingSequencer(ring, 10L * UNIT, new YieldingWaitStrategy(), () -> 0);
        assertEquals(9, sequencer.getCursor());
        assertEquals(CAPACITY / UNIT, sequencer.getBufferSize());
    }

    @Test
    void shouldKeepTheBytesThatTheSlowestStageNeeds()
    {
        final RingSequencer sequencer = new RingSequencer(ring, 10L * UNIT, new YieldingWaitStrategy(), () -> 0);
        assertEquals(10L * UNIT, sequencer.lowestPosition(10L * UNIT), "nobody needs anything");
        final Sequence one = new Sequence();
        final Sequence two = new Sequence();
        sequencer.addGatingSequences(one, two);
        one.set(6);
        two.set(4);
        assertEquals(5L * UNIT, sequencer.lowestPosition(10L * UNIT));
        two.set(-1);
        assertEquals(0, sequencer.lowestPosition(10L * UNIT));
        one.set(9);
        two.set(9);
        assertEquals(10L * UNIT, sequencer.lowestPosition(10L * UNIT));
    }

    @Test
    void shouldMoveTheCursorOverWhatIsPublished()
    {
        final RingSequencer sequencer = new RingSequencer(ring, 0, new YieldingWaitStrategy(), () -> Status.NO_SPACE);
        assertEquals(-1, sequencer.getCursor());
        assertFalse(sequencer.isAvailable(0));
        sequencer.published(3L * UNIT);
        assertEquals(2, sequencer.getCursor());
        assertTrue(sequencer.isAvailable(2));
        assertFalse(sequencer.isAvailable(3));
        assertEquals(2, sequencer.getHighestPublishedSequence(0, 2));
        assertEquals(Status.NO_SPACE, sequencer.stall());
    }

    @Test
    void shouldHaveTheCapacityThatAClaimFinds(@TempDir(factory = SharedMemory.class) final Path directory)
        throws IOException
    {
        final Path channel = directory.resolve("channel");
        Channel.create(channel, new ChannelConfig(CAPACITY, UNIT, List.of("native"), List.of(), 0, 0));
        final RingSequencer[] sequencer = new RingSequencer[1];
        try (RingProducer producer = Channel.attachProducer(channel, (memory, tail) ->
                sequencer[0] = new RingSequencer(memory, tail, new YieldingWaitStrategy(), () -> 0));
            RingConsumer outside = Channel.attachConsumer(channel, 0))
        {
            final Sequence inside = new Sequence();
            sequencer[0].addGatingSequences(inside);
            for (int units = CAPACITY / UNIT - 1; units > 0; units--)
            {
                assertEquals(units, sequencer[0].remainingCapacity());
                assertTrue(sequencer[0].hasAvailableCapacity(units));
                assertFalse(sequencer[0].hasAvailableCapacity(units + 1));
                publish(producer);
                // The stage inside is always at the cursor; the one outside holds back.
                inside.set(sequencer[0].getCursor());
            }
            assertEquals(0, sequencer[0].remainingCapacity());
            assertEquals(Status.BACK_PRESSURED, producer.tryClaim(8, new Claim()));
            outside.poll((buffer, offset, length, position) -> { }, 3);
            assertEquals(3, sequencer[0].remainingCapacity());
            publish(producer);
            inside.set(0);
            assertEquals(0, sequencer[0].remainingCapacity());
        }
    }

    private static void publish(final RingProducer producer)
    {
        final Claim claim = new Claim();
        assertTrue(producer.tryClaim(8, claim) >= 0);
        claim.commit(8);
    }

    @Test
    void shouldRefuseClaimsBySequence()
    {
        final RingSequencer sequencer = new RingSequencer(ring, 0, new YieldingWaitStrategy(), () -> 0);
        assertEquals(Status.BACK_PRESSURED, sequencer.stall());
        assertThrows(UnsupportedOperationException.class, sequencer::next);
        assertThrows(UnsupportedOperationException.class, () -> sequencer.next(2));
        assertThrows(UnsupportedOperationException.class, sequencer::tryNext);
        assertThrows(UnsupportedOperationException.class, () -> sequencer.tryNext(2));
        assertThrows(UnsupportedOperationException.class, () -> sequencer.claim(1));
        assertThrows(UnsupportedOperationException.class, () -> sequencer.publish(1));
        assertThrows(UnsupportedOperationException.class, () -> sequencer.publish(1, 2));
        assertEquals(-1, sequencer.getCursor());
    }

    /**
     * A publisher may write over what a sequence lets go; a successor starts where the ring says. So the ring must say
     * it first, whenever a kill comes: here it comes in between, for the ring cannot be written any more.
     */
    @Test
    void shouldLetNothingGoThatItHasNotSaidInTheRing(@TempDir(factory = SharedMemory.class) final Path directory)
        throws IOException
    {
        final Path channel = directory.resolve("channel");
        Channel.create(channel, new ChannelConfig(CAPACITY, UNIT, List.of(), List.of("one"), 0, 0));
        final Ring[] mapped = new Ring[1];
        final RingSequencer[] sequencer = new RingSequencer[1];
        final RingProducer producer = Channel.attachProducer(channel, (memory, tail) ->
        {
            mapped[0] = memory;
            sequencer[0] = new RingSequencer(memory, tail, new YieldingWaitStrategy(), () -> 0);
            return sequencer[0];
        });
        final MessageStage unmapping = (buffer, offset, length, sequence, endOfBatch) -> producer.close();
        final List<StageFailedException> failures = new ArrayList<>();
        final StageProcessor processor = new StageProcessor(
            "one", unmapping, mapped[0], 0, sequencer[0].newBarrier(), FailurePolicy.STOP, () -> true,
            failures::add, () -> { });
        sequencer[0].addGatingSequences(processor.sequence());
        processor.startAt(0, 0);
        publish(producer);
        processor.run();
        assertInstanceOf(IllegalStateException.class, failures.getFirst().getCause());
        assertEquals(-1, processor.sequence().get());
    }
}
