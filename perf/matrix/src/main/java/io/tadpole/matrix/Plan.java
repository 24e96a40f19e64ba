package io.tadpole.matrix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What each message is, in a file that every peer has: so no language needs a generator of its own, and to check a
 * message is to compare it with a part of a table. One thread.
 *
 * <pre>
 *     16384 entries of 32 bytes    offset | length | count | longest
 *     98304 bytes                  the table
 *
 *     message n of author a is that of entry (n + 1021 a) mod 16384:
 *         a (8 bytes) | n (8 bytes) | length - 16 bytes of the table, from offset on
 *     who publishes n publishes it and the next ones, count in all, as one run; the longest of them has that length
 * </pre>
 */
final class Plan
{
    /** Capacity in bytes of the ring that the messages are meant for: so some are the longest that it takes. */
    static final int CAPACITY = 64 << 10;

    /** Author and number. */
    static final int HEADER = 2 * Long.BYTES;

    private static final int ENTRIES = 16384;
    private static final int ENTRY = 4 * Long.BYTES;
    private static final int STEP = 1021;
    private static final int LONGEST = CAPACITY / 2 - Long.BYTES;
    private static final int TABLE = CAPACITY + CAPACITY / 2;
    private static final int OFFSET = 0;
    private static final int LENGTH = Long.BYTES;
    private static final int COUNT = 2 * Long.BYTES;
    private static final int LONGEST_OF_RUN = 3 * Long.BYTES;

    private final byte[] bytes;
    private final ByteBuffer words;
    private final byte[] message = new byte[LONGEST];

    private Plan(final byte[] bytes)
    {
        this.bytes = bytes;
        this.words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Makes a plan up. */
    static Plan random(final Random random)
    {
        final Plan plan = new Plan(new byte[ENTRIES * ENTRY + TABLE]);
        random.nextBytes(plan.bytes);
        for (int entry = 0; entry < ENTRIES; entry++)
        {
            plan.put(entry, LENGTH, randomLength(random));
            plan.put(entry, OFFSET, random.nextInt(CAPACITY));
        }
        for (int entry = 0; entry < ENTRIES; entry++)
        {
            plan.planRun(entry, random.nextInt(4) == 0 ? 2 + random.nextInt(30) : 1);
        }
        return plan;
    }

    /** Mostly small; 200 bytes in the middle. */
    private static int randomLength(final Random random)
    {
        final int kind = random.nextInt(1024);
        return kind == 0 ? LONGEST :
            HEADER + random.nextInt(kind < 16 ? 8192 : kind < 128 ? 1024 : 64);
    }

    /** As many as fit into half the ring, if each of them were as long as the longest. */
    private void planRun(final int entry, final int most)
    {
        int count = 0;
        long longest = 0;
        long next = get(entry, LENGTH);
        do
        {
            count++;
            longest = next;
            next = Math.max(longest, get(entry + count, LENGTH));
        }
        while (count < most && (count + 1) * (next + 2 * Long.BYTES) <= CAPACITY / 2);
        put(entry, COUNT, count);
        put(entry, LONGEST_OF_RUN, longest);
    }

    static Plan read(final Path file) throws IOException
    {
        return new Plan(Files.readAllBytes(file));
    }

    void write(final Path file) throws IOException
    {
        Files.write(file, bytes);
    }

    int length(final long author, final long number)
    {
        return (int)get(number + STEP * author, LENGTH);
    }

    /** How many messages are published as one by who publishes this one first. */
    int count(final long author, final long number)
    {
        return (int)get(number + STEP * author, COUNT);
    }

    int longestOfRun(final long author, final long number)
    {
        return (int)get(number + STEP * author, LONGEST_OF_RUN);
    }

    /** Writes a message; its length in bytes. */
    int write(final MutableDirectBuffer buffer, final int offset, final long author, final long number)
    {
        final int length = length(author, number);
        buffer.putLong(offset, author, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + Long.BYTES, number, ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(offset + HEADER, bytes, tableAt(author, number), length - HEADER);
        return length;
    }

    /** Whether the bytes behind a message's author and number are what they are to be. */
    boolean isWhole(
        final DirectBuffer buffer, final int offset, final int length, final long author, final long number)
    {
        if (length != length(author, number))
        {
            return false;
        }
        final int compared = length - HEADER;
        final int at = tableAt(author, number);
        buffer.getBytes(offset + HEADER, message, 0, compared);
        return Arrays.equals(message, 0, compared, bytes, at, at + compared);
    }

    private int tableAt(final long author, final long number)
    {
        return ENTRIES * ENTRY + (int)get(number + STEP * author, OFFSET);
    }

    private long get(final long entry, final int word)
    {
        return words.getLong((int)(entry & (ENTRIES - 1)) * ENTRY + word);
    }

    private void put(final int entry, final int word, final long value)
    {
        words.putLong(entry * ENTRY + word, value);
    }
}
