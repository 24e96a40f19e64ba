package io.tadpole.engine;

import io.tadpole.engine.KilledEngine.Notes;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChildJvm;
import io.tadpole.ring.Claim;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A stage that waits for one outside never sees a message before that one has handled it. */
@Timeout(120)
class OutsideStageTest
{
    private static final int CAPACITY = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"yielding", "sleeping", "blocking"})
    void shouldFollowAConsumerOfTheSameProcess(final String waitStrategy) throws IOException
    {
        final long seed = ThreadLocalRandom.current().nextLong();
        final Script script = Script.random(seed, 20_000, CAPACITY / 8);
        final Path channel = directory.resolve("channel");
        final StageGraph names = new StageGraph().outside("native");
        for (final String name : new String[]{"inside", "after", "last"})
        {
            names.stage(name, (MessageStage)(buffer, offset, length, sequence, endOfBatch) -> { });
        }
        Engine.create(channel, EngineConfig.of(CAPACITY), names).close();
        try (CheckingConsumer outside = new CheckingConsumer(channel, 0, script))
        {
            final CheckingBatches inside = new CheckingBatches(script);
            final CheckingMessages after = new CheckingMessages(script, outside);
            final CheckingBatches last = new CheckingBatches(script, outside, inside, after);
            final StageGraph graph = new StageGraph()
                .outside("native")
                .stage("inside", inside)
                .stage("after", after, "native")
                .stage("last", last, "inside", "native", "after");
            try (Engine engine =
                Engine.attach(channel, EngineConfig.of(CAPACITY).withWaitStrategy(waitStrategy), graph))
            {
                final Thread thread = outside.start(script.count());
                new Feed(engine, script, seed).publishAll();
                assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
                Await.until(() -> !thread.isAlive());
            }
            assertEquals(script.count(), last.handled());
        }
    }

    @Test
    void shouldFollowAnotherProcessThatIsKilledAndStartedAgain() throws IOException
    {
        final Path channel = directory.resolve("channel");
        final Path file = directory.resolve("notes");
        final Notes notes = new Notes(file);
        final Chain chain = new Chain(CAPACITY, 0);
        final MessageStage after = (final DirectBuffer buffer, final int offset, final int length,
            final long sequence, final boolean endOfBatch) ->
        {
            chain.check(buffer, offset, length, sequence * RecordLayout.UNIT);
            // What a process notes before it publishes its position, whoever follows that position sees.
            final long noted = notes.first();
            assertTrue(chain.next() <= noted, () -> "the process is at " + noted + ", the stage at " + chain.next());
        };
        final StageGraph graph = new StageGraph().outside("native").stage("after", after, "native");
        try (Engine engine = Engine.create(channel, EngineConfig.of(CAPACITY), graph))
        {
            final long end = 20_000_000;
            try (ChildJvm first = ChildJvm.start(OutsideProcess.class, channel, file, CAPACITY, end))
            {
                first.await("started");
                publish(engine, end / 4);
                first.kill();
            }
            publishUntilFull(engine);
            try (ChildJvm second = ChildJvm.start(OutsideProcess.class, channel, file, CAPACITY, end))
            {
                second.await("started");
                publish(engine, end);
                assertEquals(0, second.exitCode());
            }
            assertTrue(engine.shutdown(PATIENCE), () -> "not drained: " + engine.failure());
            assertEquals(engine.position(), chain.next());
            assertEquals(engine.position(), Channel.describe(channel).consumers().getFirst().position());
        }
    }

    /** Nobody reads, and the killed process may have left a lot: there is no telling how much goes in. */
    private static void publishUntilFull(final Engine engine)
    {
        final Claim claim = new Claim();
        while (publishOne(engine, claim))
        {
            Await.checkInterrupted();
        }
        Await.check(engine);
    }

    private static void publish(final Engine engine, final long end)
    {
        final Claim claim = new Claim();
        while (engine.position() < end)
        {
            Await.check(engine);
            Await.checkInterrupted();
            if (!publishOne(engine, claim))
            {
                Thread.yield();
            }
        }
    }

    private static boolean publishOne(final Engine engine, final Claim claim)
    {
        final long position = engine.tryClaim(Chain.LONGEST, claim);
        if (position < 0)
        {
            return false;
        }
        Chain.write(claim.buffer(), claim.offset(), position);
        claim.commit(Chain.length(position));
        return true;
    }
}
