package io.tadpole.envelope;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.agrona.AsciiNumberFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What is this buffer's own. Where it does as Agrona's does, {@link SegmentBufferContractTest} compares the two.
 */
final class SegmentBufferTest
{
    private final byte[] array = new byte[32];
    private final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(array));

    @Test
    void shouldBeLittleEndianUnlessToldOtherwise()
    {
        buffer.putLong(0, 0x0102_0304_0506_0708L);
        buffer.putInt(8, 0x0102_0304, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(12, 0x0102_0304, ByteOrder.BIG_ENDIAN);
        buffer.putShort(16, (short)0x0102, ByteOrder.BIG_ENDIAN);
        buffer.putChar(18, '\u0102');

        assertArrayEquals(
            new byte[]{8, 7, 6, 5, 4, 3, 2, 1, 4, 3, 2, 1, 1, 2, 3, 4, 1, 2, 2, 1}, Arrays.copyOf(array, 20));
    }

    @Test
    void shouldSayWhichIndexIsOutOfBounds()
    {
        final String message = assertThrows(IndexOutOfBoundsException.class, () -> buffer.getLong(25)).getMessage();

        assertEquals("8 bytes at index 25 are out of bounds for the capacity of 32", message);
    }

    @Test
    void shouldCheckLimits()
    {
        buffer.checkLimit(0);
        buffer.checkLimit(32);
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.checkLimit(33));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.checkLimit(-1));
    }

    @Test
    void shouldCheckThePlaceOfALengthThatItDoesNotRead()
    {
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getStringAscii(-4, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getStringAscii(-4, 4, new StringWriter()));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getStringUtf8(-4, 4));
    }

    @Test
    void shouldNotReachBeyondAPartAtTheBeginning()
    {
        final SegmentBuffer part = new SegmentBuffer();
        part.wrap(buffer, 0, 8);

        assertThrows(IndexOutOfBoundsException.class, () -> part.getLong(1));
        assertThrows(IndexOutOfBoundsException.class, () -> part.putBytes(0, new byte[9]));
        assertEquals(8, part.segment().byteSize());
    }

    @Test
    void shouldNotReachBesideAPart()
    {
        array[7] = 7;
        array[16] = 16;
        final SegmentBuffer part = new SegmentBuffer();
        part.wrap(buffer, 8, 8);

        assertThrows(IndexOutOfBoundsException.class, () -> part.getByte(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> part.getByte(8));
        assertThrows(IndexOutOfBoundsException.class, () -> part.getLong(1));
        assertThrows(IndexOutOfBoundsException.class, () -> part.getLong(Integer.MAX_VALUE));
        assertThrows(IndexOutOfBoundsException.class, () -> part.getLong(Integer.MIN_VALUE));
        assertThrows(IndexOutOfBoundsException.class, () -> part.putBytes(4, new byte[5]));
        assertThrows(IndexOutOfBoundsException.class, () -> part.putBytes(-4, new byte[4]));
        assertThrows(IndexOutOfBoundsException.class, () -> part.wrap(part, 1, 8));
        assertEquals(0, part.getLong(0));
    }

    @Test
    void shouldWrapNothingAtFirst()
    {
        final SegmentBuffer empty = new SegmentBuffer();

        assertEquals(0, empty.capacity());
        assertThrows(IndexOutOfBoundsException.class, () -> empty.getByte(0));
    }

    @Test
    void shouldGiveTheSegmentThatItCovers()
    {
        try (Arena arena = Arena.ofConfined())
        {
            final MemorySegment segment = arena.allocate(64);
            final SegmentBuffer whole = new SegmentBuffer(segment);
            final SegmentBuffer part = new SegmentBuffer();
            part.wrap(whole, 8, 16);
            part.putByte(3, (byte)5);

            assertSame(segment, whole.segment());
            assertEquals(16, part.segment().byteSize());
            assertEquals(5, part.segment().get(ValueLayout.JAVA_BYTE, 3));
            assertEquals(5, segment.get(ValueLayout.JAVA_BYTE, 11));
        }
    }

    @Test
    void shouldSayWhereNativeMemoryLies()
    {
        try (Arena arena = Arena.ofConfined())
        {
            final MemorySegment segment = arena.allocate(64);
            final SegmentBuffer whole = new SegmentBuffer(segment);
            final SegmentBuffer part = new SegmentBuffer();
            part.wrap(whole, 8, 16);

            assertEquals(segment.address(), whole.addressOffset());
            assertEquals(segment.address() + 8, part.addressOffset());
            assertEquals(8, part.wrapAdjustment());
            assertNull(whole.byteArray());
            assertNull(whole.byteBuffer());
        }
    }

    @Test
    void shouldHaveNoAddressOnTheHeap()
    {
        final SegmentBuffer part = new SegmentBuffer(MemorySegment.ofArray(array).asSlice(4));
        part.wrap(part, 3, 8);

        assertThrows(UnsupportedOperationException.class, part::addressOffset);
        assertSame(array, part.byteArray());
        assertEquals(7, part.wrapAdjustment());
        assertNull(part.byteBuffer());
    }

    @Test
    void shouldNotMakeMemoryOfAnAddress()
    {
        final String why =
            assertThrows(UnsupportedOperationException.class, () -> buffer.wrap(4096L, 8)).toString();

        assertTrue(why.contains("MemorySegment"), why);
        assertEquals(32, buffer.capacity());
    }

    @Test
    void shouldRefuseASegmentThatItCannotIndex(@TempDir final Path directory) throws IOException
    {
        assertThrows(
            UnsupportedOperationException.class, () -> new SegmentBuffer(MemorySegment.ofArray(new long[4])));

        try (Arena arena = Arena.ofConfined();
            FileChannel sparse = FileChannel.open(
                directory.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
                StandardOpenOption.READ))
        {
            final int longestLength = Integer.MAX_VALUE - 8;
            final MemorySegment segment = sparse.map(FileChannel.MapMode.READ_WRITE, 0, longestLength + 1L, arena);

            assertThrows(IllegalArgumentException.class, () -> new SegmentBuffer(segment));

            final SegmentBuffer longest = new SegmentBuffer(segment.asSlice(1));
            longest.putByte(longestLength - 1, (byte)3);
            assertEquals(3, segment.get(ValueLayout.JAVA_BYTE, longestLength));
            assertThrows(IndexOutOfBoundsException.class, () -> longest.getLong(longestLength - 1));
            assertThrows(IndexOutOfBoundsException.class, () -> longest.getLong(Integer.MAX_VALUE));
        }
    }

    @Test
    void shouldKeepItsViewToItself()
    {
        final ByteBuffer wrapped = ByteBuffer.allocateDirect(32).order(ByteOrder.BIG_ENDIAN);
        buffer.wrap(wrapped);
        wrapped.limit(3).position(2);

        buffer.putInt(8, 1);

        assertSame(wrapped, buffer.byteBuffer());
        assertEquals(1, wrapped.clear().get(8));
    }

    static List<Consumer<SegmentBuffer>> writes()
    {
        final SegmentBuffer eight = new SegmentBuffer(MemorySegment.ofArray(new byte[8]));
        return List.of(
            it -> it.putLong(0, 1),
            it -> it.putInt(0, 1),
            it -> it.putShort(0, (short)1),
            it -> it.putByte(0, (byte)1),
            it -> it.putDouble(0, 1, ByteOrder.BIG_ENDIAN),
            it -> it.setMemory(0, 1, (byte)1),
            it -> it.putBytes(0, new byte[1]),
            it -> it.putBytes(0, ByteBuffer.allocate(1), 1),
            it -> it.putBytes(0, ByteBuffer.allocate(1), 0, 1),
            it -> it.putBytes(0, eight, 0, 8),
            it -> eight.getBytes(0, it, 0, 8),
            it -> it.putStringAscii(0, "a"),
            it -> it.putStringUtf8(0, "a"),
            it -> it.putIntAscii(0, -1),
            it -> it.putNaturalIntAsciiFromEnd(10, 4));
    }

    @ParameterizedTest
    @MethodSource("writes")
    void shouldNotWriteToReadOnlyMemory(final Consumer<SegmentBuffer> write)
    {
        final List<MemorySegment> segments = List.of(
            MemorySegment.ofArray(array).asReadOnly(), Arena.ofAuto().allocate(32).asReadOnly());
        for (final MemorySegment segment : segments)
        {
            assertThrows(ReadOnlyBufferException.class, () -> write.accept(new SegmentBuffer(segment)));
            assertNull(new SegmentBuffer(segment).byteArray());
        }

        buffer.wrap(ByteBuffer.wrap(array).asReadOnlyBuffer());
        assertThrows(ReadOnlyBufferException.class, () -> write.accept(buffer));
        assertArrayEquals(new byte[32], array);
    }

    @Test
    void shouldNotTouchMemoryOfAClosedArena()
    {
        final SegmentBuffer closed;
        try (Arena arena = Arena.ofShared())
        {
            closed = new SegmentBuffer(arena.allocate(32));
        }
        assertThrows(IllegalStateException.class, () -> closed.getLong(0));
        assertThrows(IllegalStateException.class, () -> closed.putLong(0, 1));
        assertThrows(IllegalStateException.class, () -> closed.putBytes(0, buffer, 0, 8));
        assertThrows(IllegalStateException.class, () -> buffer.putBytes(0, closed, 0, 8));
        assertThrows(IllegalStateException.class, () -> closed.setMemory(0, 8, (byte)1));
    }

    @Test
    void shouldKeepToTheThreadOfAConfinedArena() throws InterruptedException
    {
        final AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (Arena arena = Arena.ofConfined())
        {
            final SegmentBuffer confined = new SegmentBuffer(arena.allocate(32));
            final Thread other = new Thread(() -> confined.getLong(0));
            other.setUncaughtExceptionHandler((thread, throwable) -> thrown.set(throwable));
            other.start();
            other.join();
        }
        assertInstanceOf(WrongThreadException.class, thrown.get());
    }

    @Test
    void shouldCopyWithinItself()
    {
        for (final int distance : new int[]{1, 3, 7, 8, 9})
        {
            for (int i = 0; i < array.length; i++)
            {
                array[i] = (byte)i;
            }
            final byte[] forward = array.clone();
            System.arraycopy(forward, 0, forward, distance, 20);

            buffer.putBytes(distance, buffer, 0, 20);
            assertArrayEquals(forward, array);

            System.arraycopy(forward, distance, forward, 0, 20);
            buffer.getBytes(distance, buffer, 0, 20);
            assertArrayEquals(forward, array);
        }
    }

    @Test
    void shouldRespectTheLimitOfAByteBufferWithAPosition()
    {
        final ByteBuffer target = ByteBuffer.allocate(16).position(4).limit(8);

        assertThrows(IndexOutOfBoundsException.class, () -> buffer.getBytes(0, target, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.putBytes(0, target, 5));
        assertEquals(4, target.position());

        buffer.getBytes(0, target, 4);
        assertEquals(8, target.position());
    }

    @Test
    void shouldReachBeyondTheLimitOfAByteBufferWithAnIndex()
    {
        array[3] = 3;
        final ByteBuffer target = ByteBuffer.allocate(16).limit(8);

        buffer.getBytes(0, target, 8, 8);
        buffer.putBytes(16, target, 8, 8);

        assertEquals(3, array[19]);
        assertEquals(0, target.position());
        assertEquals(8, target.limit());
    }

    @Test
    void shouldRefuseNegativeNaturalNumbers()
    {
        assertThrows(NumberFormatException.class, () -> buffer.putNaturalIntAscii(0, -1));
        assertThrows(NumberFormatException.class, () -> buffer.putNaturalLongAscii(0, -1));
        assertThrows(NumberFormatException.class, () -> buffer.putNaturalPaddedIntAscii(0, 4, -1));
        assertThrows(NumberFormatException.class, () -> buffer.putNaturalIntAsciiFromEnd(-1, 8));
        assertArrayEquals(new byte[32], array);
    }

    @Test
    void shouldRefuseNumbersThatDoNotFit()
    {
        buffer.putStringWithoutLengthAscii(0, "9223372036854775808");

        assertThrows(AsciiNumberFormatException.class, () -> buffer.parseLongAscii(0, 19));
        assertThrows(AsciiNumberFormatException.class, () -> buffer.parseIntAscii(0, 10));
        assertThrows(AsciiNumberFormatException.class, () -> buffer.parseNaturalIntAscii(0, 0));
        assertThrows(NumberFormatException.class, () -> buffer.putNaturalPaddedIntAscii(20, 2, 100));
        assertEquals(0, buffer.getShort(20));
    }

    @Test
    void shouldPassOnThatAnAppendableFails()
    {
        final Appendable failing = new Appendable()
        {
            @Override
            public Appendable append(final CharSequence text) throws IOException
            {
                throw new IOException("full");
            }

            @Override
            public Appendable append(final CharSequence text, final int start, final int end) throws IOException
            {
                throw new IOException("full");
            }

            @Override
            public Appendable append(final char character) throws IOException
            {
                throw new IOException("full");
            }
        };

        assertThrows(UncheckedIOException.class, () -> buffer.getStringWithoutLengthAscii(0, 1, failing));
    }

    @Test
    void shouldTakeAnyCharSequence()
    {
        assertEquals(4 + 3, buffer.putStringAscii(0, CharBuffer.wrap("a\u00e4b")));

        assertEquals("a?b", buffer.getStringAscii(0));
    }

    @Test
    void shouldBeEqualByItsBytes()
    {
        final SegmentBuffer other = new SegmentBuffer(Arena.ofAuto().allocate(40));
        other.wrap(other, 8, 32);
        buffer.putByte(31, (byte)1);
        assertNotEquals(buffer, other);
        assertNotEquals(0, buffer.compareTo(other));

        other.putByte(31, (byte)1);
        assertEquals(buffer, other);
        assertEquals(buffer.hashCode(), other.hashCode());
        assertEquals(0, buffer.compareTo(other));

        other.wrap(other, 0, 31);
        assertNotEquals(buffer, other);
        assertFalse(buffer.equals(null));
    }
}
