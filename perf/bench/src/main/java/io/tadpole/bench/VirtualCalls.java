package io.tadpole.bench;

import io.tadpole.envelope.SegmentBuffer;

/**
 * Calls that the JIT compiler cannot inline, with what a stage is given: four classes take turns at one call site, and
 * it inlines two at most. They answer at once. A turn is long, for the processor shall foretell where a call goes: as
 * it does where a stage is called.
 */
final class VirtualCalls implements Loop
{
    private static final int TURN = 1024;

    private final Target[] targets = Target.values();
    private final SegmentBuffer buffer = new SegmentBuffer();
    private long position;
    private long calls;

    /** Four classes with a method each, as constants with bodies are. */
    private enum Target
    {
        NORTH
        {
            @Override
            long onBatch(
                final SegmentBuffer buffer, final int offset, final int length, final int messages, final long end)
            {
                return end;
            }
        },
        EAST
        {
            @Override
            long onBatch(
                final SegmentBuffer buffer, final int offset, final int length, final int messages, final long end)
            {
                return end;
            }
        },
        SOUTH
        {
            @Override
            long onBatch(
                final SegmentBuffer buffer, final int offset, final int length, final int messages, final long end)
            {
                return end;
            }
        },
        WEST
        {
            @Override
            long onBatch(
                final SegmentBuffer buffer, final int offset, final int length, final int messages, final long end)
            {
                return end;
            }
        };

        abstract long onBatch(SegmentBuffer buffer, int offset, int length, int messages, long end);
    }

    @Override
    public void run(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            final long end = position + 1;
            position = targets[i / TURN % targets.length].onBatch(buffer, 0, 1, 1, end);
        }
        calls += count;
        if (position != calls)
        {
            throw new IllegalStateException(calls + " calls answered " + position);
        }
    }
}
