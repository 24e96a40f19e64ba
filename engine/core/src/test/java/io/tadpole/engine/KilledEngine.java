package io.tadpole.engine;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.Claim;
import io.tadpole.ring.RecordLayout;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.agrona.DirectBuffer;

/**
 * A process that runs an engine at full speed until it is killed. What it leaves beside the channel: the last position
 * that was acknowledged, and for each stage where it started and what it has handled.
 */
final class KilledEngine
{
    static final int CAPACITY = 64 << 10;

    private final Path directory;
    private final boolean fromLowest;

    /**
     * @param directory  in which the channel and the notes lie.
     * @param fromLowest whether the stages start where the slowest was, not where they were.
     */
    KilledEngine(final Path directory, final boolean fromLowest)
    {
        this.directory = directory;
        this.fromLowest = fromLowest;
    }

    /** A few words that outlive the process that writes them. */
    static final class Notes
    {
        private final MappedByteBuffer words;

        Notes(final Path file) throws IOException
        {
            try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE))
            {
                words = channel.map(MapMode.READ_WRITE, 0, 16);
                words.order(ByteOrder.LITTLE_ENDIAN);
            }
        }

        long first()
        {
            return words.getLong(0);
        }

        long second()
        {
            return words.getLong(8);
        }

        void first(final long value)
        {
            words.putLong(0, value);
        }

        void second(final long value)
        {
            words.putLong(8, value);
        }
    }

    /** Checks the chain, and notes where it started and up to where it has handled it. */
    private class Noting
    {
        private final Notes notes;
        private Chain chain = new Chain(CAPACITY, 0);

        Noting(final String name) throws IOException
        {
            notes = new Notes(directory.resolve(name));
        }

        final long start(final long mirrored)
        {
            final long start = fromLowest ? lowest() : mirrored;
            chain = new Chain(CAPACITY, start);
            notes.second(start);
            notes.first(start);
            return start;
        }

        final void check(final DirectBuffer buffer, final int offset, final int length, final long position)
        {
            chain.check(buffer, offset, length, position);
        }

        final void note()
        {
            notes.second(chain.next());
        }
    }

    private final class NotingMessages extends Noting implements MessageStage
    {
        NotingMessages(final String name) throws IOException
        {
            super(name);
        }

        @Override
        public long resumeAt(final long ringId, final long mirrored)
        {
            return start(mirrored);
        }

        @Override
        public void onMessage(
            final DirectBuffer buffer, final int offset, final int length, final long sequence,
            final boolean endOfBatch)
        {
            check(buffer, offset, length, sequence * RecordLayout.UNIT);
            note();
        }
    }

    private final class NotingBatches extends Noting implements BatchStage
    {
        NotingBatches(final String name) throws IOException
        {
            super(name);
        }

        @Override
        public long resumeAt(final long ringId, final long mirrored)
        {
            return start(mirrored);
        }

        @Override
        public long onBatch(
            final SegmentBuffer buffer, final int offset, final int length, final int messages, final long endPosition)
        {
            int at = offset;
            while (at < offset + length)
            {
                final long word = buffer.getLong(at);
                check(
                    buffer,
                    at + RecordLayout.HEADER_LENGTH,
                    RecordLayout.messageLength(word),
                    endPosition - length + at - offset);
                at += RecordLayout.size(word, at, CAPACITY, RecordLayout.UNIT);
            }
            note();
            return 0;
        }
    }

    /** Where the slowest stage inside was when the last engine ended. */
    private long lowest()
    {
        try
        {
            return Channel.describe(directory.resolve("channel")).stages().stream()
                .mapToLong(ChannelDescription.Stage::position).min().orElseThrow();
        }
        catch (final IOException failed)
        {
            throw new IllegalStateException(failed);
        }
    }

    StageGraph graph() throws IOException
    {
        return new StageGraph()
            .stage("messages", new NotingMessages("messages"))
            .outside("outside")
            .stage("batches", new NotingBatches("batches"), "messages")
            .stage("behind", new NotingMessages("behind"), "outside", "batches");
    }

    Engine attach() throws IOException
    {
        return Engine.attach(directory.resolve("channel"), EngineConfig.of(CAPACITY), graph());
    }

    /** Publishes until there is nothing more to do, and notes what was acknowledged. */
    static void publish(final Engine engine, final Notes notes, final Random random, final long end)
    {
        final Claim claim = new Claim();
        while (engine.position() < end)
        {
            Await.check(engine);
            final int count = 1 + random.nextInt(8);
            long position = engine.tryClaimRun(Chain.LONGEST, count, claim);
            if (position < 0)
            {
                Thread.yield();
                continue;
            }
            for (int i = 0; i < count - 1; i++)
            {
                Chain.write(claim.buffer(), claim.offset(), position);
                claim.next(Chain.length(position));
                position = Chain.behind(position);
            }
            Chain.write(claim.buffer(), claim.offset(), position);
            notes.first(claim.commit(Chain.length(position)));
        }
    }

    /**
     * Runs until it is killed.
     *
     * @param arguments the directory, whether the stages start where the slowest was, the seed.
     */
    public static void main(final String[] arguments) throws IOException
    {
        final Path directory = Path.of(arguments[0]);
        final KilledEngine killed = new KilledEngine(directory, Boolean.parseBoolean(arguments[1]));
        final Notes acknowledged = new Notes(directory.resolve("acknowledged"));
        final Random random = new Random(Long.parseLong(arguments[2]));
        try (Engine engine = killed.attach())
        {
            System.out.println("started");
            publish(engine, acknowledged, random, Long.MAX_VALUE);
        }
    }
}
