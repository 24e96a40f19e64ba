package io.tadpole.bench;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.MessageStage;
import io.tadpole.engine.StageGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Our engine, with one stage: on a thread of the publisher's process, over memory of its own; or in a process of its
 * own, over a mapped ring.
 */
final class EngineCarrier implements Carrier
{
    private final boolean outside;

    EngineCarrier(final boolean outside)
    {
        this.outside = outside;
    }

    @Override
    public Sender create(final Path at, final int size, final int run, final Tally inside) throws IOException
    {
        final EngineConfig config = EngineConfig.of(Scenario.ENGINE_BYTES).withWaitStrategy("busy-spin");
        final MessageStage stage =
            (buffer, offset, length, sequence, endOfBatch) -> inside.on(buffer.getLong(offset));
        final Engine engine = outside ?
            Engine.create(at, config, new StageGraph().outside("outside")) :
            Engine.inMemory(config, new StageGraph().stage("inside", stage));
        return new RingSender(engine, size, run);
    }

    @Override
    public @Nullable Receiver open(final Path at, final LongConsumer numbers) throws IOException
    {
        return outside ? new RingReceiver(at, numbers) : null;
    }
}
