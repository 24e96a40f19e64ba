package io.tadpole.ring;

import io.tadpole.ring.ChannelException.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A mount that is full is an error that says so, at once; never a fault later. Needs the right to mount. */
@Timeout(60)
class FullMountTest
{
    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldLeaveNothingBehindWhenTheMountIsFull() throws Throwable
    {
        onMount("1m", mount ->
        {
            final Path channel = mount.resolve("channel");
            final String sentence = refused(channel, ChannelConfig.plain(1 << 20));
            assertTrue(sentence.startsWith(channel.toString()), sentence);
            assertTrue(sentence.contains("needs " + ((1 << 20) + 4096) + " bytes"), sentence);
            assertTrue(sentence.matches(".* has \\d+ bytes free.*"), sentence);
            assertTrue(sentence.contains(mount.toString()), sentence);
            try (Stream<Path> left = Files.list(mount))
            {
                assertEquals(0, left.count());
            }
            Channel.create(channel, ChannelConfig.plain(256 << 10));
            Channel.attachProducer(channel).close();
        });
    }

    @Test
    void shouldLeaveNothingBehindWhenAConsumersFileDoesNotFit() throws Throwable
    {
        // The ring fits to the page, its consumers' files do not.
        onMount("1100k", mount ->
        {
            final Path channel = mount.resolve("channel");
            final String sentence = refused(channel, ChannelConfig.plain(1 << 20).withConsumers(64));
            assertTrue(sentence.contains("consumer-"), sentence);
            assertFalse(Files.exists(channel));
        });
    }

    @Test
    void shouldFindTheHolesOfASparseRingWhenItAttaches() throws Throwable
    {
        onMount("1m", mount ->
        {
            final Path channel = mount.resolve("channel");
            Channel.create(channel, ChannelConfig.plain(256 << 10));
            final Path ring = channel.resolve("ring");
            final byte[] header = Files.readAllBytes(ring);
            try (RandomAccessFile sparse = new RandomAccessFile(ring.toFile(), "rw"))
            {
                sparse.setLength(0);
                sparse.setLength(header.length);
                sparse.write(header, 0, 4096);
            }
            fillUp(mount.resolve("other"));
            ChannelTest.assertReason(Reason.NO_SPACE, ring, () -> Channel.attachProducer(channel));
            ChannelTest.assertReason(Reason.NO_SPACE, ring, () -> Channel.attachConsumer(channel, 0));
            // With space, the holes are filled, and the ring is what it was.
            Files.delete(mount.resolve("other"));
            Channel.attachProducer(channel).close();
            Channel.attachConsumer(channel, 0).close();
        });
    }

    private static String refused(final Path channel, final ChannelConfig config)
    {
        final ChannelException full =
            assertThrows(ChannelException.class, () -> Channel.create(channel, config));
        assertEquals(Reason.NO_SPACE, full.reason());
        return Objects.requireNonNull(full.getMessage());
    }

    private static void fillUp(final Path file) throws IOException
    {
        try (RandomAccessFile filler = new RandomAccessFile(file.toFile(), "rw"))
        {
            final byte[] page = new byte[4096];
            assertThrows(IOException.class, () ->
            {
                for (int i = 0; i < 100_000; i++)
                {
                    filler.write(page);
                }
            });
        }
    }

    private void onMount(final String size, final ThrowingConsumer<Path> test) throws Throwable
    {
        final Path mount = Files.createDirectory(directory.resolve("mount"));
        assumeTrue(
            run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", mount.toString()),
            "cannot mount a tmpfs: run this test as root");
        try
        {
            test.accept(mount);
        }
        finally
        {
            assertTrue(run("umount", mount.toString()));
        }
    }

    private static boolean run(final String... command) throws InterruptedException
    {
        try
        {
            return new ProcessBuilder(command)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        }
        catch (final IOException missing)
        {
            return false;
        }
    }
}
