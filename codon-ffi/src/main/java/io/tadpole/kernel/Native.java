package io.tadpole.kernel;

import io.tadpole.kernel.KernelException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The one door to foreign code: the only class that names a {@link Linker}.
 *
 * <p>No call is linked as critical. Such a call saves two nanoseconds, once a batch, and blocks the collector as long
 * as it lasts: a kernel that waits would block it for ever (docs/decisions/0014). Addresses are passed as numbers, for
 * what they point to has an owner that outlives the call; so a call costs no look at an arena.
 */
@SuppressWarnings("restricted")
final class Native
{
    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle NUMBER = LINKER.downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG));
    private static final MethodHandle ON_BATCH = LINKER.downcallHandle(FunctionDescriptor.of(
        ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_LONG));
    private static final MethodHandle SET_NUMBER =
        LINKER.downcallHandle(FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
    private static final MethodHandle SIGACTION = LINKER.downcallHandle(FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MemorySegment SIGACTION_ADDRESS = LINKER.defaultLookup().findOrThrow("sigaction");

    private Native()
    {
    }

    /** Whether libc or libm has a symbol. */
    static boolean isKnown(final String symbol)
    {
        return LINKER.defaultLookup().find(symbol).isPresent();
    }

    /**
     * Loads a library until an arena ends.
     *
     * @param library as its user knows it.
     * @param file    to load.
     * @param arena   that unloads it.
     * @return what it exports.
     * @throws KernelException when the system does not load it.
     */
    static SymbolLookup load(final Path library, final Path file, final Arena arena) throws KernelException
    {
        try
        {
            return SymbolLookup.libraryLookup(file.toAbsolutePath(), arena);
        }
        catch (final IllegalArgumentException refused)
        {
            throw new KernelException(
                Reason.LOAD,
                library + " cannot be loaded, for a reason that `ldd -r " + library + "` may say, or because " +
                "programs may not be run in " + file.getParent() + ": build it here, or set java.io.tmpdir", refused);
        }
    }

    /** Where a function is that a library exports. */
    static MemorySegment function(final SymbolLookup library, final String name)
    {
        // Not bound to the arena: each call would look whether it has ended.
        return MemorySegment.ofAddress(library.findOrThrow(name).address());
    }

    /** Calls {@code int64_t function(void)}. */
    static long number(final MemorySegment function)
    {
        try
        {
            return (long)NUMBER.invokeExact(function);
        }
        catch (final Throwable impossible)
        {
            throw cannotThrow(impossible);
        }
    }

    /** Calls {@code void function(int)}. */
    static void setNumber(final MemorySegment function, final int value)
    {
        try
        {
            SET_NUMBER.invokeExact(function, value);
        }
        catch (final Throwable impossible)
        {
            throw cannotThrow(impossible);
        }
    }

    /** Sets an {@code int} of a library. */
    static void setVariable(final SymbolLookup library, final String name, final int value)
    {
        library.findOrThrow(name).reinterpret(Integer.BYTES).set(ValueLayout.JAVA_INT, 0, value);
    }

    /** Calls {@code tadpole_kernel_on_batch}. */
    static long onBatch(
        final MemorySegment function,
        final long records,
        final long from,
        final long to,
        final long alignment,
        final long state,
        final long touched)
    {
        try
        {
            return (long)ON_BATCH.invokeExact(function, records, from, to, alignment, state, touched);
        }
        catch (final Throwable impossible)
        {
            throw cannotThrow(impossible);
        }
    }

    /**
     * Calls {@code sigaction}.
     *
     * @param signal its number.
     * @param set    the action to be set; null: none.
     * @param get    where to put the action that is set; null: nowhere.
     * @return 0, or -1 when there is no such signal, or it has no action.
     */
    static int sigaction(final int signal, final MemorySegment set, final MemorySegment get)
    {
        try
        {
            return (int)SIGACTION.invokeExact(SIGACTION_ADDRESS, signal, set, get);
        }
        catch (final Throwable impossible)
        {
            throw cannotThrow(impossible);
        }
    }

    private static AssertionError cannotThrow(final Throwable impossible)
    {
        return new AssertionError("native code threw", impossible);
    }
}
