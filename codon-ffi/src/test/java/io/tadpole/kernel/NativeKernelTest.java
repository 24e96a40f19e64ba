package io.tadpole.kernel;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.FailurePolicy;
import io.tadpole.engine.StageCounters;
import io.tadpole.engine.StageFailedException;
import io.tadpole.engine.StageGraph;
import io.tadpole.kernel.KernelException.Reason;
import io.tadpole.ring.SharedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A kernel as a stage of an engine: what it is handed, and what becomes of its answers. */
@Timeout(120)
class NativeKernelTest
{
    private static final EngineConfig CONFIG = EngineConfig.of(64 << 10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 20_001;
    private static final String POSSIBLE = "it can have 1 GiB in all, in rows of 8 bytes, 16, and so on";

    @TempDir(factory = SharedMemory.class)
    private Path folder;

    private Path channel;

    @BeforeEach
    void nameTheChannel()
    {
        channel = folder.resolve("channel");
    }

    @ParameterizedTest
    @CsvSource({"false, ''", "true, ''", "false, -DAT_MOST=3", "true, -DAT_MOST=3"})
    void shouldHandleEachMessageOnce(final boolean inFile, final String option) throws IOException
    {
        final Path library = option.isEmpty() ? Libraries.kernel(folder) : Libraries.kernel(folder, option);
        try (NativeKernel kernel = NativeKernel.load(config(library, inFile)))
        {
            assertEquals(-1, kernel.position());
            final Engine engine = Engine.create(channel, CONFIG, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, MESSAGES);
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
            Numbers.assertCounted(MESSAGES, kernel.state());
            assertTrue(kernel.position() <= engine.position());
            assertTrue(kernel.position() > engine.position() - CONFIG.capacityBytes() / 2);
        }
    }

    @Test
    void shouldHandleMessagesInMemoryOfTheProcess() throws IOException
    {
        try (NativeKernel kernel = NativeKernel.load(Libraries.kernel(folder)))
        {
            final Engine engine = Engine.inMemory(CONFIG, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, MESSAGES);
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
            Numbers.assertCounted(MESSAGES, kernel.state());
        }
    }

    @Test
    void shouldHandleMessagesInCodon() throws IOException
    {
        try (NativeKernel kernel = NativeKernel.load(Libraries.codon(folder, "sum_kernel.codon")))
        {
            final Engine engine = Engine.create(channel, CONFIG, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, MESSAGES);
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
            assertEquals(MESSAGES, Numbers.counted(kernel.state()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldStopTheEngineAtARefusedMessage(final boolean inFile) throws IOException
    {
        final Path library = Libraries.kernel(folder, "-DREFUSED(n)=((n)==777)");
        try (NativeKernel kernel = NativeKernel.load(config(library, inFile)))
        {
            final Engine engine = Engine.create(channel, CONFIG, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, 778);
            assertFalse(engine.shutdown(PATIENCE));
            final StageFailedException failure = Objects.requireNonNull(engine.failure());
            final long position = kernel.position();
            assertEquals(
                "stage 'kernel' failed at sequence " + position / 64 + ": io.tadpole.engine.MessageRefusedException: " +
                library + " answered -42 to the message at position " + position +
                "; the ring keeps what it has not handled", failure.getMessage());
            Numbers.assertCounted(777, kernel.state());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGoOnBehindARefusedMessageThatThePolicyTakes(final boolean inFile) throws IOException
    {
        final Path library = Libraries.kernel(folder, "-DREFUSED(n)=((n)>=1000 && (n)%3==2)");
        final List<Long> letters = new ArrayList<>();
        final FailurePolicy policy = (stage, sequence, buffer, offset, length, cause) ->
        {
            assertEquals("kernel", stage);
            letters.add(buffer.getLong(offset));
            assertEquals(8 + (int)(buffer.getLong(offset) % 100), length);
            return true;
        };
        try (NativeKernel kernel = NativeKernel.load(config(library, inFile)))
        {
            final Engine engine = Engine.create(
                channel, CONFIG.withFailurePolicy(policy), new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, MESSAGES);
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
            for (int i = 0; i < letters.size(); i++)
            {
                assertEquals(1001 + 3L * i, letters.get(i));
            }
            assertEquals((MESSAGES - 1000) / 3 + 1, letters.size());
            assertEquals(engine.position(), kernel.position(), "behind the last one, which is refused");
            assertEquals(MESSAGES - letters.size(), Numbers.counted(kernel.state()));
        }
    }

    @Test
    void shouldCountTheMessagesThatItsStageHasHandled() throws IOException
    {
        final Path library = Libraries.kernel(folder, "-DREFUSED(n)=((n)==5)", "-DAT_MOST=2");
        try (NativeKernel kernel = NativeKernel.load(library))
        {
            final Engine engine = Engine.create(
                channel, CONFIG.withFailurePolicy((stage, sequence, buffer, offset, length, cause) -> true),
                new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, 1000);
            StageCounters counters = engine.counters().getFirst();
            while (counters.position() < engine.position())
            {
                Thread.yield();
                counters = engine.counters().getFirst();
            }
            assertEquals(1000, counters.messages());
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
        }
    }

    /** A state that was changed by a kernel which then refuses is put back, where there is another copy. */
    @Test
    void shouldPutBackWhatAKernelChangedThatRefuses() throws IOException
    {
        final Path library = Libraries.kernel(
            folder, "-DREFUSED(n)=((n)==50)",
            "-DBEFORE=((int64_t*)tadpole_kernel_touch(state,touched,7,16))[0]+=1000;" +
            "if (*(const int64_t*)(const void*)(records + 8)!=50) ((int64_t*)(void*)state)[14]-=1000");
        try (NativeKernel kernel = NativeKernel.load(config(library, true)))
        {
            final Engine engine = Engine.create(channel, CONFIG, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, 51);
            assertFalse(engine.shutdown(PATIENCE));
            Numbers.assertCounted(50, kernel.state());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"from", "to+64", "to+1", "to-1", "from+1", "INT64_MAX", "0", "from-64"})
    void shouldStopTheEngineAtAPositionOutsideTheBatch(final String answer) throws IOException
    {
        final Path library = Libraries.kernel(folder, "-DANSWER=(" + answer + ")");
        try (NativeKernel kernel = NativeKernel.load(config(library, true)))
        {
            final Engine engine = Engine.create(channel, CONFIG, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, 1);
            assertFalse(engine.shutdown(PATIENCE));
            final String reason = String.valueOf(engine.reason());
            if (answer.equals("from-64"))
            {
                // Which is a negative number at the start of a ring: a refusal.
                assertTrue(reason.contains(library + " answered -64 to the message at position 0"), reason);
            }
            else
            {
                assertTrue(
                    reason.contains(
                        " to a batch from 0 to 64: it may answer the end, a position behind the start where a record " +
                        "starts, or a negative number"), reason);
            }
            assertEquals(0, Numbers.counted(kernel.state()));
            assertEquals(0, kernel.position());
        }
    }

    @Test
    void shouldRefuseAPositionInTheMiddleOfARecord() throws IOException
    {
        // Numbers from 60 on have records of two units.
        final Path library = Libraries.kernel(folder, "-DANSWER=(to-from>64?from+64:to)");
        try (NativeKernel kernel = NativeKernel.load(library))
        {
            final Engine engine = Engine.create(channel, CONFIG, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 60, 61);
            assertFalse(engine.shutdown(PATIENCE));
            final String reason = String.valueOf(engine.reason());
            assertTrue(reason.contains(" answered position 64 to a batch from 0 to 128: "), reason);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-DABI=2, VERSION, ' was built for version 2 of the kernel''s calls, and this is version 1: update Tadpole, " +
            "or build it with this one'",
        "-DABI=0, VERSION, ' was built for version 0 of the kernel''s calls, and this is version 1: build it anew'",
        "-DLAYOUT=2, VERSION, ' was built for version 2 of the records'' layout, and this is version 1: update " +
            "Tadpole, or build it with this one'",
        "-DROWS=-1, STATE, ' wants a state of -1 rows of 16 bytes, version 1: " + POSSIBLE + "'",
        "-DROW_LENGTH=12, STATE, ' wants a state of 100 rows of 12 bytes, version 1: " + POSSIBLE + "'",
        "-DROWS=INT64_MAX, STATE, ' wants a state of 9223372036854775807 rows of 16 bytes, version 1: " + POSSIBLE +
            "'",
    })
    void shouldRefuseWhatWasBuiltForAnother(final String option, final Reason reason, final String sentence)
        throws IOException
    {
        final Path library = Libraries.kernel(folder, option);
        final KernelException refused = assertThrows(KernelException.class, () -> NativeKernel.load(library));
        assertEquals(reason, refused.reason());
        assertEquals(library + sentence, refused.getMessage());
        final String maps = Files.readString(Path.of("/proc/self/maps"));
        assertFalse(maps.contains("/" + library.getFileName()), "it is still loaded");
    }

    @Test
    void shouldTakeAKernelWithoutAState() throws IOException
    {
        final Path source = Files.writeString(folder.resolve("none.c"), """
            #include <tadpole/kernel.h>
            TADPOLE_KERNEL(0, 0, 0)
            int64_t tadpole_kernel_on_batch(const uint8_t *records, int64_t from, int64_t to, int64_t alignment,
                                            uint8_t *state, uint64_t *touched) {
                (void)records; (void)from; (void)alignment; (void)state; (void)touched;
                return to;
            }
            """);
        try (NativeKernel kernel = NativeKernel.load(
            config(Libraries.compile(folder, "gcc", source, Libraries.LINKED), true)))
        {
            final Engine engine = Engine.create(channel, CONFIG, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, MESSAGES);
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
            assertEquals(0, kernel.state().byteSize());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"state[ROWS*ROW_LENGTH]=1", "state[-1]=1", "touched[2]=1", "touched[1]|=UINT64_C(1)<<63"})
    void shouldNoticeAKernelThatMissesItsRows(final String wrong) throws IOException
    {
        final boolean inFile = wrong.endsWith("63");
        final Path library = Libraries.kernel(folder, "-DALSO=" + wrong);
        final NativeKernel kernel = NativeKernel.load(config(library, inFile));
        try
        {
            final Engine engine = Engine.create(channel, CONFIG, new StageGraph().stage("kernel", kernel));
            Numbers.publish(engine, 0, 1);
            assertFalse(engine.shutdown(PATIENCE));
            final String reason = String.valueOf(engine.reason());
            assertTrue(reason.contains(inFile ?
                "the kernel touched row 127 of 100 rows of 16 bytes, version 1: correct it" :
                "the kernel wrote outside its rows, or touched a row that it does not have: end this process"), reason);
        }
        finally
        {
            kernel.close();
        }
    }

    @Test
    void shouldBelongToOneRing() throws IOException
    {
        final Path library = Libraries.kernel(folder);
        final NativeKernel kernel = NativeKernel.load(library);
        Engine.inMemory(CONFIG, new StageGraph().stage("kernel", kernel)).close();
        final IllegalStateException again = assertThrows(
            IllegalStateException.class, () -> Engine.inMemory(CONFIG, new StageGraph().stage("kernel", kernel)));
        assertEquals(library + " counts a ring already: load it once more for another one", again.getMessage());
        kernel.close();
        kernel.close();
        final IllegalStateException closed = assertThrows(
            IllegalStateException.class, () -> Engine.inMemory(CONFIG, new StageGraph().stage("kernel", kernel)));
        assertEquals(library + " is closed: load it once more for another one", closed.getMessage());
    }

    @Test
    void shouldStopTheEngineWhoseKernelIsClosed() throws IOException
    {
        final Path library = Libraries.kernel(folder);
        final NativeKernel kernel = NativeKernel.load(library);
        final Engine engine = Engine.create(channel, CONFIG, new StageGraph().stage("kernel", kernel));
        kernel.close();
        Numbers.publish(engine, 0, 1);
        assertFalse(engine.shutdown(PATIENCE));
        assertTrue(
            String.valueOf(engine.reason()).contains(library + " is closed: close it behind the engine"),
            engine::reason);
    }

    /** The system takes a library for loaded that it once found at a path. */
    @Test
    void shouldLoadWhatLiesThereNow() throws IOException
    {
        final Path library = folder.resolve("libkernel.so");
        Files.copy(Libraries.kernel(folder), library);
        try (NativeKernel one = NativeKernel.load(library))
        {
            assertEquals(100 * 16, one.state().byteSize());
            Files.move(Libraries.kernel(folder, "-DROWS=7"), library, StandardCopyOption.REPLACE_EXISTING);
            try (NativeKernel other = NativeKernel.load(library))
            {
                assertEquals(7 * 16, other.state().byteSize());
            }
        }
    }

    @Test
    void shouldRunTwoKernelsOfOneLibrarySideBySide() throws IOException
    {
        final Path library = Libraries.kernel(folder);
        try (NativeKernel one = NativeKernel.load(library); NativeKernel other = NativeKernel.load(library))
        {
            final Engine engine = Engine.create(
                channel, CONFIG, new StageGraph().stage("one", one).stage("other", other, "one"));
            Numbers.publish(engine, 0, MESSAGES);
            assertTrue(engine.shutdown(PATIENCE), engine::reason);
            assertNull(engine.reason());
            Numbers.assertCounted(MESSAGES, one.state());
            Numbers.assertCounted(MESSAGES, other.state());
        }
    }

    private KernelConfig config(final Path library, final boolean inFile)
    {
        final KernelConfig config = KernelConfig.of(library);
        return inFile ? config.withStateFile(folder.resolve("state")) : config;
    }
}
