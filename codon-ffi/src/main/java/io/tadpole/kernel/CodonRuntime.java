package io.tadpole.kernel;

import io.tadpole.kernel.KernelException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/**
 * Prepares the collector in Codon's runtime, the Boehm collector, before a library starts it: so it scans no other
 * libraries, starts no threads, never stops the world, and needs no signal.
 */
final class CodonRuntime
{
    private CodonRuntime()
    {
    }

    /**
     * Loads and prepares the runtime. It stays for the life of the process.
     *
     * @param runtime the path of {@code libcodonrt.so}.
     * @throws KernelException when it is not there, or is another library.
     */
    static void prepare(final Path runtime) throws KernelException
    {
        if (!Files.isRegularFile(runtime))
        {
            throw new KernelException(
                Reason.MISSING, runtime + " does not exist: give that of libcodonrt.so in the compiler's lib/codon");
        }
        final SymbolLookup library = Native.load(runtime, runtime, Arena.global());
        try
        {
            Native.setNumber(Native.function(library, "GC_set_no_dls"), 1);
            Native.setNumber(Native.function(library, "GC_set_dont_precollect"), 1);
            Native.setNumber(Native.function(library, "GC_set_markers_count"), 1);
            Native.setVariable(library, "GC_dont_gc", 1);
        }
        catch (final NoSuchElementException other)
        {
            throw new KernelException(
                Reason.FOREIGN, runtime + " is not Codon's runtime: " + other.getMessage() +
                "; give the path of libcodonrt.so in the compiler's lib/codon", other);
        }
    }
}
