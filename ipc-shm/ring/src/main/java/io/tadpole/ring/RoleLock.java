package io.tadpole.ring;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Ownership of a role is a kernel lock on the role's empty lock file: the kernel drops it when the process dies, across
 * containers too, and no clock is involved. A lock proves a live process, not progress.
 *
 * <pre>
 *     byte 0   the owner's, exclusive; never probed: a conflict is a second owner
 *     byte 1   the owner's, exclusive; a probe takes it shared for an instant, so an owner that meets a probe retries
 * </pre>
 *
 * The JVM's locks belong to the process, and closing <em>any</em> descriptor of the file drops them, as the collector
 * does with a channel that nobody refers to. So this class alone opens lock files, to own or to probe, only after it
 * entered a registry of the whole JVM (system properties: shared by all class loaders), and refers to the channels that
 * own: a role that was dropped and not closed stays held as long as the process lives.
 */
public final class RoleLock implements Resource
{
    private static final String REGISTRY_PREFIX = "io.tadpole.role-lock.";
    private static final String OWNER = "owner";
    private static final String PROBE = "probe";
    private static final long PROBE_PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final Set<FileChannel> OWNING = ConcurrentHashMap.newKeySet();

    private final String registryKey;
    private final FileChannel channel;

    private RoleLock(final String registryKey, final FileChannel channel)
    {
        this.registryKey = registryKey;
        this.channel = channel;
    }

    /**
     * Takes the role, or says at once that another owner has it. Any thread.
     *
     * @param path of the lock file, which is empty and is opened by nobody else.
     * @return the role, until it is closed or the process ends.
     * @throws ChannelException {@link ChannelException.Reason#HELD} when another owner has it, {@link
     *                          ChannelException.Reason#MISSING} when there is no such file.
     * @throws IOException      when the file system fails otherwise.
     */
    public static RoleLock acquire(final Path path) throws IOException
    {
        final String key = registryKey(path);
        if (!register(key, OWNER))
        {
            throw held(path, "this process");
        }
        FileChannel channel = null;
        try
        {
            channel = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            if (channel.tryLock(0, 1, false) == null)
            {
                throw held(path, "another process");
            }
            waitForProbes(path, channel);
            if (!registryKey(path).equals(key))
            {
                throw new ChannelException(
                    ChannelException.Reason.MISSING, path + " was replaced while its role was taken: try again");
            }
            OWNING.add(channel);
            return new RoleLock(key, channel);
        }
        catch (final IOException | RuntimeException failed)
        {
            if (channel != null)
            {
                channel.close();
            }
            System.getProperties().remove(key);
            throw failed;
        }
    }

    /** Whether a live process holds the role. */
    static boolean isHeld(final Path path) throws IOException
    {
        final String key = registryKey(path);
        // Registered too: an owner that opened the file meanwhile would lose its lock when this closes it.
        if (!register(key, PROBE))
        {
            return true;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            FileLock probe = channel.tryLock(1, 1, true))
        {
            return probe == null;
        }
        finally
        {
            System.getProperties().remove(key);
        }
    }

    @Override
    public void close()
    {
        try
        {
            channel.close();
        }
        catch (final IOException ignored)
        {
            // The descriptor is gone either way, and with it the lock.
        }
        finally
        {
            OWNING.remove(channel);
            System.getProperties().remove(registryKey);
        }
    }

    private static void waitForProbes(final Path path, final FileChannel channel) throws IOException
    {
        final long start = System.nanoTime();
        while (channel.tryLock(1, 1, false) == null)
        {
            if (System.nanoTime() - start > PROBE_PATIENCE_NS)
            {
                throw held(path, "a process that looks at it and is stopped");
            }
            Thread.yield();
        }
    }

    /** Registers what this JVM does with a lock file; false when an owner in this JVM has it. */
    private static boolean register(final String key, final String use)
    {
        Object registered;
        while ((registered = System.getProperties().putIfAbsent(key, use)) != null)
        {
            if (!registered.equals(PROBE))
            {
                return false;
            }
            Thread.yield();
        }
        return true;
    }

    private static String registryKey(final Path path) throws IOException
    {
        return REGISTRY_PREFIX + MappedFile.regularFile(path).fileKey();
    }

    private static ChannelException held(final Path path, final String owner)
    {
        return new ChannelException(
            ChannelException.Reason.HELD,
            path + ": " + owner + " holds this role; end that owner first, or use another role");
    }
}
