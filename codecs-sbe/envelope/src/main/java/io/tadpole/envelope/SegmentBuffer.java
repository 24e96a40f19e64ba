package io.tadpole.envelope;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Agrona's buffer over a {@link MemorySegment}, for a JVM without a flag: the generated SBE codecs read and write a
 * mapped file through it, where Agrona's own {@code UnsafeBuffer} needs the JVM's internals opened.
 *
 * <p>It behaves as {@code UnsafeBuffer} does, save that
 * <ul>
 * <li>bounds are always checked, no property turns that off, and the limit of {@link #checkLimit(int)} is also checked
 *     for being negative;</li>
 * <li>an access without a byte order is little-endian on every machine;</li>
 * <li>a write to read-only memory throws {@link ReadOnlyBufferException}, an access to memory whose arena is closed
 *     {@link IllegalStateException}, and one from a thread that a confined arena excludes {@link
 *     WrongThreadException};</li>
 * <li>an {@link Appendable} that fails ends in an {@link java.io.UncheckedIOException};</li>
 * <li>a number given as natural to an ASCII method and negative is refused with {@link NumberFormatException};</li>
 * <li>{@link #wrap(long, int)} is not supported, and {@link #addressOffset()} for memory on the heap neither.</li>
 * </ul>
 * An index outside the capacity throws {@link IndexOutOfBoundsException}, and then nothing was written.
 *
 * <p>All accesses are plain. Ordered ones belong to whoever owns the protocol around the message. They go through a
 * {@link ByteBuffer} view of the segment, since the call trees below {@code MemorySegment}'s own accessors exhaust
 * the inlining budget of the JIT compiler in a codec of a dozen fields.
 *
 * <p>Wait-free. No accessor of a number or of bytes allocates, and neither does wrapping another segment buffer.
 * Any number of threads may use one buffer, as they may use the memory; wrapping is for one thread alone.
 */
public final class SegmentBuffer implements MutableDirectBuffer
{
    private static final ByteOrder LITTLE_ENDIAN = ByteOrder.LITTLE_ENDIAN;
    private static final String NULL_TEXT = "null";

    /** What the JVM lets a byte buffer view of a segment have. */
    private static final int MAX_CAPACITY = Integer.MAX_VALUE - 8;

    // What the view covers. This buffer is all of it, or a part, from `base` on. The view's own position, limit and
    // order never change, so that several buffers can share it.
    private MemorySegment memory;
    private ByteBuffer view;
    private int base;
    private int capacity;
    private boolean part;

    private byte @Nullable [] byteArray;
    private @Nullable ByteBuffer byteBuffer;
    private int wrapAdjustment;

    /** Creates a buffer of no bytes, to wrap others with. */
    public SegmentBuffer()
    {
        this(MemorySegment.NULL);
    }

    /**
     * Creates a buffer over a segment.
     *
     * @param segment native, mapped, or of a {@code byte[]}; 0 to 2,147,483,639 bytes. Writes need one that is
     *                not read-only.
     * @throws IllegalArgumentException      when the segment is longer than that.
     * @throws UnsupportedOperationException when it lies in an array other than a {@code byte[]}.
     */
    public SegmentBuffer(final MemorySegment segment)
    {
        if (segment.byteSize() > MAX_CAPACITY)
        {
            throw new IllegalArgumentException(
                "a segment of " + segment.byteSize() + " bytes is longer than the " + MAX_CAPACITY + " of a buffer");
        }

        memory = segment;
        view = viewOf(segment);
        capacity = view.capacity();
        if (segment.heapBase().orElse(null) instanceof final byte[] array)
        {
            byteArray = array;
            wrapAdjustment = (int)segment.address();
        }
    }

    /**
     * The memory of this buffer.
     *
     * @return as many bytes as {@link #capacity()}; allocates when this buffer wraps a part of another.
     */
    public MemorySegment segment()
    {
        return part ? memory.asSlice(base, capacity) : memory;
    }

    // ---- what it wraps

    @Override
    public void wrap(final byte[] buffer)
    {
        wrap(buffer, 0, buffer.length);
    }

    @Override
    public void wrap(final byte[] buffer, final int offset, final int length)
    {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        wrapArray(buffer, offset, length);
        byteBuffer = null;
    }

    @Override
    public void wrap(final ByteBuffer buffer)
    {
        wrap(buffer, 0, buffer.capacity());
    }

    @Override
    public void wrap(final ByteBuffer buffer, final int offset, final int length)
    {
        Objects.checkFromIndexSize(offset, length, buffer.capacity());
        if (buffer.hasArray())
        {
            wrapArray(buffer.array(), buffer.arrayOffset() + offset, length);
        }
        else
        {
            memory = MemorySegment.ofBuffer(buffer.duplicate().clear());
            view = viewOf(memory);
            setPart(offset, length);
            byteArray = null;
            wrapAdjustment = offset;
        }
        byteBuffer = buffer;
    }

    /**
     * Attaches this buffer to the memory of another.
     *
     * @param buffer to share the memory of.
     * @throws UnsupportedOperationException as {@link #wrap(DirectBuffer, int, int)}.
     */
    @Override
    public void wrap(final DirectBuffer buffer)
    {
        wrap(buffer, 0, buffer.capacity());
    }

    /**
     * Attaches this buffer to a part of the memory of another. Allocates nothing when the other is a segment buffer.
     *
     * @param buffer to share the memory of.
     * @param offset of the part, in bytes.
     * @param length of the part, in bytes.
     * @throws UnsupportedOperationException when the other one has neither array nor byte buffer but an address only.
     */
    @Override
    public void wrap(final DirectBuffer buffer, final int offset, final int length)
    {
        Objects.checkFromIndexSize(offset, length, buffer.capacity());
        if (buffer instanceof final SegmentBuffer other)
        {
            memory = other.memory;
            view = other.view;
            setPart(other.base + offset, length);
            byteArray = other.byteArray;
            byteBuffer = other.byteBuffer;
            wrapAdjustment = other.wrapAdjustment + offset;
        }
        else if (buffer.byteArray() != null)
        {
            wrapArray(buffer.byteArray(), buffer.wrapAdjustment() + offset, length);
            byteBuffer = buffer.byteBuffer();
        }
        else if (buffer.byteBuffer() != null)
        {
            wrap(buffer.byteBuffer(), buffer.wrapAdjustment() + offset, length);
        }
        else
        {
            throw addressOnly();
        }
    }

    /**
     * Not supported: making memory of a bare address is a restricted operation of the JVM, which needs a flag. Make
     * a segment of it where that is allowed, and a buffer of the segment.
     *
     * @param address of the memory.
     * @param length  of the memory.
     * @throws UnsupportedOperationException always.
     */
    @Override
    public void wrap(final long address, final int length)
    {
        throw addressOnly();
    }

    /**
     * Where this buffer's memory lies, for the likes of Agrona's {@code UnsafeBuffer}.
     *
     * @return the address of the first byte in native memory.
     * @throws UnsupportedOperationException when the memory is on the heap: where an array's bytes begin cannot be
     *                                       known without a flag, and a wrong answer would let another buffer write
     *                                       over other memory. {@link #byteArray()} and {@link #wrapAdjustment()}
     *                                       are the way to it.
     */
    @Override
    public long addressOffset()
    {
        if (!memory.isNative())
        {
            throw new UnsupportedOperationException(
                "this memory is on the heap and has no address: use byteArray() and wrapAdjustment()");
        }
        return memory.address() + base;
    }

    /**
     * The array in which this buffer lies.
     *
     * @return null when it lies in native memory, or may not be written.
     */
    @Override
    public byte @Nullable [] byteArray()
    {
        return byteArray;
    }

    /**
     * The byte buffer that was wrapped.
     *
     * @return null when this buffer was made of a segment or an array: the view through which it works is its own, as
     *         a caller that moved the view's limit would break it. {@code segment().asByteBuffer()} makes another.
     */
    @Override
    public @Nullable ByteBuffer byteBuffer()
    {
        return byteBuffer;
    }

    @Override
    public int wrapAdjustment()
    {
        return wrapAdjustment;
    }

    @Override
    public int capacity()
    {
        return capacity;
    }

    @Override
    public boolean isExpandable()
    {
        return false;
    }

    @Override
    public void checkLimit(final int limit)
    {
        if (limit < 0 || limit > capacity)
        {
            throw new IndexOutOfBoundsException("limit=" + limit + " is beyond capacity=" + capacity);
        }
    }

    @Override
    public void boundsCheck(final int index, final int length)
    {
        Objects.checkFromIndexSize(index, length, capacity);
    }

    // ---- numbers

    @Override
    public long getLong(final int index)
    {
        try
        {
            return view.getLong(at(index, Long.BYTES));
        }
        catch (IndexOutOfBoundsException _)
        {
            throw outOfBounds(index, Long.BYTES);
        }
    }

    @Override
    public long getLong(final int index, final ByteOrder byteOrder)
    {
        final long value = getLong(index);
        return byteOrder == LITTLE_ENDIAN ? value : Long.reverseBytes(value);
    }

    @Override
    public void putLong(final int index, final long value)
    {
        try
        {
            view.putLong(at(index, Long.BYTES), value);
        }
        catch (IndexOutOfBoundsException _)
        {
            throw outOfBounds(index, Long.BYTES);
        }
    }

    @Override
    public void putLong(final int index, final long value, final ByteOrder byteOrder)
    {
        putLong(index, byteOrder == LITTLE_ENDIAN ? value : Long.reverseBytes(value));
    }

    @Override
    public int getInt(final int index)
    {
        try
        {
            return view.getInt(at(index, Integer.BYTES));
        }
        catch (IndexOutOfBoundsException _)
        {
            throw outOfBounds(index, Integer.BYTES);
        }
    }

    @Override
    public int getInt(final int index, final ByteOrder byteOrder)
    {
        final int value = getInt(index);
        return byteOrder == LITTLE_ENDIAN ? value : Integer.reverseBytes(value);
    }

    @Override
    public void putInt(final int index, final int value)
    {
        try
        {
            view.putInt(at(index, Integer.BYTES), value);
        }
        catch (IndexOutOfBoundsException _)
        {
            throw outOfBounds(index, Integer.BYTES);
        }
    }

    @Override
    public void putInt(final int index, final int value, final ByteOrder byteOrder)
    {
        putInt(index, byteOrder == LITTLE_ENDIAN ? value : Integer.reverseBytes(value));
    }

    @Override
    public double getDouble(final int index)
    {
        return Double.longBitsToDouble(getLong(index));
    }

    @Override
    public double getDouble(final int index, final ByteOrder byteOrder)
    {
        return Double.longBitsToDouble(getLong(index, byteOrder));
    }

    @Override
    public void putDouble(final int index, final double value)
    {
        putLong(index, Double.doubleToRawLongBits(value));
    }

    @Override
    public void putDouble(final int index, final double value, final ByteOrder byteOrder)
    {
        putLong(index, Double.doubleToRawLongBits(value), byteOrder);
    }

    @Override
    public float getFloat(final int index)
    {
        return Float.intBitsToFloat(getInt(index));
    }

    @Override
    public float getFloat(final int index, final ByteOrder byteOrder)
    {
        return Float.intBitsToFloat(getInt(index, byteOrder));
    }

    @Override
    public void putFloat(final int index, final float value)
    {
        putInt(index, Float.floatToRawIntBits(value));
    }

    @Override
    public void putFloat(final int index, final float value, final ByteOrder byteOrder)
    {
        putInt(index, Float.floatToRawIntBits(value), byteOrder);
    }

    @Override
    public short getShort(final int index)
    {
        try
        {
            return view.getShort(at(index, Short.BYTES));
        }
        catch (IndexOutOfBoundsException _)
        {
            throw outOfBounds(index, Short.BYTES);
        }
    }

    @Override
    public short getShort(final int index, final ByteOrder byteOrder)
    {
        final short value = getShort(index);
        return byteOrder == LITTLE_ENDIAN ? value : Short.reverseBytes(value);
    }

    @Override
    public void putShort(final int index, final short value)
    {
        try
        {
            view.putShort(at(index, Short.BYTES), value);
        }
        catch (IndexOutOfBoundsException _)
        {
            throw outOfBounds(index, Short.BYTES);
        }
    }

    @Override
    public void putShort(final int index, final short value, final ByteOrder byteOrder)
    {
        putShort(index, byteOrder == LITTLE_ENDIAN ? value : Short.reverseBytes(value));
    }

    @Override
    public char getChar(final int index)
    {
        return (char)getShort(index);
    }

    @Override
    public char getChar(final int index, final ByteOrder byteOrder)
    {
        return (char)getShort(index, byteOrder);
    }

    @Override
    public void putChar(final int index, final char value)
    {
        putShort(index, (short)value);
    }

    @Override
    public void putChar(final int index, final char value, final ByteOrder byteOrder)
    {
        putShort(index, (short)value, byteOrder);
    }

    @Override
    public byte getByte(final int index)
    {
        try
        {
            return view.get(at(index, Byte.BYTES));
        }
        catch (IndexOutOfBoundsException _)
        {
            throw outOfBounds(index, Byte.BYTES);
        }
    }

    @Override
    public void putByte(final int index, final byte value)
    {
        try
        {
            view.put(at(index, Byte.BYTES), value);
        }
        catch (IndexOutOfBoundsException _)
        {
            throw outOfBounds(index, Byte.BYTES);
        }
    }

    // ---- bytes

    @Override
    public void setMemory(final int index, final int length, final byte value)
    {
        boundsCheck(index, length);
        checkWritable();
        memory.asSlice(base + index, length).fill(value);
    }

    @Override
    public void getBytes(final int index, final byte[] dst)
    {
        getBytes(index, dst, 0, dst.length);
    }

    @Override
    public void getBytes(final int index, final byte[] dst, final int offset, final int length)
    {
        boundsCheck(index, length);
        view.get(base + index, dst, offset, length);
    }

    @Override
    public void getBytes(final int index, final MutableDirectBuffer dstBuffer, final int dstIndex, final int length)
    {
        if (dstBuffer instanceof final SegmentBuffer other)
        {
            other.putBytes(dstIndex, this, index, length);
        }
        else
        {
            // The other buffer knows how to reach and grow its own memory, and may not know ours: it gets the view.
            boundsCheck(index, length);
            checkAlive();
            dstBuffer.putBytes(dstIndex, view, base + index, length);
        }
    }

    @Override
    public void getBytes(final int index, final ByteBuffer dstBuffer, final int length)
    {
        final int position = dstBuffer.position();
        boundsCheck(index, length);
        dstBuffer.put(position, view, base + index, length);
        dstBuffer.position(position + length);
    }

    @Override
    public void getBytes(final int index, final ByteBuffer dstBuffer, final int dstOffset, final int length)
    {
        boundsCheck(index, length);
        toCapacity(dstBuffer, dstOffset, length).put(dstOffset, view, base + index, length);
    }

    @Override
    public void putBytes(final int index, final byte[] src)
    {
        putBytes(index, src, 0, src.length);
    }

    @Override
    public void putBytes(final int index, final byte[] src, final int offset, final int length)
    {
        boundsCheck(index, length);
        view.put(base + index, src, offset, length);
    }

    @Override
    public void putBytes(final int index, final ByteBuffer srcBuffer, final int length)
    {
        final int position = srcBuffer.position();
        boundsCheck(index, length);
        view.put(base + index, srcBuffer, position, length);
        srcBuffer.position(position + length);
    }

    @Override
    public void putBytes(final int index, final ByteBuffer srcBuffer, final int srcIndex, final int length)
    {
        boundsCheck(index, length);
        view.put(base + index, toCapacity(srcBuffer, srcIndex, length), srcIndex, length);
    }

    @Override
    public void putBytes(final int index, final DirectBuffer srcBuffer, final int srcIndex, final int length)
    {
        boundsCheck(index, length);
        srcBuffer.boundsCheck(srcIndex, length);
        if (srcBuffer instanceof final SegmentBuffer other)
        {
            view.put(base + index, other.view, other.base + srcIndex, length);
        }
        else
        {
            // Agrona's buffers write to an address and ask nobody: not read-only, not closed is for us to see to.
            checkWritable();
            checkAlive();
            srcBuffer.getBytes(srcIndex, view, base + index, length);
        }
    }

    // ---- text

    @Override
    public String getStringAscii(final int index)
    {
        return getStringAscii(index, getInt(index));
    }

    @Override
    public String getStringAscii(final int index, final ByteOrder byteOrder)
    {
        return getStringAscii(index, getInt(index, byteOrder));
    }

    @Override
    public String getStringAscii(final int index, final int length)
    {
        boundsCheck(index, STR_HEADER_LEN);
        return getStringWithoutLengthAscii(index + STR_HEADER_LEN, length);
    }

    @Override
    public int getStringAscii(final int index, final Appendable appendable)
    {
        return getStringAscii(index, getInt(index), appendable);
    }

    @Override
    public int getStringAscii(final int index, final Appendable appendable, final ByteOrder byteOrder)
    {
        return getStringAscii(index, getInt(index, byteOrder), appendable);
    }

    @Override
    public int getStringAscii(final int index, final int length, final Appendable appendable)
    {
        boundsCheck(index, STR_HEADER_LEN);
        return getStringWithoutLengthAscii(index + STR_HEADER_LEN, length, appendable);
    }

    @Override
    public String getStringWithoutLengthAscii(final int index, final int length)
    {
        return new String(bytesAt(index, length), StandardCharsets.US_ASCII);
    }

    @Override
    public int getStringWithoutLengthAscii(final int index, final int length, final Appendable appendable)
    {
        boundsCheck(index, length);
        AsciiText.append(this, index, length, appendable);
        return length;
    }

    @Override
    public int putStringAscii(final int index, final @Nullable String value)
    {
        return putStringAscii(index, value, LITTLE_ENDIAN);
    }

    @Override
    public int putStringAscii(final int index, final @Nullable CharSequence value)
    {
        return putStringAscii(index, value, LITTLE_ENDIAN);
    }

    @Override
    public int putStringAscii(final int index, final @Nullable String value, final ByteOrder byteOrder)
    {
        return putStringAscii(index, (CharSequence)value, byteOrder);
    }

    @Override
    public int putStringAscii(final int index, final @Nullable CharSequence value, final ByteOrder byteOrder)
    {
        final int length = value == null ? 0 : value.length();
        boundsCheck(index, STR_HEADER_LEN + length);
        putInt(index, length, byteOrder);
        return STR_HEADER_LEN + putStringWithoutLengthAscii(index + STR_HEADER_LEN, value);
    }

    @Override
    public int putStringWithoutLengthAscii(final int index, final @Nullable String value)
    {
        return putStringWithoutLengthAscii(index, (CharSequence)value);
    }

    @Override
    public int putStringWithoutLengthAscii(final int index, final @Nullable CharSequence value)
    {
        return putStringWithoutLengthAscii(index, value, 0, Integer.MAX_VALUE);
    }

    @Override
    public int putStringWithoutLengthAscii(
        final int index, final @Nullable String value, final int valueOffset, final int length)
    {
        return putStringWithoutLengthAscii(index, (CharSequence)value, valueOffset, length);
    }

    @Override
    public int putStringWithoutLengthAscii(
        final int index, final @Nullable CharSequence value, final int valueOffset, final int length)
    {
        if (value == null)
        {
            return 0;
        }
        final int count = Math.min(value.length() - valueOffset, length);
        boundsCheck(index, count);
        AsciiText.put(this, index, value, valueOffset, count);
        return count;
    }

    @Override
    public String getStringUtf8(final int index)
    {
        return getStringUtf8(index, getInt(index));
    }

    @Override
    public String getStringUtf8(final int index, final ByteOrder byteOrder)
    {
        return getStringUtf8(index, getInt(index, byteOrder));
    }

    @Override
    public String getStringUtf8(final int index, final int length)
    {
        boundsCheck(index, STR_HEADER_LEN);
        return getStringWithoutLengthUtf8(index + STR_HEADER_LEN, length);
    }

    @Override
    public String getStringWithoutLengthUtf8(final int index, final int length)
    {
        return new String(bytesAt(index, length), StandardCharsets.UTF_8);
    }

    @Override
    public int putStringUtf8(final int index, final @Nullable String value)
    {
        return putStringUtf8(index, value, Integer.MAX_VALUE);
    }

    @Override
    public int putStringUtf8(final int index, final @Nullable String value, final ByteOrder byteOrder)
    {
        return putStringUtf8(index, value, byteOrder, Integer.MAX_VALUE);
    }

    @Override
    public int putStringUtf8(final int index, final @Nullable String value, final int maxEncodedLength)
    {
        return putStringUtf8(index, value, LITTLE_ENDIAN, maxEncodedLength);
    }

    @Override
    public int putStringUtf8(
        final int index, final @Nullable String value, final ByteOrder byteOrder, final int maxEncodedLength)
    {
        final byte[] bytes = utf8(value);
        if (bytes.length > maxEncodedLength)
        {
            throw new IllegalArgumentException(
                "the text takes " + bytes.length + " bytes, more than the allowed " + maxEncodedLength);
        }
        boundsCheck(index, STR_HEADER_LEN + bytes.length);
        putInt(index, bytes.length, byteOrder);
        putBytes(index + STR_HEADER_LEN, bytes);
        return STR_HEADER_LEN + bytes.length;
    }

    @Override
    public int putStringWithoutLengthUtf8(final int index, final @Nullable String value)
    {
        final byte[] bytes = utf8(value);
        putBytes(index, bytes);
        return bytes.length;
    }

    // ---- numbers as text

    @Override
    public int parseNaturalIntAscii(final int index, final int length)
    {
        boundsCheck(index, length);
        return AsciiText.parseInt(this, index, length, false);
    }

    @Override
    public long parseNaturalLongAscii(final int index, final int length)
    {
        boundsCheck(index, length);
        return AsciiText.parseLong(this, index, length, false);
    }

    @Override
    public int parseIntAscii(final int index, final int length)
    {
        boundsCheck(index, length);
        return AsciiText.parseInt(this, index, length, true);
    }

    @Override
    public long parseLongAscii(final int index, final int length)
    {
        boundsCheck(index, length);
        return AsciiText.parseLong(this, index, length, true);
    }

    @Override
    public int putIntAscii(final int index, final int value)
    {
        return AsciiText.putNumber(this, index, value);
    }

    @Override
    public int putLongAscii(final int index, final long value)
    {
        return AsciiText.putNumber(this, index, value);
    }

    @Override
    public int putNaturalIntAscii(final int index, final int value)
    {
        AsciiText.checkNatural(value);
        return AsciiText.putNumber(this, index, value);
    }

    @Override
    public int putNaturalLongAscii(final int index, final long value)
    {
        AsciiText.checkNatural(value);
        return AsciiText.putNumber(this, index, value);
    }

    @Override
    public void putNaturalPaddedIntAscii(final int index, final int length, final int value)
    {
        AsciiText.checkNatural(value);
        boundsCheck(index, length);
        AsciiText.putPadded(this, index, length, value);
    }

    /**
     * Writes a natural number so that it ends at an index. Of zero nothing is written, as by Agrona's buffers.
     *
     * @param value        0 or greater.
     * @param endExclusive index behind the last digit.
     * @return index of the first digit; {@code endExclusive} for zero.
     */
    @Override
    public int putNaturalIntAsciiFromEnd(final int value, final int endExclusive)
    {
        AsciiText.checkNatural(value);
        final int digits = AsciiText.digits(value);
        boundsCheck(endExclusive - digits, digits);
        if (value == 0)
        {
            return endExclusive;
        }
        AsciiText.putPadded(this, endExclusive - digits, digits, value);
        return endExclusive - digits;
    }

    // ---- as an object

    /**
     * Whether another object is a segment buffer of the same bytes.
     *
     * @param other to compare with.
     * @return true when it is one.
     */
    @Override
    public boolean equals(final @Nullable Object other)
    {
        if (!(other instanceof final SegmentBuffer that) || capacity != that.capacity)
        {
            return false;
        }
        final long end = base + (long)capacity;
        return MemorySegment.mismatch(memory, base, end, that.memory, that.base, that.base + (long)capacity) == -1;
    }

    /**
     * A hash of the bytes, which changes with them.
     *
     * @return the one that Agrona's {@code UnsafeBuffer} has on a little-endian machine.
     */
    @Override
    public int hashCode()
    {
        int hash = 19;
        int index = 0;
        for (; index < (capacity & ~7); index += Long.BYTES)
        {
            hash = 31 * hash + Long.hashCode(getLong(index));
        }
        for (; index < capacity; index++)
        {
            hash = 31 * hash + getByte(index);
        }
        return hash;
    }

    /**
     * Compares the bytes as Agrona's {@code UnsafeBuffer} does on a little-endian machine: eight at a time as signed
     * numbers, the rest one by one, then the capacities. It is an order, but not the lexicographic one.
     *
     * @param that to compare with.
     * @return negative, zero or positive.
     */
    @Override
    public int compareTo(final DirectBuffer that)
    {
        final int common = Math.min(capacity, that.capacity());
        int index = 0;
        for (; index < (common & ~7); index += Long.BYTES)
        {
            final int difference = Long.compare(getLong(index), that.getLong(index, LITTLE_ENDIAN));
            if (difference != 0)
            {
                return difference;
            }
        }
        for (; index < common; index++)
        {
            final int difference = Byte.compare(getByte(index), that.getByte(index));
            if (difference != 0)
            {
                return difference;
            }
        }
        return Integer.compare(capacity, that.capacity());
    }

    @Override
    public String toString()
    {
        return "SegmentBuffer{capacity=" + capacity + ", base=" + base + ", memory=" + memory + '}';
    }

    // ---- how

    private static ByteBuffer viewOf(final MemorySegment memory)
    {
        return memory.asByteBuffer().order(LITTLE_ENDIAN);
    }

    private void wrapArray(final byte[] array, final int offset, final int length)
    {
        memory = MemorySegment.ofArray(array);
        view = viewOf(memory);
        setPart(offset, length);
        byteArray = array;
        wrapAdjustment = offset;
    }

    private void setPart(final int offset, final int length)
    {
        base = offset;
        capacity = length;
        part = offset != 0 || length != view.capacity();
    }

    /**
     * Where an access lies in the view. Nothing more to do for a buffer that is all of its view: that the view checks
     * the bare index lets the compiler merge the checks of a whole codec (measured: a fifth of an encode).
     */
    private int at(final int index, final int length)
    {
        return part ? atOfPart(index, length) : index;
    }

    private int atOfPart(final int index, final int length)
    {
        if (index < 0 || index > capacity - length)
        {
            throw outOfBounds(index, length);
        }
        return base + index;
    }

    /** The view refuses too, but names neither the index that was asked for nor the capacity. */
    private IndexOutOfBoundsException outOfBounds(final int index, final int length)
    {
        return new IndexOutOfBoundsException(
            length + " bytes at index " + index + " are out of bounds for the capacity of " + capacity);
    }

    private byte[] bytesAt(final int index, final int length)
    {
        boundsCheck(index, length);
        final byte[] bytes = new byte[length];
        view.get(base + index, bytes);
        return bytes;
    }

    private void checkWritable()
    {
        if (view.isReadOnly())
        {
            throw new ReadOnlyBufferException();
        }
    }

    private void checkAlive()
    {
        if (!memory.scope().isAlive())
        {
            throw new IllegalStateException("the arena of this memory is closed");
        }
    }

    /** Agrona's methods with an index look at a byte buffer's capacity, never at its limit. */
    private static ByteBuffer toCapacity(final ByteBuffer buffer, final int offset, final int length)
    {
        return length <= buffer.limit() - offset ? buffer : buffer.duplicate().clear();
    }

    private static byte[] utf8(final @Nullable String value)
    {
        return (value == null ? NULL_TEXT : value).getBytes(StandardCharsets.UTF_8);
    }

    private static UnsupportedOperationException addressOnly()
    {
        return new UnsupportedOperationException("a bare address is not memory that a JVM without flags may touch: " +
            "make a MemorySegment of it where that is allowed, and a SegmentBuffer of the segment");
    }
}
