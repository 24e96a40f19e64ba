package io.tadpole.engine;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs one stage of this JVM: waits at its barrier, walks the records of each batch in place, and says how far it is.
 * No allocation.
 */
final class StageProcessor implements Runnable
{
    private static final int MAX_STRETCH = 1 << 20;

    // Measured: a quarter of a microsecond, for a fifth more messages.
    private static final int REST = 16;
    private static final int LOOKS_IN_A_ROW = 2;

    private final String name;
    private final Stage stage;
    private final Ring ring;
    private final int index;
    private final SegmentBuffer records;
    private final int mask;
    private final SequenceBarrier barrier;
    private final FailurePolicy failurePolicy;
    private final BooleanSupplier isOwner;
    private final Consumer<StageFailedException> onFailure;
    private final Runnable onDeposed;
    private final Sequence sequence = new Sequence();
    /** Why the stage does not take what is there, or 0. Padded: a publisher without space reads it all the time. */
    private final Sequence stall = new Sequence(0);
    private final IdlePolicy idle = IdlePolicy.parking(1_000_000);

    /** The first sequence that is not handled. */
    private long next;
    private long messages;
    private long batches;
    /** How often in a row there was something to handle at the first look. */
    private int looksInARow;

    /**
     * @param name          of the stage.
     * @param stage         to run.
     * @param ring          to read.
     * @param index         of the stage's words in the ring.
     * @param barrier       to wait at.
     * @param failurePolicy decides about a message on which the stage throws.
     * @param isOwner       whether the ring is still this engine's.
     * @param onFailure     told when the stage throws.
     * @param onDeposed     told when the ring is another engine's; halts this stage.
     */
    StageProcessor(
        final String name,
        final Stage stage,
        final Ring ring,
        final int index,
        final SequenceBarrier barrier,
        final FailurePolicy failurePolicy,
        final BooleanSupplier isOwner,
        final Consumer<StageFailedException> onFailure,
        final Runnable onDeposed)
    {
        this.name = name;
        this.stage = stage;
        this.ring = ring;
        this.index = index;
        this.records = ring.readOnlyRecords();
        this.mask = ring.capacity() - 1;
        this.barrier = barrier;
        this.failurePolicy = failurePolicy;
        this.isOwner = isOwner;
        this.onFailure = onFailure;
        this.onDeposed = onDeposed;
        this.batches = ring.stageBatches(index);
    }

    /**
     * Sets where the stage starts, and says so in the ring: whoever takes over next finds it there, even if no message
     * comes until then. Before the thread starts.
     *
     * @param start   in bytes.
     * @param handled messages before it, since the ring was created.
     */
    void startAt(final long start, final long handled)
    {
        next = start / RecordLayout.UNIT;
        messages = handled;
        say();
    }

    Sequence sequence()
    {
        return sequence;
    }

    long stall()
    {
        return stall.get();
    }

    void halt()
    {
        barrier.alert();
    }

    @Override
    public void run()
    {
        try
        {
            stage.onStart();
            try
            {
                handleUntilHalted();
            }
            catch (final Exception | Error failed)
            {
                // Told before the stage stops: the others need not wait for that.
                fail(failed);
            }
            stage.onStop();
        }
        catch (final Exception | Error failed)
        {
            fail(failed);
        }
    }

    private void fail(final Throwable cause)
    {
        onFailure.accept(new StageFailedException(name, next, cause));
    }

    private void handleUntilHalted() throws Exception
    {
        try
        {
            while (true)
            {
                keepDistance();
                // SYNC POINT "cursor": pairs with RingSequencer.published.
                final long available = barrier.waitFor(next);
                if (available >= next)
                {
                    handle(available);
                }
            }
        }
        catch (final AlertException halted)
        {
            // What is not handled stays in the ring. A stage that throws this exception itself was not halted.
            if (!barrier.isAlerted())
            {
                throw halted;
            }
        }
    }

    /**
     * Rests a moment when there was something to handle each time that the stage looked: it is right behind the
     * publisher then, and each message costs both of them the transfer of its lines. Whoever had to wait looks at once.
     */
    private void keepDistance()
    {
        if (barrier.getCursor() < next)
        {
            looksInARow = 0;
        }
        else if (looksInARow < LOOKS_IN_A_ROW)
        {
            looksInARow++;
        }
        else
        {
            for (int i = 0; i < REST; i++)
            {
                Thread.onSpinWait();
            }
        }
    }

    private void handle(final long available) throws Exception
    {
        final long before = messages;
        try
        {
            switch (stage)
            {
                case final MessageStage messageStage -> handleMessages(messageStage, available);
                case final BatchStage batchStage -> handleStretches(batchStage, available);
            }
        }
        finally
        {
            batches += messages == before ? 0 : 1;
            progress();
        }
    }

    private void handleMessages(final MessageStage messageStage, final long available) throws Exception
    {
        final long eighth = (ring.capacity() >> 3) / RecordLayout.UNIT;
        long said = next;
        next = behindPadding(next, available);
        while (next <= available)
        {
            final int at = indexOf(next);
            final long word = ring.word(at);
            final long behind = behindPadding(behindMessage(next, at, word, available), available);
            deliver(messageStage, at, RecordLayout.messageLength(word), behind > available);
            messages++;
            next = behind;
            if (next - said >= eighth)
            {
                progress();
                said = next;
            }
            barrier.checkAlert();
        }
    }

    private void deliver(
        final MessageStage messageStage, final int at, final int length, final boolean endOfBatch) throws Exception
    {
        try
        {
            messageStage.onMessage(records, at + RecordLayout.HEADER_LENGTH, length, next, endOfBatch);
        }
        catch (final Exception cause)
        {
            if (!isTaken(at, length, cause))
            {
                throw cause;
            }
        }
    }

    private boolean isTaken(final int at, final int length, final Exception cause)
    {
        try
        {
            return failurePolicy.onFailure(name, next, records, at + RecordLayout.HEADER_LENGTH, length, cause);
        }
        catch (final RuntimeException | Error failed)
        {
            if (!failed.equals(cause))
            {
                failed.addSuppressed(cause);
            }
            throw failed;
        }
    }

    private void handleStretches(final BatchStage batchStage, final long available) throws Exception
    {
        skipPadding(batchStage, available);
        while (next <= available)
        {
            final int start = indexOf(next);
            int length = 0;
            int count = 0;
            long end = next;
            while (end <= available && start + length < ring.capacity())
            {
                final int at = start + length;
                final long word = ring.word(at);
                if (count > 0 && RecordLayout.isPadding(word))
                {
                    break;
                }
                final int size = (int)(behindMessage(end, at, word, available) - end) * RecordLayout.UNIT;
                if (count > 0 && length + size > MAX_STRETCH)
                {
                    break;
                }
                length += size;
                end += size / RecordLayout.UNIT;
                count++;
            }
            try
            {
                take(batchStage, start, length, count);
                messages += count;
                next = end;
            }
            catch (final MessageRefusedException refused)
            {
                passOver(batchStage, refused, end, available);
            }
            skipPadding(batchStage, available);
            progress();
            barrier.checkAlert();
        }
    }

    /** Offers a stretch until the stage takes it, and tells the publisher why it does not. */
    private void take(final BatchStage batchStage, final int start, final int length, final int count) throws Exception
    {
        final long behind = next * RecordLayout.UNIT + length;
        long status = batchStage.onBatch(records, start, length, count, behind);
        while (status < 0)
        {
            stall.set(status);
            checkOwner();
            barrier.checkAlert();
            idle.idle();
            status = batchStage.onBatch(records, start, length, count, behind);
        }
        stall.set(0);
    }

    /** Counts what lies before a refused message as handled, and the message too when the failure policy takes it. */
    private void passOver(
        final BatchStage batchStage, final MessageRefusedException refused, final long end, final long available)
    {
        final long unit = refused.position() / RecordLayout.UNIT;
        if (refused.position() % RecordLayout.UNIT != 0 || unit < next || unit >= end)
        {
            throw notInStretch(refused);
        }
        while (next < unit)
        {
            next = behindMessage(next, indexOf(next), ring.word(indexOf(next)), available);
            messages++;
        }
        if (next > unit)
        {
            throw notInStretch(refused);
        }
        final int at = indexOf(next);
        final long word = ring.word(at);
        final long behind = behindMessage(next, at, word, available);
        if (!isTaken(at, RecordLayout.messageLength(word), refused))
        {
            throw refused;
        }
        messages++;
        next = behind;
        batchStage.onPassedOver(next * RecordLayout.UNIT);
    }

    private void skipPadding(final BatchStage batchStage, final long available)
    {
        final long behind = behindPadding(next, available);
        if (behind != next)
        {
            next = behind;
            batchStage.onPassedOver(next * RecordLayout.UNIT);
        }
    }

    private static IllegalStateException notInStretch(final MessageRefusedException refused)
    {
        return new IllegalStateException(
            "the stage refused a message at position " + refused.position() +
            ", and none of those that it was given starts there", refused);
    }

    /** Padding belongs to the message before it: so a batch never ends with nothing but padding to come. */
    private long behindPadding(final long unit, final long available)
    {
        if (unit > available)
        {
            return unit;
        }
        final int at = indexOf(unit);
        final long word = ring.word(at);
        return RecordLayout.isPadding(word) ? behindRecord(unit, at, word, available) : unit;
    }

    /** Once a batch, or a little more often in a long one, and before anything is said. */
    private void progress()
    {
        if (checkOwner())
        {
            say();
        }
    }

    /** A deposed engine's stage says nothing more, and ends at its next look for an alert. */
    private boolean checkOwner()
    {
        final boolean owner = isOwner.getAsBoolean();
        if (!owner)
        {
            onDeposed.run();
        }
        return owner;
    }

    /**
     * Says how far the stage is: first in the ring, then to those who wait. In this order a successor never finds a
     * position below what the publisher was allowed to write over.
     */
    private void say()
    {
        ring.mirrorStage(index, next * RecordLayout.UNIT, messages, batches);
        sequence.set(next - 1);
    }

    private int indexOf(final long unit)
    {
        return (int)(unit * RecordLayout.UNIT) & mask;
    }

    /** Padding stands where a message does only when its word was scribbled over since it was looked at. */
    private long behindMessage(final long unit, final int at, final long word, final long available)
    {
        if (RecordLayout.isPadding(word))
        {
            throw cannotBe(unit, at, word, available);
        }
        return behindRecord(unit, at, word, available);
    }

    /** Whatever a word says, the record ends where the publisher, and every stage before this one, has been. */
    private long behindRecord(final long unit, final int at, final long word, final long available)
    {
        final int size = RecordLayout.size(word, at, ring.capacity(), RecordLayout.UNIT);
        final long behind = unit + size / RecordLayout.UNIT;
        if (size < 0 || behind > available + 1)
        {
            throw cannotBe(unit, at, word, available);
        }
        return behind;
    }

    private static IllegalStateException cannotBe(
        final long unit, final int at, final long word, final long available)
    {
        return new IllegalStateException(
            "header word 0x" + Long.toHexString(word) + " at index " + at + " of the ring cannot be, in unit " + unit +
            " when the last one is " + available);
    }
}
