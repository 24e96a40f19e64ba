package io.tadpole.matrix;

import io.tadpole.crash.Language;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.RecordLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.IoUtil;
import org.jspecify.annotations.Nullable;

/**
 * One writer and one reader on one channel, driven through everything: full speed, a slow reader, a slow writer,
 * readers that are killed and resumed, writers that are killed and succeeded by other languages. The readers check each
 * message; this checks that these were all. One thread.
 */
final class Pair implements AutoCloseable
{
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final int PART = 20;
    /** More than the ring holds, several times. */
    private static final int FEWEST = 2000;
    private static final int MOST_BETWEEN_KILLS = 3000;
    private static final int MOST_OF_A_SLOW_READER = 100;
    private static final int MOST_OF_A_SLOW_WRITER = 50;
    /** Of a record: its word, the author, the number. */
    private static final int NUMBER_END = 3 * Long.BYTES;
    private static final long LOOK_NS = 20_000;
    private static final long STUCK_NS = 60_000_000_000L;

    private final Language first;
    private final Language second;
    private final Peers peers;
    private final MatrixConfig config;
    private final BooleanSupplier isEnded;
    private final Random random;
    private final Plan plan;
    private final Path folder;
    private final Path channel;
    private final List<PeerProcess> started = new ArrayList<>();
    /** Those that are not to end now. */
    private final List<PeerProcess> working = new ArrayList<>();
    private String doing = "at the start";

    /** Number behind the first message of author 1 that the present reader was given. */
    private long readFrom;
    /** How far the first author may go. */
    private long target;
    /** Messages that were read of the authors before the last one. */
    private long readBefore;

    private Pair(
        final Language first,
        final Language second,
        final Peers peers,
        final MatrixConfig config,
        final BooleanSupplier isEnded) throws IOException
    {
        this.first = first;
        this.second = second;
        this.peers = peers;
        this.config = config;
        this.isEnded = isEnded;
        this.random = new Random(config.seed() + (first + " to " + second).hashCode());
        this.plan = Plan.random(random);
        this.folder = Files.isWritable(SHARED_MEMORY) ?
            Files.createTempDirectory(SHARED_MEMORY, "tadpole-matrix-") :
            Files.createTempDirectory("tadpole-matrix-");
        this.channel = folder.resolve("channel");
    }

    /**
     * Runs a pair.
     *
     * @param first   language of the first writer.
     * @param second  language of the readers.
     * @param peers   of this machine.
     * @param config  how much.
     * @param isEnded asked all the time.
     * @return what came of it.
     * @throws IOException    when processes or files cannot be made.
     * @throws EndedException when it was ended.
     */
    static PairResult run(
        final Language first,
        final Language second,
        final Peers peers,
        final MatrixConfig config,
        final BooleanSupplier isEnded) throws IOException, EndedException
    {
        try (Pair pair = new Pair(first, second, peers, config, isEnded))
        {
            return pair.run();
        }
    }

    private PairResult run() throws IOException, EndedException
    {
        plan.write(folder.resolve("plan"));
        Channel.create(channel, ChannelConfig.plain(Plan.CAPACITY));
        PeerProcess writer = start(first, "write", 1, 0);
        PeerProcess reader = start(second, "read", 0, Notes.OPEN);
        try
        {
            atFullSpeed(writer, reader);
            withSlowReader(writer, reader);
            withSlowWriter(writer, reader);
            checkCounts(writer, reader);
            writer.notes().gate(Notes.OPEN);
            for (int i = 0; i < config.kills(); i++)
            {
                doing = "reader killed and resumed, " + (i + 1);
                reader = resume(writer, reader);
            }
            writer = succeed(writer, reader);
            end(writer, reader);
            return result(reader, null);
        }
        catch (final FailedException failed)
        {
            return result(reader, doing + ": " + failed.getMessage());
        }
    }

    private void atFullSpeed(final PeerProcess writer, final PeerProcess reader)
        throws FailedException, EndedException
    {
        doing = "at full speed";
        target = config.messages();
        writer.notes().gate(target);
        awaitTarget(writer, reader);
        require(reader.notes().first() == 0, "the first message was " + reader.notes().first());
    }

    /** Each time the writer finds no space, the reader goes on a little. */
    private void withSlowReader(final PeerProcess writer, final PeerProcess reader)
        throws FailedException, EndedException
    {
        doing = "with a slow reader";
        long gate = target;
        reader.notes().gate(gate);
        target += part();
        writer.notes().gate(target);
        int rounds = 0;
        while (writer.notes().progress() < target)
        {
            final long refused = writer.notes().waits();
            await(() -> writer.notes().waits() != refused || writer.notes().progress() == target);
            gate = Math.min(target, gate + 1 + random.nextInt(MOST_OF_A_SLOW_READER));
            final long there = gate;
            reader.notes().gate(there);
            await(() -> reader.notes().progress() == there);
            rounds++;
        }
        require(rounds > 1, "the writer always found space");
        reader.notes().gate(Notes.OPEN);
        awaitTarget(writer, reader);
    }

    /** Each time the reader finds no message, the writer goes on a little. */
    private void withSlowWriter(final PeerProcess writer, final PeerProcess reader)
        throws FailedException, EndedException
    {
        doing = "with a slow writer";
        final long end = target + part();
        while (target < end)
        {
            final long waits = reader.notes().waits();
            await(() -> reader.notes().waits() != waits);
            target = Math.min(end, target + 1 + random.nextInt(MOST_OF_A_SLOW_WRITER));
            writer.notes().gate(target);
            awaitTarget(writer, reader);
        }
    }

    /** Nobody was killed yet, so the counters are exact; they are those of both languages. */
    private void checkCounts(final PeerProcess writer, final PeerProcess reader)
        throws IOException, FailedException, EndedException
    {
        doing = "the counters of both sides";
        // A reader may publish its position, and its counts, only when it looks again: so twice.
        final long waits = reader.notes().waits();
        await(() -> reader.notes().waits() > waits + 1);
        long bytes = 0;
        for (long number = 0; number < target; number++)
        {
            bytes += plan.length(1, number);
        }
        final ChannelDescription ring = Channel.describe(channel);
        final ChannelDescription.Consumer consumer = ring.consumers().getFirst();
        requireEqual(target, ring.producer().messages(), "messages that the writer counts");
        requireEqual(target, consumer.messages(), "messages that the reader counts");
        requireEqual(bytes, ring.producer().bytes(), "bytes that the writer counts");
        requireEqual(bytes, consumer.bytes(), "bytes that the reader counts");
        requireEqual(ring.producer().tail(), consumer.position(), "the reader's position");
        requireEqual(writer.notes().waits(), ring.producer().backPressured(), "refused claims");
        require(consumer.batches() > 0 && consumer.batches() <= target, "the reader counts " + consumer.batches() +
            " batches");
        require(ring.producer().held() && consumer.held(), "a role is not held");
    }

    /**
     * Kills the reader, standing in the middle of what it reads or going on, and lets another of its language resume:
     * it must begin with the first message that the killed one had not published as read, and miss none.
     */
    private PeerProcess resume(final PeerProcess writer, final PeerProcess killed)
        throws IOException, FailedException, EndedException
    {
        final long moment = killed.notes().progress() + 1 + random.nextInt(MOST_BETWEEN_KILLS);
        if (random.nextBoolean())
        {
            killed.notes().gate(moment);
        }
        await(() -> killed.notes().progress() >= moment);
        kill(killed);
        final long returned = killed.notes().returned();
        final long handled = killed.notes().read(1);
        final long unread = unread(handled);
        final PeerProcess resumed = start(second, "read", 0, Notes.OPEN);
        await(() -> resumed.notes().progress() > 0);
        final long again = resumed.notes().first();
        require(
            again == unread && unread >= returned && unread <= handled,
            "the resumed reader began with message " + again + "; the published position is before " + unread +
            ", the killed one had returned from a poll behind " + (returned - 1) + ", and handled " + (handled - 1));
        readFrom = again;
        require(writer.isAlive(), "the writer is not there any more");
        return resumed;
    }

    /** Number of the message at the published position; of the one behind all it handled, if none is there yet. */
    private long unread(final long handled) throws IOException
    {
        final long position = Channel.describe(channel).consumers().getFirst().position();
        final ByteBuffer record = ByteBuffer.allocate(NUMBER_END).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel ring = FileChannel.open(channel.resolve("ring")))
        {
            final long data = ring.size() - Plan.CAPACITY;
            ring.read(record, data + (position & (Plan.CAPACITY - 1)));
            if (RecordLayout.isPadding(record.getLong(0)))
            {
                ring.read(record.clear(), data);
            }
        }
        return record.getLong(0) == 0 ? handled : record.getLong(NUMBER_END - Long.BYTES);
    }

    /**
     * Kills the writer; each successor is of another language, in turn, and killed as well, but the last. What the
     * killed one acknowledged was read, and of what it had under way, all or nothing.
     */
    private PeerProcess succeed(final PeerProcess firstWriter, final PeerProcess reader)
        throws IOException, FailedException, EndedException
    {
        final List<Language> others = new ArrayList<>(peers.languages());
        others.remove(first);
        require(!others.isEmpty(), "there is no other language to succeed " + first);
        PeerProcess writer = firstWriter;
        for (int author = 1; author <= config.kills(); author++)
        {
            final Language language = others.get((peers.languages().indexOf(second) + author) % others.size());
            doing = "writer " + author + " killed and succeeded in " + language;
            final PeerProcess killed = writer;
            final long moment = killed.notes().progress() + 1 + random.nextInt(MOST_BETWEEN_KILLS);
            await(() -> killed.notes().progress() >= moment);
            kill(killed);
            final int successor = author + 1;
            writer = start(language, "write", successor, author < config.kills() ? Notes.OPEN : part());
            await(() -> reader.notes().read(successor) > 0);
            final long acknowledged = killed.notes().progress();
            final long read = reader.notes().read(author);
            final int underWay = plan.count(author, acknowledged);
            require(
                read == acknowledged || read == acknowledged + underWay,
                "the killed writer acknowledged " + acknowledged + " messages and had " + underWay +
                " under way; " + read + " were read");
            readBefore += read;
        }
        return writer;
    }

    /** Lets both end by themselves: they leave nothing that is published and not read. */
    private void end(final PeerProcess writer, final PeerProcess reader)
        throws IOException, FailedException, EndedException
    {
        doing = "at the end";
        writer.notes().end();
        awaitEnd(writer);
        reader.notes().end();
        awaitEnd(reader);
        final int last = config.kills() + 1;
        requireEqual(part(), writer.notes().progress(), "messages of the last writer");
        requireEqual(part(), reader.notes().read(last), "messages that were read of the last writer");
        requireEqual(
            readBefore + reader.notes().read(last), readFrom + reader.notes().progress(),
            "messages that the last reader handled");
        final ChannelDescription ring = Channel.describe(channel);
        final ChannelDescription.Consumer consumer = ring.consumers().getFirst();
        requireEqual(ring.producer().tail(), consumer.position(), "the reader's position");
        requireEqual(config.kills() + 1L, ring.producer().epoch(), "writers that had the role");
        requireEqual(config.kills() + 1L, consumer.epoch(), "readers that had the role");
        require(!ring.producer().held() && !consumer.held(), "a role is still held");
    }

    private PairResult result(final PeerProcess reader, final @Nullable String failure)
    {
        return new PairResult(first, second, readFrom + reader.notes().progress(), failure == null, failure);
    }

    private long part()
    {
        return Math.max(FEWEST, config.messages() / PART);
    }

    private PeerProcess start(final Language language, final String role, final long author, final long gate)
        throws IOException
    {
        final PeerProcess peer =
            PeerProcess.start(peers.command(language), role, folder, started.size(), author, gate);
        started.add(peer);
        working.add(peer);
        return peer;
    }

    private void awaitTarget(final PeerProcess writer, final PeerProcess reader)
        throws FailedException, EndedException
    {
        await(() -> reader.notes().read(1) >= target && writer.notes().progress() >= target);
        requireEqual(target, writer.notes().progress(), "messages that the writer acknowledged");
        requireEqual(target, reader.notes().read(1), "messages that were read");
    }

    private void awaitEnd(final PeerProcess peer) throws FailedException, EndedException
    {
        working.remove(peer);
        await(() -> !peer.isAlive());
        peer.checkEnd();
    }

    private void kill(final PeerProcess peer) throws FailedException
    {
        working.remove(peer);
        peer.kill();
    }

    private void await(final BooleanSupplier condition) throws FailedException, EndedException
    {
        long progress = -1;
        long movedNs = System.nanoTime();
        while (!condition.getAsBoolean())
        {
            LockSupport.parkNanos(LOOK_NS);
            if (isEnded.getAsBoolean() || working.stream().anyMatch(PeerProcess::wasEnded))
            {
                throw new EndedException();
            }
            for (final PeerProcess peer : working)
            {
                if (!peer.isAlive())
                {
                    throw peer.ended();
                }
            }
            final long now = working.stream().mapToLong(peer -> peer.notes().progress()).sum();
            if (now != progress)
            {
                progress = now;
                movedNs = System.nanoTime();
            }
            else if (System.nanoTime() - movedNs > STUCK_NS)
            {
                throw new FailedException("for a minute nothing went on");
            }
        }
    }

    private static void require(final boolean holds, final String sentence) throws FailedException
    {
        if (!holds)
        {
            throw new FailedException(sentence);
        }
    }

    private static void requireEqual(final long wanted, final long found, final String what) throws FailedException
    {
        require(wanted == found, what + ": " + found + " and not " + wanted);
    }

    @Override
    public void close()
    {
        started.forEach(PeerProcess::close);
        IoUtil.delete(folder.toFile(), true);
    }
}
