package io.tadpole.ring;

import io.tadpole.ring.ChannelException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.tadpole.ring.ChannelTest.assertReason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The traps of the kernel's locks. What the kernel thinks is read from {@code /proc/locks}. */
@Timeout(120)
class LockTest
{
    private static final String PYTHON = "/usr/bin/env";

    /** Locks a byte as its argument says, tells whether it could, and holds it until it reads a line. */
    private static final String LOCKER = """
        import fcntl, os, struct, sys
        kind, path, at = sys.argv[1], sys.argv[2], int(sys.argv[3])
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        lock = struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, at, 1, 0)
        try:
            fcntl.fcntl(descriptor, 37 if kind == 'ofd' else fcntl.F_SETLK, lock)
            print('locked', flush=True)
        except OSError:
            print('refused', flush=True)
        sys.stdin.readline()
        """;

    private final Path channel;

    LockTest(@TempDir(factory = SharedMemory.class) final Path directory)
    {
        channel = directory.resolve("channel");
    }

    @BeforeEach
    void create() throws IOException
    {
        Channel.create(channel, ChannelConfig.plain(64 << 10));
    }

    /** The trap itself: without it, the test behind this one would show nothing. */
    @Test
    void shouldLoseALockToASiblingThatIsClosedBehindOurBack() throws IOException
    {
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            assertTrue(isLocked("producer"));
            FileChannel.open(channel.resolve("producer.lock"), StandardOpenOption.READ).close();
            assertFalse(isLocked("producer"));
            assertEquals(0, producer.position());
        }
    }

    @Test
    void shouldKeepALockWhateverThisProcessCalls() throws IOException
    {
        try (RingProducer producer = Channel.attachProducer(channel);
            RingConsumer consumer = Channel.attachConsumer(channel, 0))
        {
            final List<Executable> refused = List.of(
                () -> Channel.attachProducer(channel),
                () -> Channel.attachConsumer(channel, 0),
                () -> Channel.joinConsumer(channel, 0),
                () -> Channel.evict(channel, 0),
                () -> Channel.remove(channel));
            for (final Executable call : refused)
            {
                assertReason(Reason.HELD, channel, call);
                assertBothLocked();
            }
            assertReason(
                Reason.EXISTS, channel, () -> Channel.create(channel, ChannelConfig.plain(64 << 10)));
            assertBothLocked();
            assertTrue(Channel.describe(channel).producer().held());
            assertBothLocked();
            assertTrue(Channel.isConsumerHeld(channel, 0));
            assertBothLocked();
            ProducerConsumerContract.publish(producer, 10, 0);
            ProducerConsumerContract.receive(consumer, new Received(0), 1);
        }
        assertFalse(isLocked("producer"));
        assertFalse(isLocked("consumer-0"));
    }

    @Test
    void shouldKeepTheLockOfARoleThatWasDroppedAndCollected() throws IOException
    {
        final ReferenceQueue<RingProducer> collected = new ReferenceQueue<>();
        final PhantomReference<RingProducer> dropped =
            new PhantomReference<>(Channel.attachProducer(channel), collected);
        while (collected.poll() == null)
        {
            System.gc();
            Thread.onSpinWait();
        }
        // The collector closes channels a little later than it finds them; each of these would have been closed before.
        for (int i = 0; i < 3; i++)
        {
            final ReferenceQueue<FileChannel> closed = new ReferenceQueue<>();
            final PhantomReference<FileChannel> other =
                new PhantomReference<>(FileChannel.open(channel.resolve("ring"), StandardOpenOption.READ), closed);
            while (closed.poll() == null)
            {
                System.gc();
                Thread.onSpinWait();
            }
            assertNull(other.get());
        }
        assertNull(dropped.get());
        assertTrue(isLocked("producer"));
        assertReason(Reason.HELD, channel, () -> Channel.attachProducer(channel));
    }

    /** It goes on long after its parent was killed, and has no descriptor of the lock file. */
    @Test
    void shouldNotLeaveALockToAChildProcess() throws IOException
    {
        ProcessHandle sleeper = null;
        try (ChildJvm owner = ChildJvm.start(RoleChild.class, channel, "parent"))
        {
            owner.await("attached");
            sleeper = ProcessHandle.of(Long.parseLong(owner.readLine())).orElseThrow();
            assertReason(Reason.HELD, channel, () -> Channel.attachProducer(channel));
            assertEquals(List.of(), openIn(sleeper));
            owner.kill();
            assertTrue(sleeper.isAlive());
            Channel.attachProducer(channel).close();
            Channel.attachConsumer(channel, 0).close();
        }
        finally
        {
            if (sleeper != null)
            {
                sleeper.destroyForcibly();
            }
        }
    }

    /** C, Codon and Python take the first kind; a program that knows nothing of us may take the second. */
    @ParameterizedTest
    @ValueSource(strings = {"ofd", "posix"})
    void shouldRespectTheLockOfAForeignProcess(final String kind) throws IOException
    {
        try (Foreign foreign = new Foreign(kind, channel.resolve("producer.lock"), 0))
        {
            assertEquals("locked", foreign.answer());
            assertReason(Reason.HELD, channel, () -> Channel.attachProducer(channel));
            // And the refusal has not dropped it.
            assertReason(Reason.HELD, channel, () -> Channel.attachProducer(channel));
            Channel.attachConsumer(channel, 0).close();
        }
        Channel.attachProducer(channel).close();
        try (Foreign foreign = new Foreign(kind, channel.resolve("consumer-0.lock"), 1))
        {
            assertEquals("locked", foreign.answer());
            assertTrue(Channel.isConsumerHeld(channel, 0), "a probe meets whoever has byte 1");
        }
        assertFalse(Channel.isConsumerHeld(channel, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ofd", "posix"})
    void shouldBeRespectedByAForeignProcess(final String kind) throws IOException
    {
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            for (int at = 0; at < 2; at++)
            {
                try (Foreign foreign = new Foreign(kind, channel.resolve("producer.lock"), at))
                {
                    assertEquals("refused", foreign.answer());
                }
            }
            assertEquals(0, producer.position());
        }
        try (Foreign foreign = new Foreign(kind, channel.resolve("producer.lock"), 0))
        {
            assertEquals("locked", foreign.answer());
        }
    }

    private void assertBothLocked() throws IOException
    {
        assertTrue(isLocked("producer") && isLocked("consumer-0"), "the kernel has dropped a lock");
    }

    /** Whether this process has the role's lock, as the kernel sees it. */
    private boolean isLocked(final String role) throws IOException
    {
        final Object inode = Files.getAttribute(channel.resolve(role + ".lock"), "unix:ino");
        try (Stream<String> locks = Files.lines(Path.of("/proc/locks")))
        {
            return locks.anyMatch(line -> line.matches(
                ".* POSIX +ADVISORY +WRITE +" + ProcessHandle.current().pid() + " +[0-9a-f]+:[0-9a-f]+:" + inode +
                " 0 1"));
        }
    }

    /** The files of the channel that a process has open. */
    private List<Path> openIn(final ProcessHandle process) throws IOException
    {
        final List<Path> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd")))
        {
            for (final Path descriptor : descriptors.toList())
            {
                final Path file = Files.readSymbolicLink(descriptor);
                if (file.startsWith(channel))
                {
                    open.add(file);
                }
            }
        }
        return open;
    }

    /** A process in Python that tries to lock a byte. */
    private static final class Foreign implements AutoCloseable
    {
        private final Process process;
        private final String answer;

        Foreign(final String kind, final Path file, final int at) throws IOException
        {
            assumeTrue(
                new ProcessBuilder(PYTHON, "python3", "-c", "").start().onExit().join().exitValue() == 0,
                "Python 3 is missing; install it: apt-get install python3");
            process = new ProcessBuilder(
                PYTHON, "python3", "-c", LOCKER, kind, file.toString(), Integer.toString(at))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
            try (BufferedReader lines = process.inputReader())
            {
                answer = String.valueOf(lines.readLine());
            }
        }

        String answer()
        {
            return answer;
        }

        @Override
        public void close()
        {
            process.destroyForcibly().onExit().join();
        }
    }
}
