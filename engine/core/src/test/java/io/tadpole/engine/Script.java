package io.tadpole.engine;

import io.tadpole.ring.Pattern;
import java.util.Arrays;

/**
 * What is published in a test: how long each message is, and where it starts, which
 * the publisher writes down before it publishes the message.
 */
final class Script
{
    private final int[] lengths;
    private final long[] starts;

    private Script(final int... lengths)
    {
        this.lengths = lengths;
        this.starts = new long[lengths.length];
    }

    /** Messages of these lengths. */
    static Script of(final int... lengths)
    {
        return new Script(lengths.clone());
    }

    /** Messages that all have one length. */
    static Script same(final int count, final int length)
    {
        final int[] lengths = new int[count];
        Arrays.fill(lengths, length);
        return new Script(lengths);
    }

    /**
     * Messages of random lengths.
     *
     * @param seed    printed, so that a failure can be repeated.
     * @param count   of messages.
     * @param longest message in bytes.
     */
    static Script random(final long seed, final int count, final int longest)
    {
        System.out.println("seed " + seed + ", " + count + " messages of at most " + longest + " bytes");
        return new Script(lengths(seed, count, longest));
    }

    /** Mostly around one, two and three units, header word included; sometimes any length. */
    private static int[] lengths(final long seed, final int count, final int longest)
    {
        final int[] lengths = new int[count];
        for (int i = 0; i < count; i++)
        {
            final long bits = Pattern.mix(seed ^ (i * 31L));
            final int any = (int)Long.remainderUnsigned(bits >>> 8, longest);
            lengths[i] = 1 + Math.min(longest - 1, switch ((int)(bits & 0xF))
            {
                case 0 -> any;
                case 1 -> any / 16;
                case 2, 3, 4 -> 52 + any % 8;
                case 5, 6, 7 -> 116 + any % 8;
                case 8, 9 -> 180 + any % 8;
                default -> any % 56;
            });
        }
        return lengths;
    }

    int count()
    {
        return starts.length;
    }

    int length(final long number)
    {
        return lengths[(int)number];
    }

    long start(final long number)
    {
        return starts[(int)number];
    }

    void start(final long number, final long position)
    {
        starts[(int)number] = position;
    }
}
