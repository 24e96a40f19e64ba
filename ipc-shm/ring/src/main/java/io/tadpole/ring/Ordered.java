package io.tadpole.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The vocabulary of memory order: the only class that names a {@link VarHandle}. All words are 8 bytes at an 8-byte
 * offset, little-endian like every machine that the engine runs on.
 *
 * <pre>
 *     getAcquire   pairs with setRelease: what was written before the release is seen after the acquire
 *     getOpaque    pairs with setOpaque: never torn, eventually seen, orders nothing; for counters
 *     set          is plain, and as cheap as can be: for a word that a release behind it orders, and for counters
 *                  behind one, which the next release shows at the latest
 *     fullFence    no load after it overtakes a store before it
 * </pre>
 */
public final class Ordered
{
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private Ordered()
    {
    }

    /**
     * Reads a word. Wait-free.
     *
     * @param segment in which it lies.
     * @param offset  of the word in bytes, a multiple of 8.
     * @return the word; what was written before the release that stored it is seen from now on.
     */
    public static long getAcquire(final MemorySegment segment, final long offset)
    {
        return (long)WORD.getAcquire(segment, offset);
    }

    /**
     * Writes a word. Wait-free.
     *
     * @param segment in which it lies.
     * @param offset  of the word in bytes, a multiple of 8.
     * @param value   that shows all that was written before it, to whoever acquires it.
     */
    public static void setRelease(final MemorySegment segment, final long offset, final long value)
    {
        WORD.setRelease(segment, offset, value);
    }

    static void set(final MemorySegment segment, final long offset, final long value)
    {
        WORD.set(segment, offset, value);
    }

    static long getOpaque(final MemorySegment segment, final long offset)
    {
        return (long)WORD.getOpaque(segment, offset);
    }

    static void setOpaque(final MemorySegment segment, final long offset, final long value)
    {
        WORD.setOpaque(segment, offset, value);
    }

    /** Lets no access behind it overtake one before it. Wait-free. */
    public static void fullFence()
    {
        VarHandle.fullFence();
    }
}
