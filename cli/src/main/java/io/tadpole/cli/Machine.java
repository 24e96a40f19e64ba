package io.tadpole.cli;

import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.RingProducer;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at what Tadpole runs on: the shared-memory mount, its locks, and facts that explain latencies. */
final class Machine
{
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String SPACE = "shared memory";
    private static final int SMALLEST_RING_BYTES = 64 << 10;

    // A demo needs 45 MB for a moment. A container has 64 MiB, unless it is given more.
    private static final long ENOUGH_BYTES = 48L << 20;

    private Machine()
    {
    }

    /**
     * Looks at the shared-memory mount.
     *
     * @return one finding each.
     */
    static List<Finding> findings()
    {
        return List.of(sharedMemory(), locks());
    }

    /**
     * What is neither right nor wrong, but explains figures.
     *
     * @return facts by name, in a fixed order; null where the kernel does not say.
     */
    static Map<String, @Nullable Object> facts()
    {
        final Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("architecture", System.getProperty("os.arch"));
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("clock_source", line("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
        facts.put("huge_pages", chosen(line("/sys/kernel/mm/transparent_hugepage/enabled")));
        facts.put("huge_pages_shared", chosen(line("/sys/kernel/mm/transparent_hugepage/shmem_enabled")));
        return facts;
    }

    private static Finding sharedMemory()
    {
        try
        {
            final FileStore mount = Files.getFileStore(SHARED_MEMORY);
            if (!Files.isWritable(SHARED_MEMORY))
            {
                return Finding.missing(SPACE, SHARED_MEMORY + " is not writable", "chmod 1777 " + SHARED_MEMORY);
            }
            return space(SHARED_MEMORY + ", " + mount.type(), mount.getUsableSpace());
        }
        catch (final IOException problem)
        {
            return Finding.missing(SPACE, Sentence.of(problem),
                "mount -t tmpfs -o mode=1777 tmpfs " + SHARED_MEMORY);
        }
    }

    /**
     * Is there space for a demo?
     *
     * @param mount     in a few words.
     * @param freeBytes on it.
     * @return the finding.
     */
    static Finding space(final String mount, final long freeBytes)
    {
        final String detail = String.format(Locale.ROOT, "%s, %,d bytes free", mount, freeBytes);
        return freeBytes >= ENOUGH_BYTES
            ? Finding.ok(SPACE, detail)
            : Finding.missing(SPACE, String.format(Locale.ROOT, "%s, fewer than %,d", detail, ENOUGH_BYTES),
                "mount -o remount,size=1g " + SHARED_MEMORY + " (a container: --shm-size=1g)");
    }

    /** Takes a role on the mount and lets another process look: it must see the owner, and see it go. */
    private static Finding locks()
    {
        final String name = "locks";
        final String remedy = "mount a tmpfs on " + SHARED_MEMORY;
        try
        {
            final Path folder = Files.createTempDirectory(SHARED_MEMORY, scratchName());
            try
            {
                return seen(folder.resolve("channel"))
                    ? Finding.ok(name, "another process sees who holds a role")
                    : Finding.missing(name, "another process cannot see who holds a role", remedy);
            }
            finally
            {
                Files.delete(folder);
            }
        }
        catch (final IOException problem)
        {
            return Finding.missing(name, Sentence.of(problem), remedy);
        }
    }

    /** What the doctor puts on the mount for a moment begins with this. */
    static String scratchName()
    {
        return "tadpole-doctor-" + ProcessHandle.current().pid() + "-";
    }

    private static boolean seen(final Path channel) throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(SMALLEST_RING_BYTES));
        try
        {
            final boolean seenWhileHeld;
            try (RingProducer owner = Channel.attachProducer(channel))
            {
                seenWhileHeld = owner.position() == 0 && producerHeld(channel);
            }
            return seenWhileHeld && !producerHeld(channel);
        }
        finally
        {
            Channel.remove(channel);
        }
    }

    /** Asks a process of its own. */
    private static boolean producerHeld(final Path channel) throws IOException
    {
        final String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        final String answer = Program.answer(List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), Tadpole.class.getName(), "ring", "stat", "--json",
                channel.toString()))
            .orElseThrow(() -> new IOException("a second Java process could not look at " + channel));
        return answer.contains("\"producer\": {\"held\": true");
    }

    private static @Nullable String line(final String file)
    {
        try
        {
            return Files.readString(Path.of(file)).strip();
        }
        catch (final IOException problem)
        {
            return null;
        }
    }

    /** The kernel lists the choices and puts the one in force in brackets. */
    private static @Nullable String chosen(final @Nullable String choices)
    {
        return choices == null ? null : choices.replaceAll(".*\\[(.*)].*", "$1");
    }
}
