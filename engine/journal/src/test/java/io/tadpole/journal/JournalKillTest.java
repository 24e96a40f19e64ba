package io.tadpole.journal;

import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalKillTest
{
    private static final int ROUNDS = 8;

    @TempDir
    private Path parent;

    @Test
    void shouldReplayEverythingAcknowledgedByWritersThatWereKilled() throws Exception
    {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        final Path directory = parent.resolve("journal");
        final MappedByteBuffer acknowledged = AppendForever.acknowledgements(parent.resolve("acknowledged"));
        long known = 0;
        for (int round = 0; round < ROUNDS; round++)
        {
            final Process child = start(directory, random.nextLong());
            // Every other one while it opens, the others at full speed.
            final boolean opening = round % 2 == 1;
            final long enough = opening ? AppendForever.STARTING : known + 1 + random.nextInt(20_000);
            acknowledged.putLong(0, Long.MIN_VALUE);
            while (acknowledged.getLong(0) < enough && child.isAlive())
            {
                Thread.onSpinWait();
            }
            final long killAt = System.nanoTime() + (opening ? random.nextInt(1_000_000_000) : random.nextInt(50_000));
            while (System.nanoTime() < killAt && child.isAlive())
            {
                Thread.yield();
            }
            assertTrue(child.isAlive(), () -> "the writer ended: " + Expect.error(child));
            child.destroyForcibly().waitFor();
            known = Math.max(known, acknowledged.getLong(0));
            known = verify(directory, known);
        }
        try (Journal journal = Journal.open(directory))
        {
            assertEquals(known, journal.nextSequence());
        }
    }

    @Test
    void shouldFollowAWriterInAnotherProcess() throws Exception
    {
        final Path directory = parent.resolve("journal");
        Journal.open(directory).close();
        final Process child = start(directory, 7);
        try (Replay replay = Replay.open(directory, 0))
        {
            while (replay.nextSequence() < 20_000)
            {
                assertTrue(child.isAlive(), () -> "the writer ended: " + Expect.error(child));
                replay.poll(Expect::matches, 1_000);
            }
        }
        finally
        {
            child.destroyForcibly().waitFor();
        }
    }

    private Process start(final Path directory, final long seed) throws Exception
    {
        return ChildJvm.of(
            AppendForever.class, directory.toString(), parent.resolve("acknowledged").toString(), Long.toString(seed))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    }

    private static long verify(final Path directory, final long known)
    {
        final long there = Expect.dense(directory, 0);
        assertTrue(there >= known, () -> known + " messages were acknowledged, " + there + " are there");
        return there;
    }
}
