package io.tadpole.envelope;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.agrona.AsciiNumberFormatException;

/**
 * Text and numbers in ASCII, as Agrona's buffers read and write them. The caller has checked the bounds.
 */
final class AsciiText
{
    private static final int MAX_INT_DIGITS = 10;
    private static final int MAX_LONG_DIGITS = 19;

    private AsciiText()
    {
    }

    static void append(final SegmentBuffer buffer, final int index, final int length, final Appendable appendable)
    {
        try
        {
            for (int i = index; i < index + length; i++)
            {
                final byte value = buffer.getByte(i);
                appendable.append(value < 0 ? '?' : (char)value);
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    static void put(
        final SegmentBuffer buffer, final int index, final CharSequence value, final int offset, final int length)
    {
        for (int i = 0; i < length; i++)
        {
            final char character = value.charAt(offset + i);
            buffer.putByte(index + i, (byte)(character > 127 ? '?' : character));
        }
    }

    static int parseInt(final SegmentBuffer buffer, final int index, final int length, final boolean signed)
    {
        return (int)parse(buffer, index, length, signed, MAX_INT_DIGITS, Integer.MAX_VALUE);
    }

    static long parseLong(final SegmentBuffer buffer, final int index, final int length, final boolean signed)
    {
        return parse(buffer, index, length, signed, MAX_LONG_DIGITS, Long.MAX_VALUE);
    }

    private static long parse(
        final SegmentBuffer buffer,
        final int index,
        final int length,
        final boolean signed,
        final int maxDigits,
        final long maxValue)
    {
        if (length <= 0)
        {
            throw new AsciiNumberFormatException("no digits: index=" + index + " length=" + length);
        }

        final boolean negative = signed && buffer.getByte(index) == '-';
        final int first = negative ? index + 1 : index;
        final int end = index + length;
        if (first == end)
        {
            throw notANumber(buffer, index, length);
        }

        // Up to 19 digits fit in 64 bits without a sign, so that the limit is compared once, at the end.
        long magnitude = 0;
        for (int i = first; i < end; i++)
        {
            final int digit = buffer.getByte(i) - '0';
            if (digit < 0 || digit > 9)
            {
                throw notANumber(buffer, index, length);
            }
            magnitude = magnitude * 10 + digit;
        }

        if (end - first > maxDigits || Long.compareUnsigned(magnitude, negative ? maxValue + 1 : maxValue) > 0)
        {
            throw new AsciiNumberFormatException(
                "out of range: " + buffer.getStringWithoutLengthAscii(index, length));
        }
        return negative ? -magnitude : magnitude;
    }

    static int putNumber(final SegmentBuffer buffer, final int index, final long value)
    {
        final int sign = value < 0 ? 1 : 0;
        final int length = sign + digits(value);
        buffer.boundsCheck(index, length);
        if (sign != 0)
        {
            buffer.putByte(index, (byte)'-');
        }
        putDigits(buffer, index + sign, length - sign, value);
        return length;
    }

    static void putPadded(final SegmentBuffer buffer, final int index, final int length, final int value)
    {
        if (digits(value) > length && value != 0)
        {
            throw new NumberFormatException(value + " does not fit in " + length + " bytes");
        }
        putDigits(buffer, index, length, value);
    }

    static void checkNatural(final long value)
    {
        if (value < 0)
        {
            throw new NumberFormatException(value + " is not a natural number");
        }
    }

    /** How many digits a number has, the sign not counted. */
    static int digits(final long value)
    {
        int count = 1;
        for (long rest = value / 10; rest != 0; rest /= 10)
        {
            count++;
        }
        return count;
    }

    private static void putDigits(final SegmentBuffer buffer, final int index, final int length, final long value)
    {
        // The absolute value of a digit, not of the number: the least long has none.
        long rest = value;
        for (int i = index + length - 1; i >= index; i--)
        {
            buffer.putByte(i, (byte)('0' + Math.abs(rest % 10)));
            rest /= 10;
        }
    }

    private static AsciiNumberFormatException notANumber(
        final SegmentBuffer buffer, final int index, final int length)
    {
        return new AsciiNumberFormatException("not a number: " + buffer.getStringWithoutLengthAscii(index, length));
    }
}
