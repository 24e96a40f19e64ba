package io.tadpole.engine;

import io.tadpole.ring.Channel;
import io.tadpole.ring.Claim;
import io.tadpole.ring.Connection;
import io.tadpole.ring.Producer;
import io.tadpole.ring.ProducerConsumerContract;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingSpaceContract;
import io.tadpole.ring.SharedMemory;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Nested;

import static org.junit.jupiter.api.Assertions.assertNull;

/** An engine keeps the contract of producers, with consumers outside, and in memory with stages inside. */
class EngineContractTest
{
    private static final int CAPACITY = 64 << 10;
    private static final MessageStage NOTHING = (buffer, offset, length, sequence, endOfBatch) -> { };

    /** An engine that has no stages but those outside gives space back exactly when a ring does. */
    @Nested
    class OutsideOnly extends RingSpaceContract
    {
        @Override
        protected Connection open(final int consumers) throws IOException
        {
            return new EngineConnection(new StageGraph(), consumers);
        }

        @Override
        protected int capacity()
        {
            return CAPACITY;
        }

        @Override
        protected int alignment()
        {
            return RecordLayout.UNIT;
        }
    }

    /** With stages of its own, it may need a moment. */
    @Nested
    class WithStages extends ProducerConsumerContract
    {
        @Override
        protected Connection open(final int consumers) throws IOException
        {
            return new EngineConnection(
                new StageGraph().stage("first", NOTHING).stage("second", NOTHING, "first"), consumers);
        }
    }

    /** In memory of the process alone, nobody is outside: stages are polled. */
    @Nested
    class InMemory extends ProducerConsumerContract
    {
        @Override
        protected Connection open(final int consumers)
        {
            return new MemoryConnection(consumers);
        }

        @Override
        protected boolean keepsPositions()
        {
            return false;
        }
    }

    /**
     * Waits for the stages inside, which may be slow for a moment, so that it is the consumers who hold it back; but at
     * its close not for a consumer that the test lets lie.
     */
    private record Impatient(Engine engine) implements Producer
    {
        @Override
        public long tryClaim(final int maxLength, final Claim claim)
        {
            return behindStages(() -> engine.tryClaim(maxLength, claim));
        }

        @Override
        public long tryClaimRun(final int maxLength, final int count, final Claim claim)
        {
            return behindStages(() -> engine.tryClaimRun(maxLength, count, claim));
        }

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length)
        {
            return behindStages(() -> engine.offer(buffer, offset, length));
        }

        private long behindStages(final LongSupplier attempt)
        {
            final long status = attempt.getAsLong();
            if (status != Status.BACK_PRESSURED)
            {
                return status;
            }
            while (engine.failure() == null && engine.counters().stream()
                .anyMatch(stage -> !stage.outside() && stage.position() < engine.position()))
            {
                Thread.yield();
            }
            return attempt.getAsLong();
        }

        @Override
        public int maxClaimLength()
        {
            return engine.maxClaimLength();
        }

        @Override
        public int maxMessageLength()
        {
            return engine.maxMessageLength();
        }

        @Override
        public long position()
        {
            return engine.position();
        }

        @Override
        public void close()
        {
            engine.shutdown(Duration.ZERO);
        }
    }

    /** An engine and the consumers of its channel. */
    private static final class EngineConnection implements Connection
    {
        private final Path channel;
        private final Engine engine;
        private final Producer producer;
        private final List<RingConsumer> consumers = new ArrayList<>();

        EngineConnection(final StageGraph graph, final int count) throws IOException
        {
            channel = SharedMemory.directory().resolve("channel");
            for (int k = 0; k < count; k++)
            {
                graph.outside("consumer-" + k);
            }
            engine = Engine.create(channel, EngineConfig.of(CAPACITY).withWaitStrategy("blocking"), graph);
            producer = new Impatient(engine);
            for (int k = 0; k < count; k++)
            {
                consumers.add(Channel.attachConsumer(channel, k));
            }
        }

        @Override
        public Producer producer()
        {
            return producer;
        }

        @Override
        public int consumers()
        {
            return consumers.size();
        }

        @Override
        public RingConsumer consumer(final int index)
        {
            return consumers.get(index);
        }

        @Override
        public RingConsumer successor(final int index) throws IOException
        {
            consumers.set(index, Channel.attachConsumer(channel, index));
            return consumers.get(index);
        }

        @Override
        public void close() throws IOException
        {
            producer.close();
            assertNull(engine.failure());
            consumers.forEach(RingConsumer::close);
            Channel.remove(channel);
            Files.delete(channel.getParent());
        }
    }

    /** An engine in memory, and stages of it that are polled. */
    private static final class MemoryConnection implements Connection
    {
        private final List<PolledStage> stages = new ArrayList<>();
        private final Engine engine;
        private final Producer producer;

        MemoryConnection(final int count)
        {
            final StageGraph graph = new StageGraph();
            for (int k = 0; k < count; k++)
            {
                stages.add(new PolledStage());
                graph.stage("stage-" + k, stages.get(k));
            }
            engine = Engine.inMemory(EngineConfig.of(CAPACITY).withWaitStrategy("blocking"), graph);
            producer = new Settled(engine, stages);
        }

        @Override
        public Producer producer()
        {
            return producer;
        }

        @Override
        public int consumers()
        {
            return stages.size();
        }

        @Override
        public PolledStage consumer(final int index)
        {
            return stages.get(index);
        }

        @Override
        public void close()
        {
            stages.forEach(PolledStage::close);
            producer.close();
            assertNull(engine.failure());
        }
    }

    /**
     * Waits until what was polled is given back, and at its close until what was published is offered: each takes the
     * stage's thread a moment.
     */
    private record Settled(Engine engine, List<PolledStage> stages) implements Producer
    {
        @Override
        public long tryClaim(final int maxLength, final Claim claim)
        {
            return settled(() -> engine.tryClaim(maxLength, claim));
        }

        @Override
        public long tryClaimRun(final int maxLength, final int count, final Claim claim)
        {
            return settled(() -> engine.tryClaimRun(maxLength, count, claim));
        }

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length)
        {
            return settled(() -> engine.offer(buffer, offset, length));
        }

        private long settled(final LongSupplier attempt)
        {
            final long status = attempt.getAsLong();
            if (status != Status.BACK_PRESSURED)
            {
                return status;
            }
            for (int k = 0; k < stages.size(); k++)
            {
                while (engine.failure() == null && engine.counters().get(k).position() < stages.get(k).released())
                {
                    Thread.yield();
                }
            }
            return attempt.getAsLong();
        }

        @Override
        public int maxClaimLength()
        {
            return engine.maxClaimLength();
        }

        @Override
        public int maxMessageLength()
        {
            return engine.maxMessageLength();
        }

        @Override
        public long position()
        {
            return engine.position();
        }

        @Override
        public void close()
        {
            while (engine.reason() == null && !stages.stream().allMatch(stage -> stage.offered() >= engine.position()))
            {
                Thread.yield();
            }
            engine.shutdown(Duration.ZERO);
        }
    }
}
