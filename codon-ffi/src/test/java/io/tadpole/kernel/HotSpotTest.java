package io.tadpole.kernel;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.MessageStage;
import io.tadpole.engine.StageGraph;
import io.tadpole.kernel.KernelException.Reason;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChildJvm;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The JVM is what it was, while kernels run and behind them. */
@Timeout(300)
class HotSpotTest
{
    private static final String SEEN =
        "true null: 100 null checks, 100 stack overflows, 2000000 messages, sum 2000000";

    @TempDir(factory = SharedMemory.class)
    private Path folder;

    @Test
    void shouldLeaveHotSpotAloneInC() throws IOException
    {
        assertLeftAlone(List.of(Libraries.kernel(folder)));
    }

    @Test
    void shouldLeaveHotSpotAloneInCodon() throws IOException
    {
        assertLeftAlone(List.of(Libraries.codon(folder, "sum_kernel.codon")));
    }

    @Test
    void shouldLeaveHotSpotAloneWithAPreparedRuntime() throws IOException
    {
        final Path library = Libraries.codonWithRuntime(folder, "list_kernel.codon");
        assertLeftAlone(List.of(library, Libraries.codonRuntime()));
    }

    /** Checked by the JVM itself, and silent. */
    private void assertLeftAlone(final List<Path> libraries) throws IOException
    {
        final Path errors = folder.resolve("errors");
        final List<Object> arguments = new ArrayList<>(libraries);
        arguments.addFirst(folder.resolve("channel"));
        try (ChildJvm child = ChildJvm.start(
            List.of("-Xcheck:jni", "--enable-native-access=ALL-UNNAMED", "-Xmx256m"),
            ProcessBuilder.Redirect.to(errors.toFile()), HotSpotProgram.class, arguments.toArray()))
        {
            final String seen = child.readLine();
            assertEquals("", Files.readString(errors));
            assertEquals(SEEN, seen);
            assertEquals("nothing", child.readLine());
            assertEquals(0, child.exitCode());
        }
    }

    /** The opt-in does not check what the library runs when it is loaded; it looks at what is left behind. */
    @Test
    void shouldPutBackHandlersThatAnUncheckedLibraryTakes() throws IOException
    {
        final Path kernel = Path.of(System.getProperty("tadpole.root", ".")).resolve("codon-ffi/src/test/c/kernel.c");
        final Path source = Files.writeString(folder.resolve("thief.c"), "#include <signal.h>\n#include \"" + kernel +
            "\"\nstatic void handler(int n) { (void)n; }\n__attribute__((constructor)) static void begin(void) { " +
            "signal(SIGSEGV, handler); signal(SIGPWR, handler); }\n");
        final Path library = Libraries.compile(folder, "gcc", source, List.of("-shared", "-fPIC"));
        final SignalHandlers before = SignalHandlers.now();
        final KernelException thief = assertThrows(
            KernelException.class,
            () -> NativeKernel.load(KernelConfig.of(library).withCodonRuntime(Libraries.codonRuntime())));
        assertEquals(Reason.SIGNALS, thief.reason());
        assertEquals(
            library + " changed what the JVM does at the signals [11]; that is put back, and the library is not " +
            "used: build it without the runtime that does so", thief.getMessage());
        assertEquals(List.of(), before.restore(), "they are as before");
    }

    @Test
    void shouldSayWhatIsNoRuntimeOfCodon() throws IOException
    {
        final Path library = Libraries.kernel(folder);
        final KernelException missing = assertThrows(
            KernelException.class,
            () -> NativeKernel.load(KernelConfig.of(library).withCodonRuntime(folder.resolve("libcodonrt.so"))));
        assertEquals(Reason.MISSING, missing.reason());
        final KernelException other = assertThrows(
            KernelException.class, () -> NativeKernel.load(KernelConfig.of(library).withCodonRuntime(library)));
        assertEquals(Reason.FOREIGN, other.reason());
        assertTrue(
            String.valueOf(other.getMessage()).startsWith(library + " is not Codon's runtime: "), other.toString());
    }

    /** The call is not a critical one: a collection does not wait for the kernel. */
    @Test
    void shouldCollectWhileAKernelSpins() throws IOException
    {
        final Path state = folder.resolve("state");
        final Path library = Libraries.kernel(
            folder, "-DBEFORE=while(__atomic_load_n((const int64_t*)(const void*)(state+16*99),__ATOMIC_ACQUIRE)==0);");
        try (NativeKernel kernel = NativeKernel.load(KernelConfig.of(library).withStateFile(state));
            FileChannel file = FileChannel.open(state, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Arena arena = Arena.ofConfined())
        {
            final MemorySegment words = file.map(MapMode.READ_WRITE, 0, file.size(), arena);
            final Engine engine = Engine.create(
                folder.resolve("channel"), EngineConfig.of(64 << 10), new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, 1);
            final Thread stage = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("tadpole-kernel")).findFirst().orElseThrow();
            while (!isIn(stage, "onBatch"))
            {
                Thread.yield();
            }
            for (int i = 0; i < 10; i++)
            {
                System.gc();
            }
            assertTrue(isIn(stage, "onBatch"), "it still spins");
            final StateShape shape = new StateShape(Numbers.ROWS, Numbers.ROW_LENGTH, 1);
            words.set(ValueLayout.JAVA_LONG, StateFileLayout.copyOffset(shape, 0) + 99 * 16, 1);
            words.set(ValueLayout.JAVA_LONG, StateFileLayout.copyOffset(shape, 1) + 99 * 16, 1);
            assertTrue(engine.shutdown(Duration.ofSeconds(60)), engine::reason);
        }
    }

    private static boolean isIn(final Thread thread, final String method)
    {
        for (final StackTraceElement frame : thread.getStackTrace())
        {
            if (frame.getClassName().equals(Native.class.getName()) && frame.getMethodName().equals(method))
            {
                return true;
            }
        }
        return false;
    }

    /** A stray write into the ring ends this process, and no message is changed: a successor finds them whole. */
    @Test
    void shouldNotLetAKernelWriteMessages() throws IOException
    {
        final Path library = Libraries.kernel(
            folder, "-DBEFORE=if(from>=6400)*(volatile char*)(uintptr_t)(records+8)=1;");
        final Path channel = folder.resolve("channel");
        try (ChildJvm child = ChildJvm.start(
            List.of("--enable-native-access=ALL-UNNAMED", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" +
                folder.resolve("hs_err"), "-Xmx64m"),
            ProcessBuilder.Redirect.DISCARD, StrayProgram.class, channel, library))
        {
            assertEquals("#", child.readLine());
            assertFalse(child.exitCode() == 0);
        }
        final String report = Files.readString(folder.resolve("hs_err"));
        assertTrue(report.contains("SIGSEGV"), report);
        assertTrue(report.contains(library.getFileName() + "+"), "it says where");
        final List<Long> left = new ArrayList<>();
        final MessageStage stage =
            (buffer, offset, length, sequence, endOfBatch) -> left.add(buffer.getLong(offset));
        final Engine engine =
            Engine.attach(channel, EngineConfig.of(64 << 10), new StageGraph().stage("kernel", stage));
        assertTrue(engine.shutdown(Duration.ofSeconds(60)), engine::reason);
        assertFalse(left.isEmpty());
        for (int i = 0; i < left.size(); i++)
        {
            assertEquals(left.getFirst() + i, left.get(i));
        }
        Channel.remove(channel);
    }

    /** Publishes until its kernel ends it. */
    static final class StrayProgram
    {
        private StrayProgram()
        {
        }

        public static void main(final String[] arguments) throws IOException
        {
            try (NativeKernel kernel = NativeKernel.load(Path.of(arguments[1])))
            {
                final Engine engine = Engine.create(
                    Path.of(arguments[0]), EngineConfig.of(64 << 10), new StageGraph().stage("kernel", kernel));
                Numbers.publish(engine, 0, 10_000);
                engine.close();
            }
        }
    }
}
