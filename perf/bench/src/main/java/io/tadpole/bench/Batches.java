package io.tadpole.bench;

import io.tadpole.engine.BatchStage;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.RecordLayout;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * A stage by itself: it is handed the records of a ring's length of memory, batch by batch and around, as an engine in
 * memory would. Record i holds the number i.
 */
final class Batches implements Loop
{
    private static final int RECORDS = Scenario.RING_BYTES / RecordLayout.UNIT;
    /** As a producer writes it: published, 64 bytes with this word. */
    private static final long WORD = 1L << 48 | RecordLayout.UNIT;

    private final SegmentBuffer buffer =
        new SegmentBuffer(Arena.ofAuto().allocate(Scenario.RING_BYTES, RecordLayout.UNIT));
    private final BatchStage stage;
    private final int batch;
    private final @Nullable Summing summing;
    private long position;
    private long messages;
    private long sum;

    /**
     * Lays the records.
     *
     * @param stage   that is measured.
     * @param batch   how many records it is handed at once, a power of two.
     * @param summing what the stage found, to be checked behind each run; null when it looks for nothing.
     */
    Batches(final BatchStage stage, final int batch, final @Nullable Summing summing)
    {
        this.stage = stage;
        this.batch = batch;
        this.summing = summing;
        for (int i = 0; i < RECORDS; i++)
        {
            buffer.putLong(i * RecordLayout.UNIT, WORD);
            buffer.putLong(i * RecordLayout.UNIT + RecordLayout.HEADER_LENGTH, i);
        }
        stage.resumeAt(0, 0);
    }

    static Batches of(final Summing summing, final int batch)
    {
        return new Batches(summing.stage(), batch, summing);
    }

    @Override
    public void run(final int count) throws Exception
    {
        for (int done = 0; done < count; done += batch)
        {
            final int records = Math.min(batch, count - done);
            final int length = records * RecordLayout.UNIT;
            position += length;
            stage.onBatch(buffer, (done & (RECORDS - 1)) * RecordLayout.UNIT, length, records, position);
        }
        messages += count;
        sum += sum(RECORDS) * (count / RECORDS) + sum(count % RECORDS);
        if (summing != null)
        {
            summing.check(messages, sum);
        }
    }

    /** Of the numbers below one. */
    static long sum(final long numbers)
    {
        return numbers * (numbers - 1) / 2;
    }
}
