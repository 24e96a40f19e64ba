package io.tadpole.examples.flights;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.MessageStage;
import io.tadpole.engine.StageGraph;
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
import java.util.List;
import java.util.UUID;

/**
 * The folder in shared memory in which a run keeps its channels. Its name follows from the journal's: so whoever opens
 * a journal for writing finds what a run that was killed has left of it, and as a journal has one writer, nobody else
 * is in there.
 */
final class SharedFolder
{
    private static final String ENGINE = "engine";
    private static final String ANSWERS = "answers";
    private static final String STATE = "board.state";
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    // A native process ends by itself when it sees that its parent has gone.
    private static final Duration EVICT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(30);
    static final MessageStage NOTHING = (buffer, offset, length, sequence, endOfBatch) -> { };

    private final Path journal;
    private final Path path;

    /**
     * Names the folder that belongs to a journal.
     *
     * @param journal the journal's directory, which exists.
     */
    SharedFolder(final Path journal) throws IOException
    {
        final boolean shared = Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY);
        final Path parent = shared ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
        final UUID id = UUID.nameUUIDFromBytes(journal.toRealPath().toString().getBytes(StandardCharsets.UTF_8));
        this.journal = journal;
        path = parent.resolve("tadpole-demo-" + id);
    }

    /** The channel of the engine. */
    Path engine()
    {
        return path.resolve(ENGINE);
    }

    /** The channel of the native stage's answers. */
    Path answers()
    {
        return path.resolve(ANSWERS);
    }

    /** The file in which the native stage keeps its board. */
    Path state()
    {
        return path.resolve(STATE);
    }

    /**
     * Journals what a run that was killed had published and not yet journaled, and removes what it left.
     *
     * @param stage of the journal that run wrote.
     * @throws IOException when what it left cannot be read: nothing is removed then.
     */
    void takeOver(final JournalStage stage) throws IOException
    {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS))
        {
            return;
        }
        // Anybody may make a folder of this name there.
        if (!Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(journal)))
        {
            throw new IOException(path + " is not the journal's owner's: remove it, or name another journal");
        }
        try
        {
            if (Files.exists(engine()) && isWhole())
            {
                drain(Channel.describe(engine()), stage);
            }
            remove();
        }
        catch (final IOException e)
        {
            throw new IOException("a run that was killed left " + path + ", and its events cannot be journaled: " +
                e.getMessage() + "; remove it to go on without them", e);
        }
    }

    /** Whether the run came to publishing. */
    private boolean isWhole() throws IOException
    {
        try
        {
            Channel.describe(engine());
            return true;
        }
        catch (final ChannelException e)
        {
            if (e.reason() != ChannelException.Reason.HALF_CREATED)
            {
                throw e;
            }
            return false;
        }
    }

    // Its other stages have nobody to keep their boards for.
    private void drain(final ChannelDescription left, final JournalStage journalStage) throws IOException
    {
        final StageGraph graph = new StageGraph();
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
            throw new IOException("the engine over it did not end cleanly: " + successor.failure());
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

    /** Creates the folder, for its owner only. */
    void create() throws IOException
    {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Removes the folder and what is in it. */
    void remove() throws IOException
    {
        for (final Path channel : List.of(engine(), answers()))
        {
            if (Files.exists(channel))
            {
                Channel.remove(channel);
            }
        }
        Files.deleteIfExists(state());
        Files.deleteIfExists(path);
    }
}
