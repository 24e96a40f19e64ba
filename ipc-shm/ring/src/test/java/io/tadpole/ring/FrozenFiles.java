package io.tadpole.ring;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The files of a released version, packed beside the tests that read them. The command that writes those of the present
 * version, all of them, for a version that is not released yet:
 *
 * <pre>
 *     ./mvnw -pl ipc-shm/ring,engine/core,engine/journal -am test -Dtest='Frozen*Writer' \
 *         -Dsurefire.failIfNoSpecifiedTests=false -Dtadpole.freeze=v1
 * </pre>
 */
public final class FrozenFiles
{
    private FrozenFiles()
    {
    }

    /**
     * Packs files of a directory into the resources of the module under test.
     *
     * @param directory in which they lie.
     * @param names     of the files.
     * @throws IOException when one cannot be read or written.
     */
    public static void pack(final Path directory, final String... names) throws IOException
    {
        final Path version = version();
        for (final String name : names)
        {
            try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(version.resolve(name + ".gz"))))
            {
                Files.copy(directory.resolve(name), packed);
            }
        }
    }

    /**
     * Where the files of the version go that is asked for.
     *
     * @return a directory of the module under test.
     * @throws IOException when it cannot be made.
     */
    public static Path version() throws IOException
    {
        final String version = Objects.requireNonNull(
            System.getProperty("tadpole.freeze"), "say which version, as -Dtadpole.freeze=v1");
        return Files.createDirectories(Path.of("src", "test", "resources", version));
    }

    /**
     * Unpacks a channel that was frozen, with lock files that nobody holds.
     *
     * @param test      whose module has the files.
     * @param version   for example v1.
     * @param channel   the directory to make.
     * @param consumers that it has.
     * @return the directory.
     * @throws IOException when it cannot be written.
     */
    public static Path unpack(final Class<?> test, final String version, final Path channel, final int consumers)
        throws IOException
    {
        Files.createDirectory(channel);
        unpack(test, version, "ring", channel.resolve("ring"));
        Files.createFile(channel.resolve("producer.lock"));
        for (int k = 0; k < consumers; k++)
        {
            final String name = "consumer-" + k;
            unpack(test, version, name, channel.resolve(name));
            Files.createFile(channel.resolve(name + ".lock"));
        }
        return channel;
    }

    private static void unpack(final Class<?> test, final String version, final String name, final Path file)
        throws IOException
    {
        final String resource = "/" + version + "/" + name + ".gz";
        try (InputStream packed = Objects.requireNonNull(test.getResourceAsStream(resource), resource);
            InputStream unpacked = new GZIPInputStream(packed))
        {
            Files.copy(unpacked, file);
        }
    }
}
