package io.tadpole.kernel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Builds libraries with the real compilers, good ones and bad ones. */
final class Libraries
{
    /** What a kernel in C is linked with, as docs/kernels.md says. */
    static final List<String> LINKED =
        List.of("-shared", "-fPIC", "-nostartfiles", "-Wl,-z,defs", "-Wl,-z,noexecstack");

    private static final Path ROOT = Path.of(System.getProperty("tadpole.root", "."));
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Libraries()
    {
    }

    /**
     * Builds the kernel of the tests.
     *
     * @param folder  where to.
     * @param options such as {@code -DROWS=5}.
     * @return the library.
     */
    static Path kernel(final Path folder, final String... options)
    {
        final List<String> all = new ArrayList<>(LINKED);
        all.addAll(List.of(options));
        return compile(folder, "gcc", ROOT.resolve("codon-ffi/src/test/c/kernel.c"), all);
    }

    /** Builds a source with what is given, and nothing else. */
    static Path compile(final Path folder, final String compiler, final Path source, final List<String> options)
    {
        assumeTrue(isThere(compiler), compiler + " is missing; install it: apt-get install " + compiler);
        final Path library = library(folder);
        final List<String> command = new ArrayList<>(List.of(
            compiler, "-O2", "-I", ROOT.resolve("bindings/c/include").toString(), "-o", library.toString(),
            source.toString()));
        command.addAll(options);
        run(command);
        return library;
    }

    /** Builds a kernel in Codon that needs no runtime, as users do. */
    static Path codon(final Path folder, final String name)
    {
        final Path library = library(folder);
        codon(ROOT.resolve("codon-ffi/src/test/codon").resolve(name), library);
        return library;
    }

    /** Builds a source that users could have. */
    static Path codon(final Path source)
    {
        final Path library = library(source.resolveSibling("."));
        codon(source, library);
        return library;
    }

    private static void codon(final Path source, final Path library)
    {
        run(List.of(
            python().toString(), ROOT.resolve("bindings/codon/build.py").toString(), "--lib", "-o", library.toString(),
            source.toString()));
    }

    /** Builds a kernel in Codon as the compiler does by itself: it needs the runtime. */
    static Path codonWithRuntime(final Path folder, final String name)
    {
        final Path library = library(folder);
        run(List.of(
            "env", "CODON_PATH=" + ROOT.resolve("bindings/codon"), compiler().toString(), "build", "-release", "-lib",
            "-disable-native", "-mcpu=x86-64-v2", "-relocation-model=pic", "-o", library.toString(),
            ROOT.resolve("codon-ffi/src/test/codon").resolve(name).toString()));
        return library;
    }

    /** Codon's runtime, in the compiler's folder. */
    static Path codonRuntime()
    {
        return compiler().resolveSibling("../lib/codon/libcodonrt.so").normalize();
    }

    private static Path compiler()
    {
        final String question = "from codon_compiler_demo.paths import CODON_BIN; print(CODON_BIN)";
        return Path.of(run(List.of(python().toString(), "-c", question)).strip());
    }

    private static Path python()
    {
        final Path python = ROOT.resolve("build/venv/bin/python");
        assumeTrue(Files.isExecutable(python), "the Codon compiler is not set up; run ./tadpole test");
        return python;
    }

    private static Path library(final Path folder)
    {
        return folder.resolve("lib" + NUMBER.incrementAndGet() + ".so");
    }

    private static boolean isThere(final String compiler)
    {
        return Path.of("/usr/bin", compiler).toFile().canExecute();
    }

    private static String run(final List<String> command)
    {
        try
        {
            final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), () -> command + ": " + output);
            return output;
        }
        catch (final InterruptedException interrupted)
        {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException(command.toString()));
        }
        catch (final IOException failed)
        {
            throw new UncheckedIOException(failed);
        }
    }
}
