package io.tadpole.envelope;

import java.lang.foreign.Arena;
import java.util.Random;

/**
 * What {@link FlagFreeTest} runs in a JVM of its own.
 */
final class FlagFreeProgram
{
    private FlagFreeProgram()
    {
    }

    public static void main(final String[] args)
    {
        final Random random = new Random(1);
        int same = 0;
        try (Arena arena = Arena.ofShared())
        {
            final SegmentBuffer buffer = new SegmentBuffer(arena.allocate(1024));
            final SegmentBuffer copy = new SegmentBuffer(arena.allocate(1024));
            for (int i = 0; i < 100; i++)
            {
                final EnvelopeMessage message = EnvelopeMessage.random(random, 100);
                final int length = message.encode(buffer, i);
                buffer.getBytes(i, copy, 0, length);
                buffer.putIntAscii(0, i);
                if (message.equals(EnvelopeMessage.decode(copy, 0)) && buffer.parseIntAscii(0, i < 10 ? 1 : 2) == i)
                {
                    same++;
                }
            }
        }
        System.out.println("same: " + same);
    }
}
