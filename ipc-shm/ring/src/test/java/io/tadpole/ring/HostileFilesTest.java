package io.tadpole.ring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A channel's files as a hostile peer leaves them, before anybody attaches and while somebody does. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class HostileFilesTest
{
    private static final int CAPACITY = 64 << 10;
    private static final int INPUTS = 800;
    private static final int ROUNDS = 1000;
    private static final List<String> NAMES =
        List.of("ring", "consumer-0", "consumer-1", "producer.lock", "consumer-0.lock", "consumer-1.lock");

    private final Path directory;
    private final Path channel;
    private final List<byte[]> whole = new ArrayList<>();

    HostileFilesTest(@TempDir(factory = SharedMemory.class) final Path directory) throws IOException
    {
        this.directory = directory;
        channel = directory.resolve("channel");
        Channel.create(channel, ChannelConfig.plain(CAPACITY).withConsumers(2));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 1))
        {
            for (int i = 0; i < 100; i++)
            {
                ProducerConsumerContract.publish(producer, 100, i);
            }
            consumer.poll((buffer, offset, length, position) -> { }, 60);
        }
        for (final String name : NAMES)
        {
            whole.add(Files.readAllBytes(channel.resolve(name)));
        }
    }

    @Test
    void shouldUseAFileOrSayWhyNot() throws IOException
    {
        HostileInputs.feed(INPUTS, bytes ->
        {
            final HostileInput input = new HostileInput(bytes);
            try
            {
                for (int scribbles = input.below(3); scribbles >= 0; scribbles--)
                {
                    scribble(input);
                }
                useAll(input.below(2));
                restore();
            }
            catch (final IOException failed)
            {
                throw new UncheckedIOException(failed);
            }
        });
        // Nobody has kept a lock.
        Channel.attachProducer(channel).close();
        Channel.attachConsumer(channel, 0).close();
        Channel.attachConsumer(channel, 1).close();
        assertFalse(Channel.describe(channel).producer().held());
    }

    private void scribble(final HostileInput input) throws IOException
    {
        final int which = input.below(8) < 7 ? input.below(3) : input.below(NAMES.size());
        final Path file = channel.resolve(NAMES.get(which));
        switch (input.below(16))
        {
            case 0 -> Files.deleteIfExists(file);
            case 1 ->
            {
                if (Files.deleteIfExists(file))
                {
                    Files.createDirectory(file);
                }
            }
            case 2 ->
            {
                if (Files.deleteIfExists(file))
                {
                    Files.createSymbolicLink(file, Path.of("ring"));
                }
            }
            case 3, 4 -> resize(file, input.below(4) == 0 ? input.below(1 << 20) : whole.get(which).length / 2);
            // Sparse, and longer than there is memory.
            case 5 -> resize(file, 1L << (30 + input.below(16)));
            default ->
            {
                for (int words = input.below(4); words >= 0; words--)
                {
                    final long offset = input.below(4) == 0 ? input.below(CAPACITY) : 8L * input.below(64);
                    putWord(file, offset, input.below(4) == 0 ? whole.get(0)[input.below(4096)] : input.word());
                }
            }
        }
    }

    private void restore() throws IOException
    {
        for (int i = 0; i < NAMES.size(); i++)
        {
            final Path file = channel.resolve(NAMES.get(i));
            if (Files.isSymbolicLink(file) || Files.isDirectory(file))
            {
                Files.delete(file);
            }
            Files.write(file, whole.get(i));
        }
    }

    private static void resize(final Path file, final long length) throws IOException
    {
        if (Files.isRegularFile(file))
        {
            try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE))
            {
                open.truncate(length);
                if (open.size() < length)
                {
                    open.write(ByteBuffer.allocate(1), length - 1);
                }
            }
        }
    }

    private static void putWord(final Path file, final long offset, final long word) throws IOException
    {
        if (Files.isRegularFile(file))
        {
            try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE))
            {
                open.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, word), offset);
            }
        }
    }

    private void useAll(final int consumer)
    {
        use(() -> Channel.describe(channel).toString());
        use(() ->
        {
            try (RingProducer producer = Channel.attachProducer(channel))
            {
                final Claim claim = new Claim();
                for (int i = 0; i < 10; i++)
                {
                    final long status = producer.tryClaim(5000, claim);
                    if (status >= 0)
                    {
                        claim.commit(5000);
                    }
                    else
                    {
                        assertTrue(
                            status == Status.BACK_PRESSURED || status == Status.CORRUPT || status == Status.DEPOSED);
                    }
                }
            }
        });
        use(() -> poll(Channel.attachConsumer(channel, consumer)));
        use(() -> Channel.evict(channel, consumer));
        use(() -> poll(Channel.joinConsumer(channel, consumer)));
    }

    private static void poll(final RingConsumer attached)
    {
        try (attached)
        {
            final int polled = attached.poll((buffer, offset, length, position) ->
                assertTrue(length >= 1 && offset >= 8 && offset + length <= CAPACITY), 10_000);
            assertTrue(polled >= 0 || polled == Status.CORRUPT || polled == Status.DEPOSED);
        }
    }

    private static void use(final Executable use)
    {
        try
        {
            use.execute();
        }
        catch (final ChannelException named)
        {
            assertTrue(String.valueOf(named.getMessage()).contains(": "), named::toString);
        }
        catch (final Throwable other)
        {
            throw new AssertionError("not a named reason: " + other, other);
        }
    }

    @Test
    void shouldTakeARoleOrSayWhyNotWhileSomebodyScribbles() throws IOException, InterruptedException
    {
        final long seed = ProducerConsumerContract.seeded().nextLong();
        final AtomicBoolean done = new AtomicBoolean();
        try (Arena arena = Arena.ofShared())
        {
            final List<MemorySegment> files = new ArrayList<>();
            for (final String name : NAMES.subList(0, 3))
            {
                try (FileChannel open = FileChannel.open(
                    channel.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE))
                {
                    files.add(open.map(MapMode.READ_WRITE, 0, open.size(), arena));
                }
            }
            final Thread scribbler = Thread.ofPlatform().daemon().start(() -> scribble(seed, files, done));
            try
            {
                for (int round = 0; round < ROUNDS; round++)
                {
                    useAll(round & 1);
                }
            }
            finally
            {
                done.set(true);
                scribbler.join();
            }
        }
    }

    /** Writes words that cannot be, soon puts back what was there, and rests as long: so each look has its chance. */
    private void scribble(final long seed, final List<MemorySegment> files, final AtomicBoolean done)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] bytes = new byte[64];
        while (!done.get())
        {
            random.nextBytes(bytes);
            final HostileInput input = new HostileInput(bytes);
            final int which = input.below(files.size());
            final ByteBuffer before = ByteBuffer.wrap(whole.get(which)).order(ByteOrder.LITTLE_ENDIAN);
            final int offset = 8 * input.below(input.below(4) == 0 ? 512 : 17);
            for (int i = 0; i < 8; i++)
            {
                Ordered.setOpaque(files.get(which), offset, input.word());
                for (int spins = input.below(256); spins > 0; spins--)
                {
                    Thread.onSpinWait();
                }
                Ordered.setOpaque(files.get(which), offset, before.getLong(offset));
                Thread.yield();
            }
        }
    }

    /** What a file loses while it is mapped is a fault: an error in Java, where C and Codon are killed. */
    @Test
    void shouldEndWithAnErrorAndNotTheProcessWhenAFileIsCutOff() throws IOException
    {
        for (final String flag : List.of("-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation"))
        {
            final Path cut = directory.resolve("cut" + flag.length());
            try (ChildJvm child = ChildJvm.start(
                List.of(flag, "-Xmx64m"), ProcessBuilder.Redirect.INHERIT, CutOff.class, cut))
            {
                child.await("consumer: InternalError");
                child.await("producer: InternalError");
                assertEquals(0, child.exitCode());
            }
        }
    }

    /** Cuts a ring off under its own feet. */
    static final class CutOff
    {
        private CutOff()
        {
        }

        public static void main(final String... arguments) throws IOException
        {
            final Path channel = Path.of(arguments[0]);
            Channel.create(channel, ChannelConfig.plain(CAPACITY));
            try (RingProducer producer = Channel.attachProducer(channel);
                RingConsumer consumer = Channel.attachConsumer(channel, 0))
            {
                for (int i = 0; i < 20_000; i++)
                {
                    ProducerConsumerContract.publish(producer, 100, i);
                    consumer.poll((buffer, offset, length, position) -> { }, 10);
                }
                resize(channel.resolve("ring"), 4096);
                assertThrows(InternalError.class, () -> consumer.poll((buffer, offset, length, position) -> { }, 10));
                System.out.println("consumer: InternalError");
                assertThrows(InternalError.class, () -> ProducerConsumerContract.publish(producer, 100, 0));
                System.out.println("producer: InternalError");
            }
        }
    }
}
