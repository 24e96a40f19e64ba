package io.tadpole.examples.flights;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.MessageStage;
import io.tadpole.engine.StageGraph;
import io.tadpole.journal.Journal;
import io.tadpole.journal.JournalStage;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.ChannelException;
import io.tadpole.ring.IdlePolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder in shared memory in which a run keeps its channels. Its name follows from the journal's: so whoever opens
 * a journal for writing finds what a run that was killed has left of it, and as a journal has one writer, nobody else
 * is in there.
 */
final class SharedFolder
{
    /** A stage that does nothing. */
    static final MessageStage NOTHING = (buffer, offset, length, sequence, endOfBatch) -> { };

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    // A native process ends by itself when it sees that its parent has gone.
    private static final Duration EVICT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(30);

    private final Path path;

    private SharedFolder(final Path path)
    {
        this.path = path;
    }

    /**
     * Names the folder that belongs to a journal.
     *
     * @param journal the journal's directory, which exists.
     */
    static SharedFolder of(final Path journal) throws IOException
    {
        final boolean shared = Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY);
        final Path parent = shared ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
        final UUID id = UUID.nameUUIDFromBytes(journal.toRealPath().toString().getBytes(StandardCharsets.UTF_8));
        return new SharedFolder(parent.resolve("tadpole-demo-" + id));
    }

    /**
     * The folder of a run that has made it.
     *
     * @param path where it is.
     */
    static SharedFolder at(final Path path)
    {
        return new SharedFolder(path);
    }

    /** Where it is. */
    Path path()
    {
        return path;
    }

    /** The channel of the engine. */
    Path engine()
    {
        return path.resolve("engine");
    }

    /** The channel of the native stage's answers. */
    Path answers()
    {
        return path.resolve("answers");
    }

    /** The file in which the native stage keeps its board. */
    Path state()
    {
        return path.resolve("board.state");
    }

    /** The file in which the kernel keeps its board. */
    Path kernelState()
    {
        return path.resolve("kernel.state");
    }

    /** The directory of the Aeron driver. */
    Path aeron()
    {
        return path.resolve("aeron");
    }

    /**
     * The file in which the process behind Aeron leaves its board.
     *
     * @param run that it counted: 1 for the rehearsal, 2 for the run itself.
     */
    Path aeronBoard(final int run)
    {
        return path.resolve("aeron-board-" + run);
    }

    /** The folder of a rehearsal, in this one. */
    SharedFolder rehearsal()
    {
        return new SharedFolder(path.resolve("rehearsal"));
    }

    /** The journal of a rehearsal. */
    Path rehearsalJournal()
    {
        return path.resolve("journal");
    }

    /** Removes what a rehearsal left. */
    void removeRehearsal() throws IOException
    {
        delete(rehearsal().path);
        delete(rehearsalJournal());
    }

    /** Creates the folder, for its owner only. */
    void create() throws IOException
    {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /**
     * Removes the folder and what is in it. It loses its name first: what has the name holds all that was published.
     */
    void remove() throws IOException
    {
        final Path removed = path.resolveSibling(path.getFileName() + ".removed");
        delete(removed);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS))
        {
            Files.move(path, removed);
            delete(removed);
        }
    }

    private static void delete(final Path folder) throws IOException
    {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS))
        {
            final List<Path> all;
            try (Stream<Path> found = Files.walk(folder))
            {
                all = found.sorted(Comparator.reverseOrder()).toList();
            }
            for (final Path each : all)
            {
                Files.delete(each);
            }
        }
    }

    /**
     * Journals what a run that was killed had published and not yet journaled, and removes what it left.
     *
     * @param journal that run's.
     * @throws IOException when that does not work out: one sentence that says what to do; nothing is removed then.
     */
    void takeOver(final Journal journal) throws IOException
    {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS))
        {
            return;
        }
        checkOwner();
        try
        {
            final ChannelDescription left = wholeChannel();
            if (left != null)
            {
                drain(left, journal);
            }
        }
        catch (final IOException | RuntimeException e)
        {
            throw new IOException("a run that was killed left " + path + ", and its events cannot be journaled: " +
                e.getMessage() + "; mend that, or remove the folder to go on without them", e);
        }
        remove();
    }

    /** Anybody may make a folder of this name there. */
    private void checkOwner() throws IOException
    {
        final Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")))
        {
            throw new IOException(
                path + " belongs to the user " + Files.getOwner(path, LinkOption.NOFOLLOW_LINKS) +
                ": run the demo as that user, or with another journal");
        }
    }

    /** The engine's channel; null when its creation did not come to an end: then the run had published nothing. */
    private @Nullable ChannelDescription wholeChannel() throws IOException
    {
        if (!Files.exists(engine().resolve("ring")))
        {
            return null;
        }
        try
        {
            return Channel.describe(engine());
        }
        catch (final ChannelException e)
        {
            if (e.reason() == ChannelException.Reason.HALF_CREATED)
            {
                return null;
            }
            throw e;
        }
    }

    // Its other stages have nobody to keep their boards for.
    private void drain(final ChannelDescription left, final Journal journal) throws IOException
    {
        final StageGraph graph = new StageGraph();
        final JournalStage journalStage = new JournalStage(journal);
        for (final ChannelDescription.Stage stage : left.stages())
        {
            graph.stage(stage.name(), stage.name().equals(Pipeline.JOURNAL) ? journalStage : NOTHING);
        }
        for (int i = 0; i < left.consumers().size(); i++)
        {
            evict(i);
            graph.outside(left.consumers().get(i).name());
        }
        final Engine successor = Engine.attach(engine(), EngineConfig.of((int)left.capacityBytes()), graph);
        if (!successor.shutdown(DRAIN_PATIENCE))
        {
            throw new IOException(
                journalStage.refusals() > 0 ? "the journal's disk is full" : String.valueOf(successor.reason()));
        }
    }

    private void evict(final int consumer) throws IOException
    {
        final long deadlineNs = System.nanoTime() + EVICT_PATIENCE.toNanos();
        final IdlePolicy idle = IdlePolicy.adaptive();
        while (true)
        {
            try
            {
                Channel.evict(engine(), consumer);
                return;
            }
            catch (final ChannelException held)
            {
                if (held.reason() != ChannelException.Reason.HELD || System.nanoTime() - deadlineNs > 0)
                {
                    throw held;
                }
                idle.idle();
            }
        }
    }
}
