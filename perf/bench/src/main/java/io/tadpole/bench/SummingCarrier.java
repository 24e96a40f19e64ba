package io.tadpole.bench;

import io.tadpole.engine.BatchStage;
import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.envelope.SegmentBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Our engine over memory of its own, with one stage that counts and adds up: a kernel, or the same in Java. The stage's
 * thread looks behind each batch whether it is the last one; the numbers are checked by their sum.
 */
final class SummingCarrier implements Carrier
{
    private final @Nullable Path kernel;

    /**
     * Chooses the stage.
     *
     * @param kernel null: it is written in Java.
     */
    SummingCarrier(final @Nullable Path kernel)
    {
        this.kernel = kernel;
    }

    @Override
    public Sender create(final Path at, final int size, final int run, final Tally inside) throws IOException
    {
        final Summing summing = kernel == null ? Summing.inJava() : Summing.inKernel(kernel);
        final EngineConfig config = EngineConfig.of(Scenario.ENGINE_BYTES).withWaitStrategy("busy-spin");
        final Sender sender = new RingSender(
            Engine.inMemory(config, new StageGraph().stage("sum", new Watched(summing.stage(), inside))), size, run);
        return new Sender()
        {
            @Override
            public void send(final long first, final int count)
            {
                sender.send(first, count);
            }

            @Override
            public void close()
            {
                sender.close();
                final long messages = inside.count();
                summing.check(messages + 1, Batches.sum(messages) + Tally.START);
                summing.unload().run();
            }
        };
    }

    @Override
    public @Nullable Receiver open(final Path at, final LongConsumer numbers)
    {
        return null;
    }

    /** A stage, and behind it the tally. */
    private record Watched(BatchStage stage, Tally tally) implements BatchStage
    {
        @Override
        public long resumeAt(final long ringId, final long mirrored)
        {
            return stage.resumeAt(ringId, mirrored);
        }

        @Override
        public long onBatch(
            final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
        {
            try
            {
                stage.onBatch(buffer, offset, length, messages, endPosition);
            }
            catch (final Exception refused)
            {
                Jvm.fail(refused);
            }
            tally.onBatch(messages);
            return 0;
        }

        @Override
        public void onPassedOver(final long endPosition)
        {
            stage.onPassedOver(endPosition);
        }
    }
}
