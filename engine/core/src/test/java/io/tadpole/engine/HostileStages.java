package io.tadpole.engine;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.HostileInput;
import io.tadpole.ring.HostileRing;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import io.tadpole.ring.Status;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What a fuzzer aims at in an engine: a stage's walk over words that another wrote, and the sequences of stages that
 * say anything. A target throws when a stage is shown what is outside of what was published, or stops with anything but
 * the sentence about the word.
 */
final class HostileStages
{
    private static final int UNIT = RecordLayout.UNIT;
    private static final int MAX_STEPS = 100;

    private final HostileRing memory = new HostileRing();

    /** A stage that takes message by message. */
    void messages(final byte[] bytes)
    {
        final Walk walk = new Walk(new HostileInput(bytes));
        walk.run((MessageStage)walk::onMessage);
    }

    /** A stage that takes stretches. */
    void stretches(final byte[] bytes)
    {
        final Walk walk = new Walk(new HostileInput(bytes));
        walk.run((BatchStage)walk::onBatch);
    }

    /** A publisher's view of stages outside. */
    void sequences(final byte[] bytes)
    {
        final HostileInput input = new HostileInput(bytes);
        final int outside = 1 + input.below(2);
        long tail = memory.reset(input, UNIT, outside, 0);
        final Ring ring = memory.forReaders();
        final RingSequencer sequencer = new RingSequencer(ring, tail, new BusySpinWaitStrategy(), () -> 0);
        final Sequence inside = new Sequence(tail / UNIT - 1);
        sequencer.addGatingSequences(inside);
        final List<SharedSequence> shared = new ArrayList<>();
        for (int k = 0; k < outside; k++)
        {
            shared.add(new SharedSequence(ring, k, sequencer.cursor()));
        }
        for (int step = 0; step < MAX_STEPS && !input.isSpent(); step++)
        {
            switch (input.below(4))
            {
                case 0 ->
                {
                    tail += (long)input.below(4) * UNIT;
                    sequencer.published(tail);
                }
                case 1 -> inside.set(Math.max(-1, tail / UNIT - 1 - input.below(4)));
                default -> memory.scribbleConsumer(input, input.below(outside), tail);
            }
            for (final SharedSequence sequence : shared)
            {
                assertTrue(sequence.get() <= sequencer.cursor().get(), "no stage outside is ahead of the cursor");
            }
            final long lowest = sequencer.lowestPosition(tail);
            assertTrue(
                lowest == Status.CORRUPT || (lowest >= 0 && lowest <= (inside.get() + 1) * UNIT), () -> "" + lowest);
            assertTrue(lowest != Status.CORRUPT || !sequencer.corruption().isEmpty());
            final long remaining = sequencer.remainingCapacity();
            assertTrue(remaining >= 0 && remaining < sequencer.getBufferSize(), () -> "remaining " + remaining);
        }
    }

    /** One walk of a stage: its barrier says how far it may go, and scribbles. */
    private final class Walk implements SequenceBarrier
    {
        private final HostileInput input;
        private final long start;
        private final Ring ring;
        private final List<StageFailedException> failures = new ArrayList<>();
        private boolean alerted;
        private boolean owner = true;
        private long position;
        private long available;

        Walk(final HostileInput input)
        {
            this.input = input;
            this.start = memory.reset(input, UNIT, 0, 1);
            this.ring = memory.forProducer();
            this.position = start;
            this.available = start / UNIT - 1;
        }

        void run(final Stage stage)
        {
            final StageProcessor processor = new StageProcessor(
                "hostile", stage, ring, 0, this, FailurePolicy.STOP, () -> owner, failures::add, this::alert);
            processor.startAt(start, 0);
            processor.run();
            for (final StageFailedException failure : failures)
            {
                final Throwable cause = assertInstanceOf(IllegalStateException.class, failure.getCause());
                assertTrue(String.valueOf(cause.getMessage()).contains("of the ring cannot be"), cause::toString);
            }
            final long said = (processor.sequence().get() + 1) * UNIT;
            assertTrue(said >= start && said <= (available + 1) * UNIT, () -> "it says that it is at " + said);
            assertEquals(said, ring.stagePosition(0));
        }

        void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence, final boolean last)
        {
            assertTrue(sequence * UNIT >= position);
            assertEquals((int)(sequence * UNIT) & (memory.capacity() - 1), offset - RecordLayout.HEADER_LENGTH);
            assertTrue(length >= 1 && length <= memory.capacity() / 2 - RecordLayout.HEADER_LENGTH);
            position = sequence * UNIT + ((length + RecordLayout.HEADER_LENGTH + UNIT - 1) & -UNIT);
            assertInside(buffer, offset, length);
        }

        long onBatch(
            final SegmentBuffer buffer, final int offset, final int length, final int count, final long end)
        {
            assertTrue(count >= 1 && length >= count * UNIT && length % UNIT == 0 && offset % UNIT == 0);
            assertEquals((int)(end - length) & (memory.capacity() - 1), offset);
            position = end;
            assertInside(buffer, offset, length);
            return input.below(1 << 12) == 1 ? Status.NO_SPACE : 0;
        }

        private void assertInside(final DirectBuffer buffer, final int offset, final int length)
        {
            assertTrue(position <= (available + 1) * UNIT, () -> position + " is beyond what is published");
            assertEquals(memory.capacity(), buffer.capacity());
            assertTrue(offset + length <= memory.capacity());
            assertEquals(buffer.getByte(offset + length - 1), buffer.getByte(offset + length - 1));
            scribble(input.below(3));
        }

        private void scribble(final int words)
        {
            for (int i = 0; i < words; i++)
            {
                memory.scribbleRecord(input);
            }
        }

        @Override
        public void alert()
        {
            alerted = true;
        }

        @Override
        public long waitFor(final long sequence) throws AlertException
        {
            scribble(input.below(12));
            owner &= input.below(64) != 1;
            alerted |= input.isSpent();
            checkAlert();
            available = sequence - 1 + input.below(memory.capacity() / UNIT + 1);
            return available;
        }

        @Override
        public long getCursor()
        {
            return available;
        }

        @Override
        public boolean isAlerted()
        {
            return alerted;
        }

        @Override
        public void clearAlert()
        {
            alerted = false;
        }

        @Override
        public void checkAlert() throws AlertException
        {
            if (alerted)
            {
                throw AlertException.INSTANCE;
            }
        }
    }
}
