package io.tadpole.kernel;

import io.tadpole.kernel.KernelException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A bad library of each kind, really built, is refused before it is loaded, with a sentence that helps. */
@Timeout(120)
class LibraryCheckTest
{
    private static final List<String> NO_OPTIONS = List.of();

    @TempDir
    private Path folder;

    /**
     * A library that is refused.
     *
     * @param code     behind the kernel of the tests.
     * @param options  of the compiler beside those that it should have.
     * @param without  of those that it should have, the ones that it has not.
     * @param reason   why it is refused.
     * @param sentence what it is told, behind its name.
     */
    record Bad(String code, List<String> options, List<String> without, Reason reason, String sentence)
    {
        static Bad calls(final String call, final String name, final String harm)
        {
            return new Bad(
                "#include <stdlib.h>\n#include <signal.h>\n#include <pthread.h>\n#include <fenv.h>\n" +
                "#include <setjmp.h>\n#include <assert.h>\n#include <unistd.h>\n#include <dlfcn.h>\nvoid more(void);" +
                "\nvoid more(void) { " + call + " }\n",
                List.of("-Wl,-u,more", "-fno-builtin"),
                NO_OPTIONS,
                Reason.UNDEFINED,
                " calls " + name + ", which " + harm);
        }
    }

    static Stream<Bad> bad()
    {
        final String signals = "changes the signals by which the JVM works: leave them alone";
        final String ends =
            "ends the JVM: return a negative status instead, and compile with -DNDEBUG where it is an assertion's";
        final String returns = "leaves the way by which the JVM called it: return instead";
        return Stream.of(
            Bad.calls("struct sigaction a; sigaction(SIGSEGV, 0, &a);", "sigaction", signals),
            Bad.calls("sigset_t all; sigfillset(&all); pthread_sigmask(SIG_BLOCK, &all, 0);", "pthread_sigmask",
                signals),
            Bad.calls("alarm(1);", "alarm", signals),
            Bad.calls("sighold(SIGSEGV);", "sighold", signals),
            Bad.calls("exit(1);", "exit", ends),
            Bad.calls("abort();", "abort", ends),
            Bad.calls("assert(getpid() == 5);", "__assert_fail", ends),
            Bad.calls("jmp_buf b; longjmp(b, 1);", "longjmp", returns),
            Bad.calls("fork();", "fork", returns),
            Bad.calls("pthread_exit(0);", "pthread_exit", returns),
            Bad.calls("pthread_t t; pthread_create(&t, 0, (void *(*)(void *))more, 0);", "pthread_create",
                "starts what goes on when the JVM has unloaded it: do all work in the call"),
            Bad.calls("pthread_key_t key; pthread_key_create(&key, free);", "pthread_key_create",
                "starts what goes on when the JVM has unloaded it: do all work in the call"),
            Bad.calls("dlopen(\"libgc.so.1\", RTLD_NOW);", "dlopen",
                "loads what nobody has checked: link it statically"),
            new Bad(
                "#include <fenv.h>\nvoid more(void);\nvoid more(void) { fesetround(FE_UPWARD); }",
                List.of("-Wl,-u,more", "-lm"), NO_OPTIONS, Reason.UNDEFINED,
                " calls fesetround, which changes how the JVM calculates with floats: leave the rounding alone"),
            new Bad(
                "void nobody_has(void);\nvoid more(void);\nvoid more(void) { nobody_has(); }",
                List.of("-Wl,-u,more"), List.of("-Wl,-z,defs"), Reason.UNDEFINED,
                " calls nobody_has, which is in neither libc nor libm, and the JVM would end when it is called: link " +
                "what has it statically, with -Wl,-z,defs"),
            new Bad(
                "void seq_alloc(void);\nvoid more(void);\nvoid more(void) { seq_alloc(); }",
                List.of("-Wl,-u,more"), List.of("-Wl,-z,defs"), Reason.CODON_RUNTIME,
                " needs Codon's runtime (seq_alloc), whose collector replaces the JVM's handlers of SIGSEGV and " +
                "SIGBUS: the JVM would crash, or hang, at its next null check; build it with `tadpole codon build " +
                "--lib`, which needs no runtime and says what to write in its place, or load it with " +
                "KernelConfig.withCodonRuntime"),
            new Bad(
                "void exit(int) __attribute__((weak));\nvoid more(void);\nvoid more(void) { if (exit) exit(1); }",
                List.of("-Wl,-u,more", "-fno-builtin"), NO_OPTIONS, Reason.UNDEFINED, " calls exit, which " + ends),
            new Bad(
                "static void *pick(void) { mark(); return (void *)mark; }\nstatic void more(void) " +
                "__attribute__((ifunc(\"pick\")));\nvoid call(void);\nvoid call(void) { more(); }",
                List.of("-Wl,-u,call"), NO_OPTIONS, Reason.CONSTRUCTOR, CONSTRUCTOR),
            new Bad("", List.of("-Wl,-F,libside.so"), NO_OPTIONS, Reason.NEEDED,
                "whose code would run in the JVM unchecked: link what it uses of it statically, or with " +
                "-Wl,--as-needed when it uses nothing"),
            new Bad(
                "__attribute__((constructor)) static void begin(void) { mark(); }",
                NO_OPTIONS, NO_OPTIONS, Reason.CONSTRUCTOR, CONSTRUCTOR),
            new Bad(
                "__attribute__((destructor)) static void end(void) { mark(); }",
                NO_OPTIONS, NO_OPTIONS, Reason.CONSTRUCTOR, CONSTRUCTOR),
            new Bad("", NO_OPTIONS, List.of("-nostartfiles"), Reason.CONSTRUCTOR, CONSTRUCTOR),
            new Bad(
                "", List.of("-Wl,--no-as-needed", "-lpthread", "-ldl", "-l:libgcc_s.so.1"), NO_OPTIONS, Reason.NEEDED,
                "whose code would run in the JVM unchecked: link what it uses of it statically, or with " +
                "-Wl,--as-needed when it uses nothing"),
            new Bad(
                "", List.of("-Wl,-z,execstack"), List.of("-Wl,-z,noexecstack"), Reason.EXECUTABLE_STACK,
                " asks for executable stacks: the system would make those of all threads so, and with that undo the " +
                "guard pages by which the JVM finds stack overflows; link it with -Wl,-z,noexecstack"),
            new Bad(
                "", List.of("-Dtadpole_kernel_on_batch=another_name"), NO_OPTIONS, Reason.SYMBOL,
                " does not export tadpole_kernel_on_batch: define it, by TADPOLE_KERNEL in C or @export in Codon, " +
                "and build it with `tadpole codon build --lib`, or with gcc -shared"));
    }

    private static final String CONSTRUCTOR =
        " has code that runs when it is loaded or unloaded, and nobody knows what it does to the JVM: link it with " +
        "-nostartfiles, and do without static objects, constructors, and code that asks which processor this is " +
        "(target_clones, __builtin_cpu_supports, ifunc)";

    @ParameterizedTest
    @MethodSource("bad")
    void shouldRefuseWhatCouldHarmTheJvm(final Bad bad) throws IOException
    {
        final Path mark = folder.resolve("mark");
        final String code = "#include \"" + Path.of(System.getProperty("tadpole.root", "."))
            .resolve("codon-ffi/src/test/c/kernel.c") + "\"\n#include <fcntl.h>\n__attribute__((unused)) static void " +
            "mark(void) { open(\"" + mark + "\", O_CREAT | O_WRONLY, 0600); }\n" + bad.code() + "\n";
        final List<String> options = new ArrayList<>(Libraries.LINKED);
        options.removeAll(bad.without());
        options.addAll(bad.options());
        final Path library =
            Libraries.compile(folder, "gcc", Files.writeString(folder.resolve("bad.c"), code), options);

        final KernelException refused = assertThrows(KernelException.class, () -> NativeKernel.load(library));

        assertEquals(bad.reason(), refused.reason(), refused.toString());
        assertTrue(String.valueOf(refused.getMessage()).startsWith(library.toString()), refused.toString());
        assertTrue(String.valueOf(refused.getMessage()).endsWith(bad.sentence()), refused.toString());
        assertNotLoaded(library);
        assertFalse(Files.exists(mark), "its code ran");
    }

    @Test
    void shouldRefuseCPlusPlusWithItsRuntime() throws IOException
    {
        final String code = "#include <stdexcept>\n#include <vector>\nextern \"C\" long more(long n);\n" +
            "extern \"C\" long more(long n) { std::vector<long> v; v.push_back(n); if (v[0] > 5) throw " +
            "std::runtime_error(\"more\"); return v[0]; }\n";
        final Path library = Libraries.compile(
            folder, "g++", Files.writeString(folder.resolve("bad.cpp"), code), Libraries.LINKED);
        final KernelException refused = assertThrows(KernelException.class, () -> NativeKernel.load(library));
        assertEquals(Reason.UNDEFINED, refused.reason());
        assertTrue(
            String.valueOf(refused.getMessage()).contains(
                ", of the runtime for exceptions, which nobody in the JVM catches: compile C++ with -fno-exceptions"),
            refused.toString());
        assertNotLoaded(library);
    }

    @Test
    void shouldRefuseALibraryThatDragsInCodonsRuntime() throws IOException
    {
        final Path library = Libraries.codonWithRuntime(folder, "list_kernel.codon");
        final KernelException refused = assertThrows(KernelException.class, () -> NativeKernel.load(library));
        assertEquals(Reason.CODON_RUNTIME, refused.reason());
        assertTrue(
            String.valueOf(refused.getMessage()).startsWith(library + " needs Codon's runtime (libcodonrt.so), whose "),
            refused.toString());
        assertNotLoaded(library);
    }

    @Test
    void shouldRefuseWhatIsNoLibraryForThisMachine() throws IOException
    {
        final Path good = Libraries.kernel(folder);
        final byte[] bytes = Files.readAllBytes(good);
        final Path bad = folder.resolve("bad.so");
        bytes[18] = (byte)(bytes[18] == ElfFile.X86_64 ? ElfFile.AARCH64 : ElfFile.X86_64);
        assertRefused(Files.write(bad, bytes), Reason.FOREIGN, " is for another machine (ELF number ");
        bytes[4] = 1;
        assertRefused(Files.write(bad, bytes), Reason.FOREIGN, " is no shared library of 64 bits, little-endian: give");
        assertRefused(Files.writeString(bad, "#!/bin/sh\n"), Reason.FOREIGN, " is no ELF file: give a shared library");
        assertRefused(Files.write(bad, new byte[0]), Reason.FOREIGN, " is no ELF file: give a shared library");
        assertRefused(folder, Reason.MISSING, " is no file: ");
        assertRefused(folder.resolve("none.so"), Reason.MISSING, " does not exist: build it first, or give its path");
    }

    private static void assertRefused(final Path library, final Reason reason, final String sentence) throws IOException
    {
        final KernelException refused = assertThrows(KernelException.class, () -> NativeKernel.load(library));
        assertEquals(reason, refused.reason(), refused.toString());
        assertTrue(String.valueOf(refused.getMessage()).startsWith(library + sentence), refused.toString());
        assertNotLoaded(library);
    }

    private static void assertNotLoaded(final Path library) throws IOException
    {
        // It is loaded from a copy of the same name.
        final String maps = Files.readString(Path.of("/proc/self/maps"));
        assertFalse(maps.contains("/" + library.getFileName()), "it was loaded");
    }
}
