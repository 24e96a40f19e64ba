package io.tadpole.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The handlers that the process has for its signals, at one moment. HotSpot finds null checks, stack overflows and
 * safepoints by its own, and does not look whether they are still there. A signal that had none is nothing to it.
 */
final class SignalHandlers
{
    private static final int SIGNALS = 64;
    /**
     * Of {@code struct sigaction} in glibc on 64 bits. The kernel knows 64 signals, so what follows the first word of
     * the mask has no meaning, and no value.
     */
    private static final int ACTION_LENGTH = 152;
    private static final int HANDLER_OFFSET = 0;
    private static final int MASK_OFFSET = 8;
    private static final int FLAGS_OFFSET = 136;

    private final List<MemorySegment> actions;

    private SignalHandlers(final List<MemorySegment> actions)
    {
        this.actions = actions;
    }

    /** Those of this moment. */
    static SignalHandlers now()
    {
        final MemorySegment all = Arena.ofAuto().allocate((long)SIGNALS * ACTION_LENGTH, Long.BYTES);
        final List<MemorySegment> actions = new ArrayList<>();
        for (int signal = 1; signal <= SIGNALS; signal++)
        {
            final MemorySegment action = all.asSlice((long)(signal - 1) * ACTION_LENGTH, ACTION_LENGTH);
            Native.sigaction(signal, MemorySegment.NULL, action);
            actions.add(action);
        }
        return new SignalHandlers(actions);
    }

    /**
     * Puts back what has changed since.
     *
     * @return the numbers of the signals whose handler had changed.
     */
    List<Integer> restore()
    {
        final SignalHandlers now = now();
        final List<Integer> changed = new ArrayList<>();
        for (int signal = 1; signal <= SIGNALS; signal++)
        {
            final MemorySegment action = actions.get(signal - 1);
            if (hasHandler(action) && !isSame(action, now.actions.get(signal - 1)))
            {
                Native.sigaction(signal, action, MemorySegment.NULL);
                changed.add(signal);
            }
        }
        return List.copyOf(changed);
    }

    /** Not the default, and not ignored. */
    private static boolean hasHandler(final MemorySegment action)
    {
        return action.get(ValueLayout.JAVA_LONG, HANDLER_OFFSET) > 1;
    }

    private static boolean isSame(final MemorySegment one, final MemorySegment other)
    {
        return one.get(ValueLayout.JAVA_LONG, HANDLER_OFFSET) == other.get(ValueLayout.JAVA_LONG, HANDLER_OFFSET) &&
            one.get(ValueLayout.JAVA_LONG, MASK_OFFSET) == other.get(ValueLayout.JAVA_LONG, MASK_OFFSET) &&
            one.get(ValueLayout.JAVA_INT, FLAGS_OFFSET) == other.get(ValueLayout.JAVA_INT, FLAGS_OFFSET);
    }
}
