package io.tadpole.journal;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A disk of 8 MiB that really is full. Mounting one needs root: elsewhere these tests are skipped. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalFullDiskTest
{
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long RING = 1;
    private static final int INODES = 20;

    @TempDir
    private Path mount;

    private final Stretch stretch = new Stretch(1 << 20);
    private boolean mounted;
    private long now = 490_000 * HOUR_NS;

    @BeforeEach
    void mount() throws Exception
    {
        mounted =
            run("mount", "-t", "tmpfs", "-o", "size=8m,nr_inodes=" + INODES, "tadpole-test", mount.toString()) == 0;
        Assumptions.assumeTrue(mounted, "mounting a small file system needs root");
    }

    @AfterEach
    void unmount() throws Exception
    {
        // Not possible while a file is mapped: what is closed is.
        if (mounted)
        {
            assertEquals(0, run("umount", mount.toString()));
        }
    }

    private static int run(final String... command) throws Exception
    {
        return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    }

    @Test
    void shouldGoOnWhenThereIsSpaceAgain() throws Exception
    {
        final Path ballast = mount.resolve("ballast");
        Files.write(ballast, new byte[3 << 20]);
        final long next;
        try (Journal journal = open())
        {
            final long full = fill(journal, 5000);
            assertTrue(full > 100, () -> "full after " + full);
            for (int i = 0; i < 1000; i++)
            {
                assertEquals(Status.NO_SPACE, append(journal, 60_000));
            }
            assertEquals(full, journal.nextSequence());
            assertEquals(full, Expect.dense(mount.resolve("journal"), 0));
            Files.delete(ballast);
            next = fill(journal, 64 << 10);
            assertTrue(next > full);
        }
        assertEquals(next, Expect.dense(mount.resolve("journal"), 0));
        // And once more from the start of a process: the disk is full, so it says so at the first append.
        try (Journal journal = open())
        {
            assertEquals(next, journal.nextSequence());
            assertEquals(Status.NO_SPACE, append(journal, 700_000));
        }
    }

    @Test
    void shouldRefuseToBeginANewFileOnAFullDisk() throws Exception
    {
        final Path ballast = mount.resolve("ballast");
        try (Journal journal = open())
        {
            assertEquals(0, append(journal, 100));
            fillWith(ballast);
            now += HOUR_NS;
            for (int i = 0; i < 10; i++)
            {
                assertEquals(Status.NO_SPACE, append(journal, 100));
            }
            assertEquals(1, JournalFiles.list(mount.resolve("journal")).size());
            Files.delete(ballast);
            assertEquals(0, append(journal, 100));
            assertEquals(2, JournalFiles.list(mount.resolve("journal")).size());
        }
        assertEquals(2, Expect.dense(mount.resolve("journal"), 0));
    }

    @Test
    void shouldRefuseToBeginANewFileWithoutAnInode() throws Exception
    {
        final List<Path> files = new ArrayList<>();
        try (Journal journal = open())
        {
            assertEquals(0, append(journal, 100));
            assertThrows(IOException.class, () ->
            {
                for (int i = 0; i < INODES; i++)
                {
                    files.add(Files.createFile(mount.resolve("file" + i)));
                }
            });
            now += HOUR_NS;
            for (int i = 0; i < 10; i++)
            {
                assertEquals(Status.NO_SPACE, append(journal, 100));
            }
            Files.delete(files.getFirst());
            assertEquals(0, append(journal, 100));
            assertEquals(2, JournalFiles.list(mount.resolve("journal")).size());
        }
        assertEquals(2, Expect.dense(mount.resolve("journal"), 0));
    }

    @Test
    void shouldSayWhyItCannotBeginANewFile() throws Exception
    {
        try (Journal journal = open())
        {
            assertEquals(0, append(journal, 100));
            now += HOUR_NS;
            // In its way, and not for want of space.
            Files.createDirectory(JournalFiles.preCreatedPath(mount.resolve("journal"), (int)(now / HOUR_NS)));
            final JournalException cannot = assertThrows(JournalException.class, () -> append(journal, 100));
            assertTrue(String.valueOf(cannot.getMessage()).contains("directory"), cannot::getMessage);
        }
    }

    @Test
    void shouldTellTheEnginesPublisher() throws Exception
    {
        final Path ballast = mount.resolve("ballast");
        Files.write(ballast, new byte[5 << 20]);
        final Random random = new Random(1);
        long published = 0;
        try (Journal journal = open())
        {
            final JournalStage stage = new JournalStage(journal);
            final Engine engine = Engine.inMemory(
                EngineConfig.of(1 << 20), new StageGraph().stage("journal", stage));
            stretch.clear().add(0, 1000);
            long status = 0;
            while (status != Status.NO_SPACE)
            {
                status = engine.offer(stretch.buffer(), ExcerptLayout.MESSAGE_OFFSET, 1000);
                published += status > 0 ? 1 : 0;
                assertTrue(published < 100_000, "this disk is never full");
            }
            Files.delete(ballast);
            for (int i = 0; i < 100; i++)
            {
                JournaledEngine.publish(engine, stretch, random, i);
                published++;
            }
            assertTrue(engine.shutdown(Duration.ofMinutes(1)));
            assertNull(engine.failure());
            assertTrue(stage.refusals() > 0);
            assertEquals(published, journal.nextSequence());
        }
    }

    @Test
    void shouldRefuseToOpenANewJournalOnAFullDisk() throws Exception
    {
        fillWith(mount.resolve("ballast"));
        assertThrows(IOException.class, this::open);
        Files.delete(mount.resolve("ballast"));
        open().close();
    }

    private Journal open() throws IOException
    {
        return Journal.open(mount.resolve("journal"), Durability.OS, () -> now);
    }

    private long fill(final Journal journal, final int messageLength)
    {
        while (append(journal, messageLength) == 0)
        {
            assertTrue(journal.nextSequence() < 100_000, "this disk is never full");
        }
        return journal.nextSequence();
    }

    private long append(final Journal journal, final int messageLength)
    {
        return stretch.clear().add(journal.nextSequence(), messageLength).appendTo(journal, RING);
    }

    private static void fillWith(final Path ballast)
    {
        try (var bytes = Files.newOutputStream(ballast))
        {
            while (true)
            {
                bytes.write(new byte[4096]);
            }
        }
        catch (final IOException full)
        {
            assertTrue(String.valueOf(full.getMessage()).contains("space"), full::toString);
        }
    }
}
