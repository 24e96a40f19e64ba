package io.tadpole.ring;

import io.tadpole.ring.ChannelException.Reason;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The control plane: what a channel is on disk, who may take which role, and what is said about every bad input. */
@Timeout(60)
class ChannelTest
{
    private static final int CAPACITY = 64 << 10;

    private final Path directory;
    private final Path channel;

    ChannelTest(@TempDir(factory = SharedMemory.class) final Path directory)
    {
        this.directory = directory;
        this.channel = directory.resolve("channel");
    }

    // ---- create

    @Test
    void shouldCreateAChannelForItsOwnerOnly() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY).withConsumers(2));
        final Map<String, String> found = new TreeMap<>();
        found.put(".", permissions(channel));
        try (Stream<Path> files = Files.list(channel))
        {
            for (final Path file : files.toList())
            {
                found.put(file.getFileName() + " " + Files.size(file), permissions(file));
            }
        }
        assertEquals(
            Map.of(
                ".", "rwx------",
                "ring 69632", "rw-------",
                "producer.lock 0", "rw-------",
                "consumer-0 4096", "rw-------",
                "consumer-0.lock 0", "rw-------",
                "consumer-1 4096", "rw-------",
                "consumer-1.lock 0", "rw-------"),
            found);
    }

    @Test
    void shouldDescribeWhatWasConfigured() throws IOException
    {
        final ChannelConfig config = new ChannelConfig(
            CAPACITY, RecordLayout.UNIT, List.of("board", "ä".repeat(28)), List.of("journal", "reply"), 65535, 7);
        Channel.create(channel, config);
        final ChannelDescription described = Channel.describe(channel);
        assertEquals(CAPACITY, described.capacityBytes());
        assertEquals(RecordLayout.UNIT, described.alignment());
        assertEquals(65535, described.schemaId());
        assertEquals(7, described.schemaVersion());
        assertNotEquals(0, described.ringId());
        assertEquals(config.consumers(), described.consumers().stream().map(c -> c.name()).toList());
        assertEquals(config.stages(), described.stages().stream().map(s -> s.name()).toList());
        assertEquals(new ChannelDescription.Producer(false, 0, 0, 0, 0, 0), described.producer());
    }

    @Test
    void shouldDescribeWhatHappened() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            ProducerConsumerContract.publish(producer, 100, 0);
            ProducerConsumerContract.publish(producer, 50, 1);
            consumer.poll(new Received(0), 1);
            final ChannelDescription described = Channel.describe(channel);
            assertEquals(new ChannelDescription.Producer(true, 1, 112 + 64, 2, 150, 0), described.producer());
            assertEquals(
                new ChannelDescription.Consumer(0, "consumer-0", true, false, 1, 112, 1, 64, 1, 100, 1),
                described.consumers().getFirst());
            final long published = ProducerConsumerContract.fill(producer, 1000, 2);
            assertEquals(1, Channel.describe(channel).producer().backPressured());
            assertEquals(published, Channel.describe(channel).producer().messages());
        }
        assertFalse(Channel.describe(channel).producer().held());
        assertFalse(Channel.describe(channel).consumers().getFirst().held());
    }

    @Test
    void shouldRefuseAConfigurationThatCannotBe()
    {
        for (final int capacity : List.of(0, -1, Integer.MIN_VALUE, 1, 32 << 10, 100_000, (64 << 10) + 8, 3 << 20,
            Integer.MAX_VALUE))
        {
            assertThrows(IllegalArgumentException.class, () -> ChannelConfig.plain(capacity), () -> "" + capacity);
        }
        final ChannelConfig config = ChannelConfig.plain(CAPACITY);
        assertDoesNotThrow(() -> ChannelConfig.plain(1 << 30));
        for (final int alignment : List.of(0, -8, 1, 4, 16, 32, 128))
        {
            assertThrows(IllegalArgumentException.class, () -> config.withAlignment(alignment), () -> "" + alignment);
        }
        assertThrows(IllegalArgumentException.class, () -> config.withConsumers(65));
        assertThrows(IllegalArgumentException.class, () -> withConsumers("a", "a"));
        assertThrows(IllegalArgumentException.class, () -> withConsumers(""));
        assertThrows(IllegalArgumentException.class, () -> withConsumers("a\0b"));
        assertThrows(IllegalArgumentException.class, () -> withConsumers("ä".repeat(29)));
        assertThrows(
            IllegalArgumentException.class, () -> new ChannelConfig(CAPACITY, 8, List.of(), List.of(), 65536, 0));
    }

    @Test
    void shouldNotCreateOverAnExistingDirectory() throws IOException
    {
        Files.createDirectory(channel);
        Files.createFile(channel.resolve("precious"));
        assertReason(Reason.EXISTS, channel, () -> Channel.create(channel, ChannelConfig.plain(CAPACITY)));
        assertTrue(Files.exists(channel.resolve("precious")));

        final Path file = Files.createFile(directory.resolve("file"));
        assertReason(Reason.EXISTS, file, () -> Channel.create(file, ChannelConfig.plain(CAPACITY)));
    }

    @Test
    void shouldNotCreateWithoutAParent()
    {
        final Path orphan = directory.resolve("no").resolve("channel");
        assertReason(Reason.MISSING, orphan, () -> Channel.create(orphan, ChannelConfig.plain(CAPACITY)));
    }

    @Test
    void shouldKeepAPlainProducerFromAnEnginesRing() throws IOException
    {
        final ChannelConfig config =
            new ChannelConfig(CAPACITY, RecordLayout.UNIT, List.of("outside"), List.of("inside"), 0, 0);
        Channel.create(channel, config);
        assertReason(Reason.FOREIGN, channel, () -> Channel.attachProducer(channel));
        Channel.attachProducer(channel, (ring, tail) -> new DeclaredConsumers(ring)).close();
    }

    // ---- attach: what is there is not a whole channel

    @Test
    void shouldSayThatAChannelIsMissing() throws IOException
    {
        assertAttachFails(Reason.MISSING, channel);
        Files.createFile(channel);
        assertAttachFails(Reason.MISSING, channel);
        Files.delete(channel);
        Files.createDirectory(channel);
        assertAttachFails(Reason.MISSING, ring());
    }

    @Test
    void shouldSayWhichFileIsMissing() throws IOException
    {
        create();
        Files.move(channel.resolve("consumer-0"), directory.resolve("elsewhere"));
        assertAttachFails(Reason.MISSING, channel.resolve("consumer-0"));
        Files.move(directory.resolve("elsewhere"), channel.resolve("consumer-0"));

        Files.delete(channel.resolve("producer.lock"));
        assertReason(Reason.MISSING, channel.resolve("producer.lock"), () -> Channel.attachProducer(channel));
        Files.delete(channel.resolve("consumer-0.lock"));
        assertReason(Reason.MISSING, channel.resolve("consumer-0.lock"), () -> Channel.attachConsumer(channel, 0));
    }

    @Test
    void shouldSayThatAFileIsForeign() throws IOException
    {
        final Random random = ProducerConsumerContract.seeded();
        for (final String name : List.of("ring", "consumer-0"))
        {
            for (final int length : List.of(4096, 5000, 69632, 100_000))
            {
                create();
                final byte[] noise = new byte[length];
                random.nextBytes(noise);
                Files.write(channel.resolve(name), noise);
                assertAttachFails(Reason.FOREIGN, channel.resolve(name));
                delete();
            }
        }
    }

    @Test
    void shouldSayThatAFileIsOfAnotherChannel() throws IOException
    {
        final Path other = directory.resolve("other");
        Channel.create(other, ChannelConfig.plain(CAPACITY).withConsumers(2));
        Channel.create(channel, ChannelConfig.plain(CAPACITY).withConsumers(2));
        Files.write(channel.resolve("consumer-0"), Files.readAllBytes(other.resolve("consumer-0")));
        assertAttachFails(Reason.FOREIGN, channel.resolve("consumer-0"));
        Files.write(channel.resolve("consumer-0"), Files.readAllBytes(channel.resolve("consumer-1")));
        assertAttachFails(Reason.FOREIGN, channel.resolve("consumer-0"));
        Files.write(channel.resolve("consumer-0"), Files.readAllBytes(channel.resolve("ring")));
        assertAttachFails(Reason.FOREIGN, channel.resolve("consumer-0"));
    }

    @Test
    void shouldSayThatAFileIsNoFile() throws IOException, InterruptedException
    {
        create();
        Files.delete(ring());
        Files.createDirectory(ring());
        assertAttachFails(Reason.FOREIGN, ring());
        Files.delete(ring());
        // Whoever opens it for reading waits for a writer.
        assertEquals(0, new ProcessBuilder("mkfifo", ring().toString()).inheritIO().start().waitFor());
        assertAttachFails(Reason.FOREIGN, ring());
    }

    @Test
    void shouldSayThatAFileWasCutOff() throws IOException
    {
        for (final long length : List.of(1L, 8L, 4095L, 4096L, 4096L + CAPACITY - 1))
        {
            create();
            truncate(ring(), length);
            assertAttachFails(Reason.TRUNCATED, ring());
            delete();
        }
        for (final long length : List.of(1L, 8L, 4095L))
        {
            create();
            truncate(channel.resolve("consumer-0"), length);
            assertAttachFails(Reason.TRUNCATED, channel.resolve("consumer-0"));
            delete();
        }
    }

    @Test
    void shouldSayThatAChannelIsOfANewerVersion() throws IOException
    {
        for (final long version : List.of(2L, -1L, Long.MAX_VALUE))
        {
            for (final String name : List.of("ring", "consumer-0"))
            {
                create();
                putWord(channel.resolve(name), 8, version);
                assertAttachFails(Reason.NEWER_VERSION, channel.resolve(name));
                delete();
            }
        }
    }

    @Test
    void shouldSayThatAChannelIsHalfCreated() throws IOException
    {
        for (final String name : List.of("ring", "consumer-0"))
        {
            create();
            putWord(channel.resolve(name), RingFileLayout.VERSION_OFFSET, 0);
            assertAttachFails(Reason.HALF_CREATED, channel.resolve(name));
            putWord(channel.resolve(name), RingFileLayout.MAGIC_OFFSET, 0);
            assertAttachFails(Reason.HALF_CREATED, channel.resolve(name));
            // Its creator has not written anything yet.
            truncate(channel.resolve(name), 0);
            assertAttachFails(Reason.HALF_CREATED, channel.resolve(name));
            delete();
        }
    }

    @Test
    void shouldSayThatAHeaderCannotBe() throws IOException
    {
        for (final long[] forged : new long[][] {
            {16, 0}, {16, 64}, {16, 8192}, {16, Long.MAX_VALUE},
            {24, 0}, {24, -1}, {24, 4096}, {24, 65528}, {24, 98304}, {24, 1L << 31}, {24, 1L << 62},
            {32, 0}, {32, -8}, {32, 16}, {32, 128}, {32, 8L << 32},
            {40, -1}, {40, 65}, {40, 1L << 32},
            {80, -1}, {80, 29}, {80, 1L << 32}})
        {
            create();
            putWord(ring(), forged[0], forged[1]);
            assertAttachFails(Reason.CORRUPT, ring());
            delete();
        }
        create();
        putWord(ring(), RingFileLayout.CAPACITY_OFFSET, 2 * CAPACITY);
        assertAttachFails(Reason.TRUNCATED, ring());
    }

    @Test
    void shouldFollowNoSymbolicLink() throws IOException
    {
        create();
        final Path link = Files.createSymbolicLink(directory.resolve("link"), channel);
        assertReason(Reason.SYMBOLIC_LINK, link, () -> Channel.attachProducer(link));
        assertReason(Reason.SYMBOLIC_LINK, link, () -> Channel.attachConsumer(link, 0));
        assertReason(Reason.SYMBOLIC_LINK, link, () -> Channel.describe(link));
        assertReason(Reason.SYMBOLIC_LINK, link, () -> Channel.evict(link, 0));
        assertReason(Reason.SYMBOLIC_LINK, link, () -> Channel.remove(link));
        final Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("no"));
        assertReason(Reason.EXISTS, dangling, () -> Channel.create(dangling, ChannelConfig.plain(CAPACITY)));

        for (final String name : List.of("ring", "consumer-0", "producer.lock", "consumer-0.lock"))
        {
            final Path file = channel.resolve(name);
            final Path real = directory.resolve("real-" + name);
            Files.move(file, real);
            Files.createSymbolicLink(file, real);
            if (!name.startsWith("consumer-0."))
            {
                assertReason(Reason.SYMBOLIC_LINK, file, () -> Channel.attachProducer(channel));
            }
            if (!name.startsWith("producer."))
            {
                assertReason(Reason.SYMBOLIC_LINK, file, () -> Channel.attachConsumer(channel, 0));
            }
            Files.delete(file);
            Files.move(real, file);
        }
        Channel.attachProducer(channel).close();
        Channel.attachConsumer(channel, 0).close();
    }

    @Test
    void shouldRefuseAConsumerThatIsNotDeclared() throws IOException
    {
        create();
        for (final int index : List.of(1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE))
        {
            assertReason(Reason.MISSING, channel, () -> Channel.attachConsumer(channel, index));
            assertReason(Reason.MISSING, channel, () -> Channel.joinConsumer(channel, index));
            assertReason(Reason.MISSING, channel, () -> Channel.evict(channel, index));
        }
    }

    // ---- roles

    @Test
    void shouldRefuseASecondOwnerInThisProcess() throws IOException
    {
        create();
        for (int again = 0; again < 3; again++)
        {
            try (RingProducer producer = Channel.attachProducer(channel);
                RingConsumer consumer = Channel.attachConsumer(channel, 0))
            {
                for (int i = 0; i < 3; i++)
                {
                    assertReason(Reason.HELD, channel, () -> Channel.attachProducer(channel));
                    assertReason(Reason.HELD, channel, () -> Channel.attachConsumer(channel, 0));
                    assertReason(Reason.HELD, channel, () -> Channel.evict(channel, 0));
                }
                // A refused owner, and a look, must not have dropped the kernel's lock: another process sees it.
                assertTrue(Channel.describe(channel).producer().held());
                if (again == 0)
                {
                    assertChildIsRefused("producer");
                    assertChildIsRefused("consumer");
                }
                ProducerConsumerContract.publish(producer, 10, 0);
                ProducerConsumerContract.receive(consumer, new Received(0), 1);
            }
        }
    }

    @Test
    void shouldRefuseASecondOwnerInAnotherProcess() throws IOException
    {
        create();
        try (ChildJvm child = ChildJvm.start(RoleChild.class, channel, "both"))
        {
            child.await("attached");
            for (int again = 0; again < 3; again++)
            {
                assertReason(Reason.HELD, channel, () -> Channel.attachProducer(channel));
                assertReason(Reason.HELD, channel, () -> Channel.attachConsumer(channel, 0));
                assertReason(Reason.HELD, channel, () -> Channel.evict(channel, 0));
                assertReason(Reason.HELD, channel, () -> Channel.remove(channel));
                assertTrue(Channel.describe(channel).producer().held());
                assertTrue(Channel.describe(channel).consumers().getFirst().held());
            }
            child.kill();
        }
        assertFalse(Channel.describe(channel).producer().held());
        Channel.attachProducer(channel).close();
        Channel.attachConsumer(channel, 0).close();
        assertEquals(2, Channel.describe(channel).producer().epoch());
        assertEquals(2, Channel.describe(channel).consumers().getFirst().epoch());
    }

    @Test
    void shouldRefuseASecondOwnerOfAnotherClassLoader() throws Exception
    {
        create();
        try (URLClassLoader twin = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader()))
        {
            final Class<?> twinChannel = twin.loadClass(Channel.class.getName());
            assertNotEquals(Channel.class, twinChannel);
            try (RingProducer producer = Channel.attachProducer(channel))
            {
                final InvocationTargetException refused = assertThrows(
                    InvocationTargetException.class,
                    () -> twinChannel.getMethod("attachProducer", Path.class).invoke(null, channel));
                assertTrue(
                    Objects.requireNonNull(refused.getCause()).toString().contains("this process holds this role"));
                twinChannel.getMethod("describe", Path.class).invoke(null, channel);
                assertChildIsRefused("producer");
                ProducerConsumerContract.publish(producer, 10, 0);
            }
            try (AutoCloseable producer =
                (AutoCloseable)twinChannel.getMethod("attachProducer", Path.class).invoke(null, channel))
            {
                assertNotEquals(RingProducer.class, producer.getClass());
                assertReason(Reason.HELD, channel, () -> Channel.attachProducer(channel));
                assertChildIsRefused("producer");
            }
        }
    }

    /** A probe opens and closes the lock file, which drops the locks that the process has on it. */
    @Test
    void shouldKeepALockWhileThisProcessLooks() throws Exception
    {
        create();
        final AtomicBoolean stop = new AtomicBoolean();
        final AtomicReference<@Nullable Throwable> uncaught = new AtomicReference<>();
        final Thread looker = Thread.ofPlatform()
            .uncaughtExceptionHandler((thread, thrown) -> uncaught.set(thrown))
            .start(() ->
            {
                while (!stop.get())
                {
                    assertDoesNotThrow(() -> RoleLock.isHeld(channel.resolve("producer.lock")));
                }
            });
        try (ChildJvm child = ChildJvm.start(RoleChild.class, channel, "intruder"))
        {
            child.await("ready");
            // The child tries to take the lock all the time while it is held here, and says if it ever got it.
            for (int i = 0; i < 40; i++)
            {
                final RoleLock lock = acquireBetweenProbes();
                putWord(channel.resolve("consumer-0"), RoleChild.OWNED, 1);
                final long tries = getWord(channel.resolve("consumer-0"), RoleChild.TRIES);
                while (getWord(channel.resolve("consumer-0"), RoleChild.TRIES) < tries + 2)
                {
                    ProducerConsumerContract.idle();
                }
                putWord(channel.resolve("consumer-0"), RoleChild.OWNED, 0);
                lock.close();
            }
            child.go();
            child.await("never both");
        }
        finally
        {
            stop.set(true);
            looker.join();
        }
        assertNull(uncaught.get());
    }

    // ---- evict, remove

    @Test
    void shouldEvictADeadConsumerAndSaySoWhenItComesBack() throws IOException
    {
        create();
        Channel.evict(channel, 0);
        Channel.evict(channel, 0);
        assertTrue(Channel.describe(channel).consumers().getFirst().detached());
        assertReason(Reason.EVICTED, channel, () -> Channel.attachConsumer(channel, 0));
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            // Nobody holds it back.
            for (int i = 0; i < 1000; i++)
            {
                ProducerConsumerContract.publish(producer, 1000, i);
            }
            assertReason(Reason.EVICTED, channel, () -> Channel.attachConsumer(channel, 0));
            try (RingConsumer consumer = Channel.joinConsumer(channel, 0))
            {
                assertEquals(producer.position(), consumer.position());
                final long next = ProducerConsumerContract.fill(producer, 1000, 5000);
                ProducerConsumerContract.receive(consumer, new Received(5000), next - 5000);
            }
        }
        Channel.attachConsumer(channel, 0).close();
    }

    @Test
    void shouldShowNoLagOfWhatAConsumerMissedBeforeItJoined() throws IOException
    {
        create();
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            publish(producer, 0, 5);
            Channel.evict(channel, 0);
            publish(producer, 5, 1000);
            assertCounts(0, 0, 0);
            try (RingConsumer consumer = Channel.joinConsumer(channel, 0))
            {
                assertCounts(1000, 0, 0);
                publish(producer, 1000, 1003);
                assertCounts(1000, 3, 3 * 112);
                ProducerConsumerContract.receive(consumer, new Received(1000), 2);
                assertCounts(1002, 1, 112);
            }
        }
    }

    @Test
    void shouldCountAnewWhatAKilledConsumerCountedAndDidNotPublish() throws IOException
    {
        create();
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            publish(producer, 0, 10);
            try (RingConsumer consumer = Channel.attachConsumer(channel, 0))
            {
                ProducerConsumerContract.receive(consumer, new Received(0), 4);
            }
            putWord(channel.resolve("consumer-0"), ConsumerFileLayout.MESSAGES_OFFSET, 7);
            Channel.attachConsumer(channel, 0).close();
            assertCounts(4, 6, 6 * 112);
        }
    }

    /** Positions are exact. Counts are not: what a kill between tail and count took away must not show as lag. */
    @Test
    void shouldShowNoLagOfWhoeverIsAtTheTail() throws IOException
    {
        create();
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            publish(producer, 0, 10);
            ProducerConsumerContract.receive(consumer, new Received(0), 10);
            putWord(channel.resolve("consumer-0"), ConsumerFileLayout.MESSAGES_OFFSET, 8);
            assertCounts(8, 0, 0);
        }
    }

    @Test
    void shouldTellWhetherAConsumerIsHeld() throws IOException
    {
        create();
        assertFalse(Channel.isConsumerHeld(channel, 0));
        try (RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            assertTrue(Channel.isConsumerHeld(channel, 0));
            assertEquals(0, consumer.position());
        }
        try (ChildJvm child = ChildJvm.start(RoleChild.class, channel, "both"))
        {
            child.await("attached");
            assertTrue(Channel.isConsumerHeld(channel, 0));
            child.kill();
        }
        assertFalse(Channel.isConsumerHeld(channel, 0));
        assertThrows(IOException.class, () -> Channel.isConsumerHeld(channel, 1));
    }

    private static void publish(final RingProducer producer, final int from, final int to)
    {
        for (int i = from; i < to; i++)
        {
            ProducerConsumerContract.publish(producer, 100, i);
        }
    }

    private void assertCounts(final long messages, final long lag, final long depth) throws IOException
    {
        final ChannelDescription.Consumer consumer = Channel.describe(channel).consumers().getFirst();
        assertEquals(messages, consumer.messages());
        assertEquals(lag, consumer.lagMessages());
        assertEquals(depth, consumer.depthBytes());
    }

    @Test
    void shouldResumeAConsumerThatWantsToJoinAndWasNotEvicted() throws IOException
    {
        create();
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            for (int i = 0; i < 3; i++)
            {
                ProducerConsumerContract.publish(producer, 100, i);
            }
            try (RingConsumer consumer = Channel.joinConsumer(channel, 0))
            {
                ProducerConsumerContract.receive(consumer, new Received(0), 3);
                ProducerConsumerContract.publish(producer, 100, 3);
            }
            try (RingConsumer consumer = Channel.joinConsumer(channel, 0))
            {
                ProducerConsumerContract.receive(consumer, new Received(3), 1);
            }
        }
    }

    @Test
    void shouldJoinAnewWhereAJoinerWasKilled() throws IOException
    {
        for (final boolean join : List.of(false, true))
        {
            create();
            try (RingProducer producer = Channel.attachProducer(channel))
            {
                ProducerConsumerContract.publish(producer, 100, 0);
                putWord(channel.resolve("consumer-0"), ConsumerFileLayout.POSITION_OFFSET, 1);
                ProducerConsumerContract.publish(producer, 100, 1);
                // The mark holds the producer back as a position does.
                final long next = ProducerConsumerContract.fill(producer, 1000, 2);
                assertTrue(next < 70);
                try (RingConsumer consumer =
                    join ? Channel.joinConsumer(channel, 0) : Channel.attachConsumer(channel, 0))
                {
                    assertEquals(producer.position(), consumer.position());
                    ProducerConsumerContract.publish(producer, 1000, next);
                    ProducerConsumerContract.receive(consumer, new Received(next), 1);
                }
            }
            delete();
        }
    }

    @Test
    void shouldResumeAConsumerThatIsAheadOfATailThatAKilledProducerDidNotStore() throws IOException
    {
        create();
        final long end;
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            end = ProducerConsumerContract.publish(producer, producer.maxClaimLength(), 0);
        }
        putWord(ring(), RingFileLayout.TAIL_OFFSET, 0);
        for (int again = 0; again < 2; again++)
        {
            try (RingConsumer consumer = Channel.attachConsumer(channel, 0))
            {
                ProducerConsumerContract.receive(consumer, new Received(0), 1 - again);
                assertEquals(end, consumer.position());
            }
        }
        try (RingProducer successor = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            assertEquals(end, successor.position());
            ProducerConsumerContract.publish(successor, 100, 1);
            ProducerConsumerContract.receive(consumer, new Received(1), 1);
        }
    }

    @Test
    void shouldRemoveWhatNobodyHolds() throws IOException
    {
        create();
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            assertReason(Reason.HELD, channel, () -> Channel.remove(channel));
            ProducerConsumerContract.publish(producer, 10, 0);
        }
        try (RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            assertReason(Reason.HELD, channel, () -> Channel.remove(channel));
            ProducerConsumerContract.receive(consumer, new Received(0), 1);
        }
        Channel.remove(channel);
        assertFalse(Files.exists(channel));
        assertReason(Reason.MISSING, channel, () -> Channel.remove(channel));
        create();
        Channel.attachProducer(channel).close();
    }

    @Test
    void shouldRemoveWhatIsHalfCreated() throws IOException
    {
        create();
        truncate(ring(), 0);
        Files.delete(channel.resolve("consumer-0.lock"));
        Channel.remove(channel);
        assertFalse(Files.exists(channel));
    }

    @Test
    void shouldRemoveNothingThatIsNotAChannels() throws IOException
    {
        create();
        Files.createFile(channel.resolve("precious"));
        assertReason(Reason.FOREIGN, channel, () -> Channel.remove(channel));
        assertEquals(5, count(channel));
        Files.delete(channel.resolve("precious"));
        // Nor was a lock left behind.
        Channel.attachProducer(channel).close();

        final Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("ring"), "a file of this name that is not ours");
        assertReason(Reason.FOREIGN, other.resolve("ring"), () -> Channel.remove(other));
        assertEquals(1, count(other));
    }

    // ---- what the tests are made of

    private void create() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(CAPACITY));
    }

    private void delete() throws IOException
    {
        ChannelFiles.delete(channel);
    }

    private Path ring()
    {
        return channel.resolve("ring");
    }

    private RoleLock acquireBetweenProbes() throws IOException
    {
        while (true)
        {
            try
            {
                return RoleLock.acquire(channel.resolve("producer.lock"));
            }
            catch (final ChannelException intruded)
            {
                assertEquals(Reason.HELD, intruded.reason());
            }
        }
    }

    private void assertAttachFails(final Reason reason, final Path named)
    {
        assertReason(reason, named, () -> Channel.attachProducer(channel));
        assertReason(reason, named, () -> Channel.attachConsumer(channel, 0));
        assertReason(reason, named, () -> Channel.joinConsumer(channel, 0));
        assertReason(reason, named, () -> Channel.describe(channel));
        assertReason(reason, named, () -> Channel.evict(channel, 0));
    }

    private void assertChildIsRefused(final String role)
    {
        try (ChildJvm child = ChildJvm.start(RoleChild.class, channel, role))
        {
            child.await("HELD");
        }
    }

    static void assertReason(final Reason reason, final Path named, final Executable call)
    {
        final ChannelException refused = assertThrows(ChannelException.class, call);
        assertEquals(reason, refused.reason(), refused::getMessage);
        final String sentence = Objects.requireNonNull(refused.getMessage());
        // It names the path first, then says what happened to it and what to do.
        assertTrue(sentence.startsWith(named.toString()) && sentence.indexOf(' ') > 0, sentence);
    }

    static void putWord(final Path file, final long offset, final long word) throws IOException
    {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE))
        {
            open.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, word), offset);
        }
    }

    static long getWord(final Path file, final long offset) throws IOException
    {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ))
        {
            final ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals(8, open.read(word, offset));
            return word.getLong(0);
        }
    }

    private static void truncate(final Path file, final long length) throws IOException
    {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE))
        {
            open.truncate(length);
        }
    }

    private static String permissions(final Path path) throws IOException
    {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static long count(final Path directory) throws IOException
    {
        try (Stream<Path> files = Files.list(directory))
        {
            return files.count();
        }
    }

    private static ChannelConfig withConsumers(final String... names)
    {
        return new ChannelConfig(CAPACITY, RecordLayout.COMPACT, List.of(names), List.of(), 0, 0);
    }

    private static URL[] classPath() throws MalformedURLException
    {
        final List<URI> entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri()).toList();
        final URL[] urls = new URL[entries.size()];
        for (int i = 0; i < urls.length; i++)
        {
            urls[i] = entries.get(i).toURL();
        }
        return urls;
    }
}
