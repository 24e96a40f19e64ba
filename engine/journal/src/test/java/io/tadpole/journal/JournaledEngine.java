package io.tadpole.journal;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.ring.Producer;
import io.tadpole.ring.Status;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.agrona.DirectBuffer;

/**
 * An engine whose only stage is the journal. As a process it publishes at full speed until it is killed; what was
 * published stands in a mapped file.
 */
final class JournaledEngine
{
    private static final int CAPACITY = 64 << 10;
    private static final int MOST = 400_000;

    private JournaledEngine()
    {
    }

    static Engine start(final Path channel, final JournalStage stage) throws Exception
    {
        final StageGraph graph = new StageGraph().stage("journal", stage);
        final EngineConfig config = EngineConfig.of(CAPACITY);
        return Files.exists(channel) ? Engine.attach(channel, config, graph) : Engine.create(channel, config, graph);
    }

    /** Publishes the message of a sequence, when there is room. */
    static void publish(final Producer producer, final Stretch message, final Random random, final long sequence)
    {
        final int length = 1 + random.nextInt(random.nextInt(20) == 0 ? 20_000 : 200);
        final DirectBuffer buffer = message.clear().add(sequence, length).buffer();
        long position = producer.offer(buffer, ExcerptLayout.MESSAGE_OFFSET, length);
        while (position == Status.BACK_PRESSURED || position == Status.NO_SPACE)
        {
            Thread.yield();
            position = producer.offer(buffer, ExcerptLayout.MESSAGE_OFFSET, length);
        }
        if (position < 0)
        {
            throw new IllegalStateException(Status.name(position));
        }
    }

    public static void main(final String[] args) throws Exception
    {
        final Path parent = Path.of(args[0]);
        final MappedByteBuffer published = AppendForever.acknowledgements(parent.resolve("published"));
        final Random random = new Random(Long.parseLong(args[1]));
        final Stretch message = new Stretch(64 << 10);
        try (Journal journal = Journal.open(parent.resolve("journal")))
        {
            long next = journal.nextSequence();
            try (Engine engine = start(parent.resolve("channel"), new JournalStage(journal)))
            {
                while (next < MOST)
                {
                    publish(engine, message, random, next);
                    next++;
                    published.putLong(0, next);
                }
            }
        }
    }
}
