package io.tadpole.bench;

import io.tadpole.engine.BatchStage;
import io.tadpole.engine.MessageRefusedException;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.kernel.NativeKernel;
import io.tadpole.ring.RecordLayout;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * A stage that counts messages and adds up their first words: in Java, or as a kernel. The Java one takes batches too,
 * as it is the loops that are compared.
 *
 * @param stage    to be run.
 * @param messages that it counted; asked when nobody runs it.
 * @param sum      of their first words; likewise.
 * @param unload   to be called behind the stage's last batch.
 */
record Summing(BatchStage stage, LongSupplier messages, LongSupplier sum, Runnable unload)
{
    static Summing inJava()
    {
        final InJava stage = new InJava();
        return new Summing(stage, () -> stage.messages, () -> stage.sum, () ->
        {
        });
    }

    static Summing inKernel(final Path library) throws IOException
    {
        final NativeKernel kernel = NativeKernel.load(library);
        return new Summing(
            kernel,
            () -> kernel.state().get(ValueLayout.JAVA_LONG, 0),
            () -> kernel.state().get(ValueLayout.JAVA_LONG, Long.BYTES),
            kernel::close);
    }

    /** Whether the stage saw what it was handed. */
    void check(final long wantedMessages, final long wantedSum)
    {
        if (messages.getAsLong() != wantedMessages || sum.getAsLong() != wantedSum)
        {
            throw new IllegalStateException(
                "the stage counted " + messages.getAsLong() + " messages of the sum " + sum.getAsLong() + ", not " +
                wantedMessages + " of " + wantedSum);
        }
    }

    /** Asks of each word what the kernel asks: the stage that believes one runs in circles when it says 0. */
    private static final class InJava implements BatchStage
    {
        private long messages;
        private long sum;

        @Override
        public long onBatch(
            final SegmentBuffer buffer, final int offset, final int bytes, final int count, final long endPosition)
        {
            final int end = offset + bytes;
            long counted = 0;
            long added = 0;
            int at = offset;
            while (at < end)
            {
                final int length = RecordLayout.messageLength(buffer.getLong(at));
                if (length <= 0 || length > end - at - RecordLayout.HEADER_LENGTH)
                {
                    throw new MessageRefusedException(endPosition - (end - at), "no record has such a word");
                }
                counted++;
                added += buffer.getLong(at + RecordLayout.HEADER_LENGTH);
                at += (length + RecordLayout.HEADER_LENGTH + RecordLayout.UNIT - 1) & -RecordLayout.UNIT;
            }
            messages += counted;
            sum += added;
            return 0;
        }
    }
}
