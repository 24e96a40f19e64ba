package io.tadpole.bench;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.MessageStage;
import io.tadpole.engine.StageGraph;
import io.tadpole.ring.Channel;
import io.tadpole.ring.Consumer;
import io.tadpole.ring.MessageHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Our engine, with one stage: on a thread of the publisher's process, or in a process of its own. */
final class EngineCarrier implements Carrier
{
    private static final int LIMIT = 256;

    private final boolean outside;

    EngineCarrier(final boolean outside)
    {
        this.outside = outside;
    }

    @Override
    public Sender create(final Path at, final int size, final int run, final LongConsumer inside) throws IOException
    {
        final EngineConfig config = EngineConfig.of(Scenario.ENGINE_BYTES).withWaitStrategy("busy-spin");
        final MessageStage stage =
            (buffer, offset, length, sequence, endOfBatch) -> inside.accept(buffer.getLong(offset));
        final Engine engine = outside ?
            Engine.create(at, config, new StageGraph().outside("outside")) :
            Engine.inMemory(config, new StageGraph().stage("inside", stage));
        return run == 1 ? new RingSender(engine, size) : new RunSender(engine, size, run);
    }

    @Override
    public @Nullable Receiver open(final Path at, final LongConsumer numbers) throws IOException
    {
        if (!outside)
        {
            return null;
        }
        final Consumer consumer = Channel.attachConsumer(at, 0);
        final MessageHandler handler =
            (buffer, offset, length, position) -> numbers.accept(buffer.getLong(offset));
        return new Receiver()
        {
            @Override
            public int poll()
            {
                return consumer.poll(handler, LIMIT);
            }

            @Override
            public void close()
            {
                consumer.close();
            }
        };
    }
}
