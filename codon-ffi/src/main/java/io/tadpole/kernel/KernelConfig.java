package io.tadpole.kernel;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a kernel is loaded.
 *
 * @param library      the shared library.
 * @param stateFile    in which its state survives; null: it is kept in memory, and begins with zeros.
 * @param codonRuntime the runtime of Codon, {@code libcodonrt.so}, when the library needs it; else null.
 */
public record KernelConfig(Path library, @Nullable Path stateFile, @Nullable Path codonRuntime)
{
    /**
     * A kernel that keeps its state in memory.
     *
     * @param library the shared library.
     * @return the configuration.
     */
    public static KernelConfig of(final Path library)
    {
        return new KernelConfig(library, null, null);
    }

    /**
     * This configuration with a state that survives.
     *
     * @param file to be opened, or created; it holds the state twice, and a header of 4 KiB. A lock file lies beside
     *             it.
     * @return the configuration.
     */
    public KernelConfig withStateFile(final Path file)
    {
        return new KernelConfig(library, file, codonRuntime);
    }

    /**
     * This configuration for a library that needs Codon's runtime, and thus is refused otherwise. The runtime is
     * loaded first, and its collector told to leave the JVM's threads and signals alone, and never to collect: what the
     * kernel allocates is never freed. The library itself is not checked for what else it calls or runs. Once it is
     * loaded, the JVM's signal handlers are compared; when they changed, they are put back and the library refused.
     *
     * @param runtime the path of {@code libcodonrt.so} in the compiler's folder {@code lib/codon}.
     * @return the configuration.
     */
    public KernelConfig withCodonRuntime(final Path runtime)
    {
        return new KernelConfig(library, stateFile, runtime);
    }
}
