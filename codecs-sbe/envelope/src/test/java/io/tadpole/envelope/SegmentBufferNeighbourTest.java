package io.tadpole.envelope;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.agrona.BufferUtil;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

/**
 * Segment buffers side by side with Agrona's own: wrapping each other, copying to each other, comparing.
 */
@Tag("opens")
final class SegmentBufferNeighbourTest
{
    private static final int CAPACITY = 64;

    private final byte[] bytes = new byte[CAPACITY];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(CAPACITY + 16);
    private final SegmentBuffer subject = new SegmentBuffer();
    private final UnsafeBuffer peer = new UnsafeBuffer();

    /** Buffers of every make, each of {@link #CAPACITY} bytes. */
    private List<MutableDirectBuffer> neighbours()
    {
        final List<MutableDirectBuffer> neighbours = new ArrayList<>();
        neighbours.add(new UnsafeBuffer(new byte[CAPACITY]));
        neighbours.add(new UnsafeBuffer(new byte[CAPACITY + 9], 9, CAPACITY));
        neighbours.add(new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY)));
        neighbours.add(new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY + 9), 9, CAPACITY));
        neighbours.add(new UnsafeBuffer(ByteBuffer.allocate(CAPACITY + 9).position(5).slice(), 4, CAPACITY));
        neighbours.add(new UnsafeBuffer(BufferUtil.address(direct) + 8, CAPACITY));
        neighbours.add(new ExpandableArrayBuffer(CAPACITY));
        neighbours.add(new SegmentBuffer(Arena.ofAuto().allocate(CAPACITY)));
        neighbours.add(new SegmentBuffer(MemorySegment.ofArray(new byte[CAPACITY + 9]).asSlice(9)));
        return neighbours;
    }

    private static List<SegmentBuffer> subjects()
    {
        final SegmentBuffer part = new SegmentBuffer();
        part.wrap(new SegmentBuffer(Arena.ofAuto().allocate(CAPACITY + 9)), 9, CAPACITY);
        return List.of(
            new SegmentBuffer(Arena.ofAuto().allocate(CAPACITY)),
            new SegmentBuffer(MemorySegment.ofArray(new byte[CAPACITY])),
            part);
    }

    @Test
    void shouldCopyToAndFromEveryMake()
    {
        final Random random = Seeds.random("shouldCopyToAndFromEveryMake");
        for (final MutableDirectBuffer neighbour : neighbours())
        {
            for (final SegmentBuffer buffer : subjects())
            {
                random.nextBytes(bytes);
                neighbour.putBytes(0, bytes);
                buffer.putBytes(3, neighbour, 5, 40);
                assertArrayEquals(slice(bytes, 5, 40), slice(buffer, 3, 40));

                random.nextBytes(bytes);
                buffer.putBytes(0, bytes);
                buffer.getBytes(7, neighbour, 2, 40);
                assertArrayEquals(slice(bytes, 7, 40), slice(neighbour, 2, 40));

                assertThrows(IndexOutOfBoundsException.class, () -> buffer.putBytes(-1, neighbour, 0, 8));
                assertThrows(IndexOutOfBoundsException.class, () -> buffer.putBytes(0, neighbour, 60, 8));
                assertThrows(IndexOutOfBoundsException.class, () -> buffer.putBytes(60, neighbour, 0, 8));
                assertThrows(IndexOutOfBoundsException.class, () -> buffer.getBytes(60, neighbour, 0, 8));
                assertArrayEquals(bytes, slice(buffer, 0, CAPACITY));
            }
        }
    }

    @Test
    void shouldLetAgronaCopyFromNativeMemory()
    {
        final SegmentBuffer buffer = new SegmentBuffer(Arena.ofAuto().allocate(CAPACITY));
        buffer.putLong(8, 42);
        final SegmentBuffer part = new SegmentBuffer();
        part.wrap(buffer, 8, 8);

        peer.wrap(new byte[CAPACITY]);
        peer.putBytes(0, part, 0, 8);
        assertEquals(42, peer.getLong(0));

        peer.wrap(part);
        peer.putLong(0, 43);
        assertEquals(43, buffer.getLong(8));
    }

    @Test
    void shouldNotLetAgronaCopyFromTheHeapByAnAddress()
    {
        final SegmentBuffer heap = new SegmentBuffer(MemorySegment.ofArray(bytes));
        peer.wrap(new byte[CAPACITY]);

        assertThrows(UnsupportedOperationException.class, () -> peer.putBytes(0, heap, 0, 8));
        assertThrows(UnsupportedOperationException.class, () -> peer.wrap(heap));
    }

    @Test
    void shouldLetAnExpandableBufferGrow()
    {
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(bytes));
        buffer.putLong(0, 42);
        final ExpandableArrayBuffer expandable = new ExpandableArrayBuffer(8);

        buffer.getBytes(0, expandable, 1_000, 8);

        assertEquals(42, expandable.getLong(1_000));
    }

    @Test
    void shouldWrapAsAgronaDoes()
    {
        final ByteBuffer heap = ByteBuffer.wrap(new byte[CAPACITY + 5], 5, CAPACITY).slice();
        final ByteBuffer narrowed = direct.duplicate().position(3).limit(5);
        final List<Runnable> wraps = List.of(
            () -> both(buffer -> buffer.wrap(bytes)),
            () -> both(buffer -> buffer.wrap(bytes, 7, 20)),
            () -> both(buffer -> buffer.wrap(direct)),
            () -> both(buffer -> buffer.wrap(direct, 9, 20)),
            () -> both(buffer -> buffer.wrap(narrowed, 9, 20)),
            () -> both(buffer -> buffer.wrap(heap)),
            () -> both(buffer -> buffer.wrap(heap, 9, 20)),
            () -> both(buffer -> buffer.wrap(new UnsafeBuffer(bytes, 3, 30))),
            () -> both(buffer -> buffer.wrap(new UnsafeBuffer(bytes, 3, 30), 4, 10)),
            () -> both(buffer -> buffer.wrap(new UnsafeBuffer(direct, 3, 30), 4, 10)),
            () -> both(buffer -> buffer.wrap(new UnsafeBuffer(heap, 3, 30), 4, 10)));
        for (final Runnable wrap : wraps)
        {
            wrap.run();

            assertSame(peer.byteArray(), subject.byteArray());
            assertSame(peer.byteBuffer(), subject.byteBuffer());
            assertEquals(peer.wrapAdjustment(), subject.wrapAdjustment());
            assertEquals(peer.capacity(), subject.capacity());
            assertEquals(peer.isExpandable(), subject.isExpandable());
            if (subject.byteArray() == null)
            {
                assertEquals(peer.addressOffset(), subject.addressOffset());
            }
            peer.putByte(0, (byte)11);
            assertEquals(11, subject.getByte(0));
            subject.putByte(peer.capacity() - 1, (byte)12);
            assertEquals(12, peer.getByte(peer.capacity() - 1));
            assertEquals(12, subject.segment().get(ValueLayout.JAVA_BYTE, subject.capacity() - 1));
        }
    }

    @Test
    void shouldRefuseToWrapBeyondTheEnd()
    {
        assertThrows(IndexOutOfBoundsException.class, () -> subject.wrap(bytes, 1, CAPACITY));
        assertThrows(IndexOutOfBoundsException.class, () -> subject.wrap(direct, -1, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> subject.wrap(new UnsafeBuffer(bytes), 60, 8));
        assertEquals(0, subject.capacity());
    }

    @Test
    void shouldNotWrapABareAddress()
    {
        final UnsafeBuffer bare = new UnsafeBuffer(BufferUtil.address(direct), 16);

        assertThrows(UnsupportedOperationException.class, () -> subject.wrap(bare));
    }

    @Test
    void shouldGuardItsMemoryFromAgrona()
    {
        final UnsafeBuffer source = new UnsafeBuffer(ByteBuffer.allocateDirect(8));
        final SegmentBuffer readOnly = new SegmentBuffer(Arena.ofAuto().allocate(8).asReadOnly());
        final SegmentBuffer closed;
        try (Arena arena = Arena.ofShared())
        {
            closed = new SegmentBuffer(arena.allocate(8));
        }

        assertThrows(ReadOnlyBufferException.class, () -> readOnly.putBytes(0, source, 0, 8));
        assertThrows(IllegalStateException.class, () -> closed.putBytes(0, source, 0, 8));
        assertThrows(IllegalStateException.class, () -> closed.getBytes(0, source, 0, 8));
    }

    @Test
    void shouldCompareAndHashAsAgronaDoes()
    {
        final Random random = Seeds.random("shouldCompareAndHashAsAgronaDoes");
        for (int i = 0; i < 5_000; i++)
        {
            final byte[] one = new byte[random.nextInt(40)];
            random.nextBytes(one);
            final byte[] two = new byte[random.nextInt(40)];
            System.arraycopy(one, 0, two, 0, Math.min(one.length, two.length));
            if (two.length > 0 && random.nextBoolean())
            {
                two[random.nextInt(two.length)] = (byte)random.nextInt();
            }
            final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(one));
            final UnsafeBuffer agrona = new UnsafeBuffer(one);
            final int expected = agrona.compareTo(new UnsafeBuffer(two));

            assertEquals(expected, buffer.compareTo(new UnsafeBuffer(two)));
            assertEquals(expected, buffer.compareTo(new SegmentBuffer(MemorySegment.ofArray(two))));
            assertEquals(agrona.hashCode(), buffer.hashCode());
            assertEquals(
                agrona.equals(new UnsafeBuffer(two)),
                buffer.equals(new SegmentBuffer(MemorySegment.ofArray(two))));
        }
    }

    private void both(final Consumer<MutableDirectBuffer> wrap)
    {
        wrap.accept(peer);
        wrap.accept(subject);
    }

    private static byte[] slice(final byte[] bytes, final int offset, final int length)
    {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    private static byte[] slice(final MutableDirectBuffer buffer, final int offset, final int length)
    {
        final byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        return copy;
    }
}
