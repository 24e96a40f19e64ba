package io.tadpole.kernel;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.kernel.KernelException.Reason;
import io.tadpole.ring.ChannelException;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A state in a file: the active copy is whole at every moment, and its word says what it counts. */
@Timeout(120)
class StateFileTest
{
    private static final StateShape SHAPE = new StateShape(100, 16, 1);
    private static final long RING = 0x1234;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir(factory = SharedMemory.class)
    private Path folder;

    private Path path;

    @BeforeEach
    void nameTheFile()
    {
        path = folder.resolve("state");
    }

    @Test
    void shouldLieAsThePictureSays() throws IOException
    {
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            assertEquals(64, state.bind(RING, 64));
            state.commit(192);
            assertEquals(192, state.position());
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        final byte[] bytes = Files.readAllBytes(path);
        final ByteBuffer file = words(bytes);
        assertEquals(4096 + 2 * (4096 + 4096), file.limit());
        assertArrayEquals(
            new byte[] {'T', 'A', 'D', 'S', 'T', 'A', 'T', 'E'}, Arrays.copyOf(bytes, 8));
        assertEquals(1, file.getLong(8), "layout version");
        assertEquals(100, file.getLong(16), "rows");
        assertEquals(16, file.getLong(24), "row length");
        assertEquals(RING, file.getLong(32), "ring id");
        assertEquals(1, file.getLong(40), "version of the rows");
        assertEquals(192 | 1, file.getLong(128), "position, and copy 1");
        assertEquals(4096, StateFileLayout.copyOffset(SHAPE, 0));
        assertEquals(4096 + 8192, StateFileLayout.copyOffset(SHAPE, 1));
    }

    /** Killed in the middle of a batch: what was changed since the last commit does not count. */
    @Test
    void shouldCountNothingOfABatchThatWasNotCommitted() throws IOException
    {
        final byte[] killed;
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            state.bind(RING, 0);
            write(state, 5, 7);
            state.commit(64);
            write(state, 5, 8);
            write(state, 99, 9);
            killed = Files.readAllBytes(path);
            state.putBack();
        }
        Files.write(path, killed);
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            assertEquals(64, state.bind(RING, 4096));
            assertEquals(7, read(state, 5));
            assertEquals(0, read(state, 99));
            write(state, 4, 1);
            state.commit(128);
            assertEquals(7, read(state, 5), "of the copy that was half written before");
            assertEquals(0, read(state, 99));
            assertEquals(1, read(state, 4));
        }
    }

    /** Killed behind the commit, before the other copy was brought up to date. */
    @Test
    void shouldBringTheOtherCopyUpToDate() throws IOException
    {
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            state.bind(RING, 0);
            write(state, 70, 7);
            state.commit(64);
        }
        final byte[] bytes = Files.readAllBytes(path);
        final ByteBuffer file = words(bytes);
        assertEquals(64 | 1, file.getLong(128));
        file.putLong(4096 + 70 * 16, 0);
        Files.write(path, bytes);
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            state.bind(RING, 0);
            write(state, 1, 1);
            state.commit(128);
            assertEquals(7, read(state, 70));
        }
    }

    @Test
    void shouldPutBackWhatWasChanged() throws IOException
    {
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            state.bind(RING, 0);
            write(state, 3, 5);
            state.putBack();
            state.commit(64);
            state.commit(128);
            assertEquals(0, read(state, 3));
        }
    }

    @Test
    void shouldNoticeAKernelThatForgetsToTouch() throws IOException
    {
        final NativeKernel kernel = NativeKernel.load(
            KernelConfig.of(Libraries.kernel(folder, "-DFORGET")).withStateFile(path));
        try
        {
            final Engine engine = Engine.create(
                folder.resolve("channel"), EngineConfig.of(64 << 10), new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 41, 42);
            assertFalse(engine.shutdown(PATIENCE));
            assertTrue(String.valueOf(engine.reason()).contains(
                "the kernel changed row 41 of its state and did not touch it, so " + path + " cannot be trusted: " +
                "touch each row before it is changed, and start with a state of before"), engine::reason);
        }
        finally
        {
            assertThrows(IllegalStateException.class, kernel::close);
        }
    }

    /** In a branch that few messages take, behind the moments at which the copies are compared. */
    @Test
    void shouldRefuseADamagedState() throws IOException
    {
        final Path library = Libraries.kernel(folder, "-DALSO=if(number==6)((int64_t*)(void*)state)[2*50]++");
        final Path channel = folder.resolve("channel");
        final NativeKernel kernel = NativeKernel.load(KernelConfig.of(library).withStateFile(path));
        final Engine engine =
            Engine.create(channel, EngineConfig.of(64 << 10), new StageGraph().stage("kernel", kernel));
        for (long number = 0; number < 7; number++)
        {
            Numbers.publish(engine, number, number + 1);
            while (engine.counters().getFirst().position() < engine.position())
            {
                Thread.yield();
            }
        }
        assertTrue(engine.shutdown(PATIENCE), engine::reason);
        final IllegalStateException seen = assertThrows(IllegalStateException.class, kernel::close);
        assertTrue(String.valueOf(seen.getMessage()).startsWith("the kernel changed row 50 of "), seen.toString());
        final KernelException damaged = assertThrows(
            KernelException.class, () -> NativeKernel.load(KernelConfig.of(library).withStateFile(path)).close());
        assertEquals(
            path + " was damaged by its kernel, which missed its rows or changed one that it did not touch: correct " +
            "the kernel, and give a state of before, or another path", damaged.getMessage());
    }

    @Test
    void shouldGoOnWhereTheStateCountsTo() throws IOException
    {
        final Path channel = folder.resolve("channel");
        final KernelConfig config = KernelConfig.of(Libraries.kernel(folder)).withStateFile(path);
        long published = 0;
        for (int run = 0; run < 4; run++)
        {
            try (NativeKernel kernel = NativeKernel.load(config))
            {
                final StageGraph graph = new StageGraph().stage("kernel", kernel);
                final EngineConfig of = EngineConfig.of(64 << 10);
                final Engine engine = run == 0 ? Engine.create(channel, of, graph) : Engine.attach(channel, of, graph);
                Numbers.publish(engine, published, published + 5000);
                published += 5000;
                assertTrue(engine.shutdown(PATIENCE), engine::reason);
                Numbers.assertCounted(published, kernel.state());
            }
        }
    }

    @Test
    void shouldHaveOneOwner() throws IOException
    {
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            state.bind(RING, 0);
            final ChannelException held =
                assertThrows(ChannelException.class, () -> StateFile.open(path, SHAPE).close());
            assertEquals(ChannelException.Reason.HELD, held.reason());
            assertTrue(
                String.valueOf(held.getMessage()).startsWith(path + ".lock: this process holds"), held.toString());
        }
        StateFile.open(path, SHAPE).close();
    }

    @Test
    void shouldRefuseTheStateOfAnotherRing() throws IOException
    {
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            state.bind(0x77, 0);
        }
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            assertEquals(0, state.bind(RING, 0), "it counted nothing");
            state.commit(64);
        }
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            final IllegalArgumentException other =
                assertThrows(IllegalArgumentException.class, () -> state.bind(0x99, 0));
            assertEquals(
                path + " counts ring 0x1234, and this is ring 0x99: give the kernel another file, or this ring's",
                other.getMessage());
        }
    }

    @Test
    void shouldRefuseTheStateOfAnotherKernel() throws IOException
    {
        StateFile.open(path, SHAPE).close();
        assertRefused(
            new StateShape(100, 16, 2), "has 100 rows of 16 bytes, version 1, and the kernel wants 100 rows of 16 " +
                "bytes, version 2: load the kernel that wrote it, or give another path");
        assertRefused(
            new StateShape(50, 32, 1), "has 100 rows of 16 bytes, version 1, and the kernel wants 50 rows of 32 " +
                "bytes, version 1: load the kernel that wrote it, or give another path");
        final byte[] bytes = Files.readAllBytes(path);
        final ByteBuffer file = words(bytes);
        file.putLong(8, 2);
        Files.write(path, bytes);
        assertRefused(SHAPE, "was written by a newer Tadpole: use that one");
        file.putLong(8, 1);
        Files.write(path, Arrays.copyOf(bytes, 5000));
        assertRefused(SHAPE, "has 5000 bytes instead of 20480: restore it, or remove it and count anew");
        final byte[] photo = new byte[5000];
        photo[100] = 1;
        Files.write(path, photo);
        assertRefused(SHAPE, "is not the state of a kernel: give another path");
        assertArrayEquals(photo, Files.readAllBytes(path));
        Files.writeString(path, "my diary");
        assertRefused(SHAPE, "is not the state of a kernel: give another path");
        assertEquals("my diary", Files.readString(path));
    }

    /** A creator that was killed leaves a file without a version, of any length up to the whole. */
    @Test
    void shouldStartAfreshInAHalfCreatedFile() throws IOException
    {
        Files.write(path, new byte[5000]);
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            assertEquals(640, state.bind(RING, 640));
            assertEquals(640, state.position());
            assertEquals(0, read(state, 0));
        }
        final byte[] bytes = Files.readAllBytes(path);
        final ByteBuffer file = words(bytes);
        file.putLong(8, 0);
        file.putLong(4096, 5);
        Files.write(path, bytes);
        try (StateFile state = StateFile.open(path, SHAPE))
        {
            assertEquals(64, state.bind(RING, 64));
            assertEquals(0, read(state, 0));
        }
    }

    @Test
    void shouldNotFollowALink() throws IOException
    {
        final Path target = Files.writeString(folder.resolve("target"), "");
        Files.createSymbolicLink(path, target);
        final String sentence =
            "is a symbolic link, or lies in no folder: give a file's own path, in a folder that exists";
        assertRefused(SHAPE, sentence);
        assertEquals(0, Files.size(target));
        path = folder.resolve("none").resolve("state");
        assertRefused(SHAPE, sentence);
    }

    @Test
    void shouldRefuseAnOldState() throws IOException
    {
        final Path channel = folder.resolve("channel");
        final Path library = Libraries.kernel(folder);
        final EngineConfig config = EngineConfig.of(64 << 10);
        try (NativeKernel kernel = NativeKernel.load(KernelConfig.of(library).withStateFile(path)))
        {
            final Engine engine = Engine.create(channel, config, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, 10);
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
        }
        final byte[] old = Files.readAllBytes(path);
        try (NativeKernel kernel = NativeKernel.load(KernelConfig.of(library).withStateFile(path)))
        {
            final Engine engine = Engine.attach(channel, config, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 10, 5000);
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
        }
        Files.write(path, old);
        try (NativeKernel kernel = NativeKernel.load(KernelConfig.of(library).withStateFile(path)))
        {
            final IllegalArgumentException lost = assertThrows(
                IllegalArgumentException.class,
                () -> Engine.attach(channel, config, new StageGraph().stage("kernel", kernel)));
            assertTrue(
                String.valueOf(lost.getMessage()).startsWith("the state of " + library + " counts up to position ") &&
                String.valueOf(lost.getMessage()).endsWith(
                    ": give the newest state, or another file to count anew from there"), lost.toString());
        }
    }

    private void assertRefused(final StateShape shape, final String sentence)
    {
        final KernelException refused =
            assertThrows(KernelException.class, () -> StateFile.open(path, shape).close());
        assertEquals(Reason.STATE, refused.reason());
        assertEquals(path + " " + sentence, refused.getMessage());
    }

    private static ByteBuffer words(final byte[] bytes)
    {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** As a kernel does: touches a row, and changes it where it is told to. */
    @SuppressWarnings("restricted")
    private static void write(final StateFile state, final long row, final long value)
    {
        final MemorySegment touched = MemorySegment.ofAddress(state.touched()).reinterpret(SHAPE.touchedLength());
        final long word = row / 64;
        touched.setAtIndex(
            ValueLayout.JAVA_LONG, word, touched.getAtIndex(ValueLayout.JAVA_LONG, word) | (1L << (row % 64)));
        MemorySegment.ofAddress(state.rows()).reinterpret(SHAPE.length()).set(ValueLayout.JAVA_LONG, row * 16, value);
    }

    private static long read(final StateFile state, final long row)
    {
        return state.counted().get(ValueLayout.JAVA_LONG, row * 16);
    }
}
