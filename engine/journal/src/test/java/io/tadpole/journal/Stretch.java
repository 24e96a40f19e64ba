package io.tadpole.journal;

import io.tadpole.envelope.SegmentBuffer;
import java.lang.foreign.Arena;
import java.util.Random;
import org.agrona.DirectBuffer;

/**
 * Records as a ring holds them, made up from their journal sequences, so that a reader can tell each one.
 */
final class Stretch
{
    static final long PUBLISHED = 1L << 48;

    private final SegmentBuffer buffer;
    private int length;
    private int messages;

    Stretch(final int capacity)
    {
        buffer = new SegmentBuffer(Arena.ofAuto().allocate(capacity, 64));
    }

    Stretch clear()
    {
        length = 0;
        messages = 0;
        return this;
    }

    /** Adds a message whose first bytes are the sequence, as far as there is room, and the others follow from it. */
    Stretch add(final long sequence, final int messageLength)
    {
        buffer.putLong(length, PUBLISHED | (messageLength + 8));
        fill(buffer, length + 8, messageLength, sequence);
        length += messageLength + 8 + 63 & -64;
        messages++;
        return this;
    }

    private static void fill(final SegmentBuffer buffer, final int offset, final int length, final long sequence)
    {
        int i = 0;
        for (; i + 8 <= length; i += 8)
        {
            buffer.putLong(offset + i, word(sequence, i));
        }
        for (; i < length; i++)
        {
            buffer.putByte(offset + i, (byte)(sequence + i));
        }
    }

    private static long word(final long sequence, final int offset)
    {
        return offset == 0 ? sequence : sequence * 0x9E37_79B9_7F4A_7C15L + offset;
    }

    /** Whether a message is the one that {@link #add} made of this sequence. */
    static boolean matches(final DirectBuffer buffer, final int offset, final int length, final long sequence)
    {
        int i = 0;
        for (; i + 8 <= length; i += 8)
        {
            if (buffer.getLong(offset + i) != word(sequence, i))
            {
                return false;
            }
        }
        for (; i < length; i++)
        {
            if (buffer.getByte(offset + i) != (byte)(sequence + i))
            {
                return false;
            }
        }
        return true;
    }

    SegmentBuffer buffer()
    {
        return buffer;
    }

    int length()
    {
        return length;
    }

    int messages()
    {
        return messages;
    }

    /** Appends the stretch behind the journal's end for the ring. */
    long appendTo(final Journal journal, final long ringId)
    {
        final long position = Math.max(0, journal.endPosition(ringId));
        return journal.append(ringId, buffer, 0, length, messages, position + length);
    }

    /** Fills the stretch with one to so many random messages. */
    Stretch randomise(final Random random, final long sequence, final int mostMessages, final int mostLength)
    {
        clear();
        final int count = 1 + random.nextInt(mostMessages);
        for (int i = 0; i < count; i++)
        {
            add(sequence + i, 1 + random.nextInt(mostLength));
        }
        return this;
    }
}
