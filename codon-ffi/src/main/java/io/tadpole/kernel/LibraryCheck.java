package io.tadpole.kernel;

import io.tadpole.kernel.KernelException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Refuses a library that could harm the JVM, before it is loaded: what a library does then cannot be undone.
 */
final class LibraryCheck
{
    /** What a kernel exports: docs/kernels.md. */
    static final String ABI = "tadpole_kernel_abi";
    static final String LAYOUT = "tadpole_kernel_layout";
    static final String ROWS = "tadpole_kernel_rows";
    static final String ROW_LENGTH = "tadpole_kernel_row_length";
    static final String VERSION = "tadpole_kernel_version";
    static final String ON_BATCH = "tadpole_kernel_on_batch";

    private static final List<String> EXPORTS = List.of(ABI, LAYOUT, ROWS, ROW_LENGTH, VERSION, ON_BATCH);

    private static final Pattern CODON_RUNTIME = Pattern.compile("seq_.*|GC_.*|__kmpc.*");
    private static final Pattern CODON_LIBRARY = Pattern.compile("libcodon.*|libgc\\.so.*|libomp\\.so.*");
    private static final Pattern SYSTEM_LIBRARY =
        Pattern.compile("libc\\.so\\.6|libm\\.so\\.6|ld-linux[-_a-z0-9]*\\.so\\.\\d+");
    private static final Pattern UNWINDER =
        Pattern.compile("_Z.*|__cxa_(?!finalize).*|__gxx_.*|_Unwind_.*|rust_eh_personality");

    /** What is in libc and would harm the JVM, by the harm that it does, with the remedy. */
    private static final Map<String, Set<String>> HARMFUL = Map.of(
        "changes the signals by which the JVM works: leave them alone",
        Set.of(
            "sigaction", "signal", "__sysv_signal", "bsd_signal", "sysv_signal", "sigset", "sigvec", "sigaltstack",
            "siginterrupt", "sigprocmask", "pthread_sigmask", "sigblock", "sigsetmask", "sigwait", "sigsuspend",
            "signalfd", "alarm", "ualarm", "setitimer", "timer_create", "sighold", "sigrelse", "sigignore", "sigpause",
            "ssignal", "sigwaitinfo", "sigtimedwait", "prctl"),
        "ends the JVM: return a negative status instead, and compile with -DNDEBUG where it is an assertion's",
        Set.of(
            "exit", "_exit", "_Exit", "quick_exit", "abort", "__assert_fail", "__assert_perror_fail", "__assert",
            "raise", "kill", "killpg", "tgkill", "pthread_kill", "err", "errx", "verr", "verrx", "execve", "execv",
            "execvp", "execvpe", "execl", "execlp", "execle", "fexecve", "execveat", "error", "error_at_line",
            "gsignal", "sigqueue", "pthread_cancel"),
        "leaves the way by which the JVM called it: return instead",
        Set.of(
            "longjmp", "_longjmp", "siglongjmp", "__longjmp_chk", "setcontext", "swapcontext", "pthread_exit", "fork",
            "vfork", "_Fork", "clone", "daemon", "forkpty", "thrd_exit"),
        "starts what goes on when the JVM has unloaded it: do all work in the call",
        Set.of(
            "pthread_create", "thrd_create", "pthread_key_create", "tss_create", "timer_settime", "atexit", "on_exit",
            "at_quick_exit", "pthread_atfork", "aio_read", "aio_write", "lio_listio"),
        "loads what nobody has checked: link it statically",
        Set.of("dlopen", "dlmopen", "dlsym", "dlvsym"),
        "changes how the JVM calculates with floats: leave the rounding alone",
        Set.of(
            "fesetround", "fesetenv", "fesetmode", "feupdateenv", "feholdexcept", "feenableexcept", "fedisableexcept"));

    private LibraryCheck()
    {
    }

    /**
     * Checks a library.
     *
     * @param library     to be loaded.
     * @param withRuntime whether its user has prepared Codon's runtime: then what that needs is not refused.
     * @param isKnown     whether libc or libm has a symbol.
     * @return the library's bytes, as they were checked.
     * @throws KernelException when it is refused.
     * @throws IOException     when it cannot be read.
     */
    static byte[] check(final Path library, final boolean withRuntime, final Predicate<String> isKnown)
        throws IOException
    {
        if (!Files.isRegularFile(library))
        {
            throw new KernelException(
                Reason.MISSING, library + (Files.exists(library, LinkOption.NOFOLLOW_LINKS) ? " is no file" :
                    " does not exist") + ": build it first, or give its path");
        }
        final byte[] bytes = Files.readAllBytes(library);
        final ElfFile elf;
        try
        {
            elf = ElfFile.parse(bytes);
        }
        catch (final ElfFile.MalformedException malformed)
        {
            throw new KernelException(
                Reason.FOREIGN,
                library + " " + malformed.getMessage() + ": give a shared library for this machine", malformed);
        }
        checkMachine(library, elf.machine());
        if (!withRuntime)
        {
            checkCodonRuntime(library, elf);
            checkHarmless(library, elf);
            checkNeeded(library, elf);
            checkKnown(library, elf, isKnown);
            checkConstructors(library, elf);
        }
        if (elf.executableStack())
        {
            throw new KernelException(
                Reason.EXECUTABLE_STACK,
                library + " asks for executable stacks: the system would make those of all threads so, and with that " +
                "undo the guard pages by which the JVM finds stack overflows; link it with -Wl,-z,noexecstack");
        }
        checkExports(library, elf);
        return bytes;
    }

    private static void checkMachine(final Path library, final int machine) throws KernelException
    {
        final int own = System.getProperty("os.arch").equals("aarch64") ? ElfFile.AARCH64 : ElfFile.X86_64;
        if (machine != own)
        {
            throw new KernelException(
                Reason.FOREIGN,
                library + " is for another machine (ELF number " + machine + ", this one is " + own +
                "): build it here");
        }
    }

    private static void checkCodonRuntime(final Path library, final ElfFile elf) throws KernelException
    {
        final List<String> names = elf.undefined().stream().filter(CODON_RUNTIME.asMatchPredicate()).limit(3).toList();
        final List<String> libraries = elf.needed().stream().filter(CODON_LIBRARY.asMatchPredicate()).toList();
        if (!names.isEmpty() || !libraries.isEmpty())
        {
            throw new KernelException(
                Reason.CODON_RUNTIME,
                library + " needs Codon's runtime (" + String.join(", ", libraries.isEmpty() ? names : libraries) +
                "), whose collector replaces the JVM's handlers of SIGSEGV and SIGBUS: the JVM would crash, or hang, " +
                "at its next null check; build it with `tadpole codon build --lib`, which needs no runtime and says " +
                "what to write in its place, or load it with KernelConfig.withCodonRuntime");
        }
    }

    private static void checkHarmless(final Path library, final ElfFile elf) throws KernelException
    {
        for (final String name : elf.undefined())
        {
            for (final Map.Entry<String, Set<String>> harm : HARMFUL.entrySet())
            {
                if (harm.getValue().contains(name))
                {
                    throw new KernelException(
                        Reason.UNDEFINED, library + " calls " + name + ", which " + harm.getKey());
                }
            }
            if (UNWINDER.matcher(name).matches())
            {
                throw new KernelException(
                    Reason.UNDEFINED,
                    library + " calls " + name + ", of the runtime for exceptions, which nobody in the JVM catches: " +
                    "compile C++ with -fno-exceptions -fno-rtti and without static objects, Rust with -C panic=abort " +
                    "-C lto");
            }
        }
    }

    private static void checkNeeded(final Path library, final ElfFile elf) throws KernelException
    {
        for (final String needed : elf.needed())
        {
            if (!SYSTEM_LIBRARY.matcher(needed).matches())
            {
                throw new KernelException(
                    Reason.NEEDED,
                    library + " needs " + needed + ", whose code would run in the JVM unchecked: link what it uses " +
                    "of it statically, or with -Wl,--as-needed when it uses nothing");
            }
        }
    }

    /** They are looked up when they are called first, and then it is too late for an answer. */
    private static void checkKnown(final Path library, final ElfFile elf, final Predicate<String> isKnown)
        throws KernelException
    {
        for (final String name : elf.undefined())
        {
            if (!elf.weak().contains(name) && !isKnown.test(name))
            {
                throw new KernelException(
                    Reason.UNDEFINED,
                    library + " calls " + name + ", which is in neither libc nor libm, and the JVM would end when it " +
                    "is called: link what has it statically, with -Wl,-z,defs");
            }
        }
    }

    private static void checkConstructors(final Path library, final ElfFile elf) throws KernelException
    {
        if (elf.runsCode())
        {
            throw new KernelException(
                Reason.CONSTRUCTOR,
                library + " has code that runs when it is loaded or unloaded, and nobody knows what it does to the " +
                "JVM: link it with -nostartfiles, and do without static objects, constructors, and code that asks " +
                "which processor this is (target_clones, __builtin_cpu_supports, ifunc)");
        }
    }

    private static void checkExports(final Path library, final ElfFile elf) throws KernelException
    {
        final List<String> missing = EXPORTS.stream().filter(name -> !elf.defined().contains(name)).toList();
        if (!missing.isEmpty())
        {
            throw new KernelException(
                Reason.SYMBOL,
                library + " does not export " + String.join(", ", missing) +
                ": define it, by TADPOLE_KERNEL in C or @export in Codon, and build it with " +
                "`tadpole codon build --lib`, or with gcc -shared");
        }
    }
}
