package io.tadpole.examples.flights;

import io.tadpole.journal.Journal;
import io.tadpole.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The whole demo, with the native processes that the project's build has left in {@code build/native}. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DemoTest
{
    private static final Path ROOT = Path.of(System.getProperty("tadpole.root", "."));
    private static final long AS_FAST_AS_THEY_GO = 0;

    @TempDir
    private Path folder;

    private final Heard heard = new Heard();

    @Test
    void shouldCarryTheRealDataWithoutANativeStage() throws IOException
    {
        final Result result = run(TestData.FLIGHT_EVENTS, 1, NativeLanguage.NONE, null, true, false);

        assertTrue(result.identical());
        assertEquals(326_334, result.events());
        assertEquals(0, result.rejected());
        assertFalse(result.killed());
        assertNull(result.boards().nativeStage());
        assertNull(result.boards().kernel());
        assertEquals(result.boards().reference(), result.boards().aeron());
        assertTrue(result.latencies().aeron().max() >= result.latencies().aeron().p50());
        assertEquals(54_093, result.boards().java().departed(airport("JFK")));
        assertEquals(684_884, result.boards().java().delayMinutesSum(airport("JFK")));
        assertTrue(result.latencies().journal().max() >= result.latencies().journal().p50());
        assertEquals(0, result.allocated().perEvent());
    }

    @ParameterizedTest
    @EnumSource(names = {"CODON", "C"})
    void shouldSurviveAKillOfTheNativeStage(final NativeLanguage language) throws IOException
    {
        final Result result = run(TestData.FLIGHT_EVENTS, 1, language, board(language), true, false);

        assertTrue(result.identical());
        assertTrue(result.killed());
        assertEquals(result.boards().reference(), result.boards().nativeStage());
        assertEquals(result.boards().reference(), result.boards().kernel());
        assertEquals(0, result.allocated().perEvent());
        assertEquals(1, heard.steps.stream().filter(step -> step.startsWith("killed the native stage")).count());
    }

    @ParameterizedTest
    @EnumSource(names = {"CODON", "C"})
    void shouldSurviveAKillWheneverItComes(final NativeLanguage language) throws IOException
    {
        final Path program = board(language);
        for (int rows = 1; rows <= 1024; rows *= 4)
        {
            final Path input = Files.writeString(folder.resolve("few"), (TestData.DEPARTURE + "\n").repeat(rows));
            final Result result = run(input, 1, language, program, true, false);
            assertTrue(result.identical());
            assertEquals(rows, result.boards().java().departed(airport("EWR")));
        }
    }

    @Test
    void shouldGoOnWithAJournalThatIsThere() throws IOException
    {
        final Path input = Files.writeString(folder.resolve("input"), TestData.DEPARTURE + "\n" + TestData.ARRIVAL);
        assertTrue(run(input, 3, NativeLanguage.NONE, null, false, false).identical());
        final Result second = run(input, 1, NativeLanguage.NONE, null, false, false);

        assertTrue(second.identical());
        assertEquals(2, second.events());
        assertTrue(heard.steps.contains("replaying the journal from sequence 6"), heard.steps.toString());
    }

    @Test
    void shouldSkipRowsThatDoNotFitUnlessStrict() throws IOException
    {
        final Path input = Files.writeString(folder.resolve("input"), String.join(
            "\r\n", FlightRow.HEADER, TestData.DEPARTURE, "bad", TestData.CANCELLATION, TestData.ARRIVAL, "worse,"));
        final Result result = run(input, 2, NativeLanguage.NONE, null, false, false);

        assertTrue(result.identical());
        assertEquals(6, result.events());
        assertEquals(2, result.rejected());
        assertEquals(List.of("3: 1 column instead of 9", "6: 2 columns instead of 9"), heard.rejected);
        final MalformedRowException e = assertThrows(
            MalformedRowException.class, () -> run(input, 1, NativeLanguage.NONE, null, false, true));
        assertEquals(3, e.line());
    }

    @Test
    void shouldRefuseAnInputWithoutAnEvent() throws IOException
    {
        final Path input = Files.writeString(folder.resolve("input"), FlightRow.HEADER + "\n");
        final IOException e =
            assertThrows(IOException.class, () -> run(input, 1, NativeLanguage.NONE, null, false, false));
        assertTrue(TestData.message(e).startsWith(input + " has no flight event"), e.toString());
    }

    @Test
    void shouldTellTheLastWordsOfANativeStageThatEnds() throws IOException
    {
        final Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\necho 'no more'\nexit 3\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

        final DemoFailedException e = assertThrows(
            DemoFailedException.class,
            () -> run(TestData.FLIGHT_EVENTS, 1, NativeLanguage.C, program, false, false));
        assertTrue(TestData.message(e).endsWith(" ended by itself, with exit status 3: no more"), e.toString());
    }

    @Test
    void shouldNoticeThatTheProcessBehindAeronEnds() throws IOException
    {
        heard.whenStep("publishing", () -> ProcessHandle.current().children()
            .filter(child -> child.info().commandLine().orElse("").contains(AeronBoardProcess.class.getName()))
            .forEach(ProcessHandle::destroyForcibly));
        final DemoFailedException e = assertThrows(
            DemoFailedException.class,
            () -> run(TestData.FLIGHT_EVENTS, 3, NativeLanguage.NONE, null, false, false));
        assertTrue(TestData.message(e).startsWith("the board behind Aeron (process "), e.toString());
        assertTrue(TestData.message(e).endsWith(" ended by itself, by signal 9, without a word"), e.toString());
    }

    @Test
    void shouldRunAKernelOfTheUsersBesideItsOwn() throws IOException
    {
        final Path kernel = built("flights_kernel", NativeLanguage.C);
        final String departure = TestData.DEPARTURE.replace("EWR", "AAB");
        final Path input = Files.writeString(
            folder.resolve("input"), String.join("\n", departure, TestData.ARRIVAL, departure));
        final Result result = runWith(input, kernel);

        assertTrue(result.identical());
        assertNull(result.boards().kernel());
        final Result.UserKernel found = Objects.requireNonNull(result.userKernel());
        assertEquals(kernel.toString(), found.library());
        assertEquals(3, found.messages());
        assertEquals(3 * 128, found.position());
        assertEquals(16, found.state().size());
        assertEquals(List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L), found.state().getFirst());
        assertEquals(List.of(2L, 0L, 0L, 4L, 2L, 0L, 0L, 0L), found.state().get(1));
    }

    @Test
    void shouldFailWithTheReasonOfAKernelThatRefusesAnEvent() throws IOException, InterruptedException
    {
        final Path kernel = compile("""
            #include <tadpole/kernel.h>
            TADPOLE_KERNEL(0, 0, 1)
            int64_t tadpole_kernel_on_batch(const uint8_t *records, int64_t from, int64_t to, int64_t alignment,
                                            uint8_t *state, uint64_t *touched) {
                return -42;
            }
            """);
        final DemoFailedException e =
            assertThrows(DemoFailedException.class, () -> runWith(TestData.FLIGHT_EVENTS, kernel));
        assertTrue(TestData.message(e).contains("user-kernel"), e.toString());
        assertTrue(TestData.message(e).contains(kernel + " answered -42 to the message at position 0"), e.toString());
        final Path journal = folder.resolve("journal");
        assertTrue(Journal.describe(journal).nextSequence() > 0, "what was published is journaled");
        assertFalse(Files.exists(SharedFolder.of(journal).path()));
    }

    @Test
    void shouldRefuseAKernelBeforeAnythingIsStarted() throws IOException
    {
        final Path text = Files.writeString(folder.resolve("kernel.so"), "no library");
        assertThrows(KernelException.class, () -> runWith(folder.resolve("no input"), text));
        assertEquals(List.of(), heard.steps);
    }

    @Test
    void shouldRefuseAKernelOfItsOwnThatKeepsNoBoard() throws IOException, InterruptedException
    {
        final Path kernel = compile("""
            #include <tadpole/kernel.h>
            TADPOLE_KERNEL(17576, 72, 1)
            int64_t tadpole_kernel_on_batch(const uint8_t *records, int64_t from, int64_t to, int64_t alignment,
                                            uint8_t *state, uint64_t *touched) {
                return to;
            }
            """);
        final DemoConfig config = new DemoConfig(
            TestData.FLIGHT_EVENTS, AS_FAST_AS_THEY_GO, 1, NativeLanguage.C, built("flights_board", NativeLanguage.C),
            kernel, null, false, folder.resolve("journal"), false);
        final IOException e = assertThrows(IOException.class, () -> Demo.run(config, heard));
        assertEquals(
            kernel + " keeps a state of 1265472 bytes, and a board has 1124864: build the kernel of the flights demo",
            e.getMessage());
    }

    private Result run(
        final Path input,
        final int repeat,
        final NativeLanguage language,
        final @Nullable Path program,
        final boolean kill,
        final boolean strict) throws IOException
    {
        final Path kernel = program == null || !program.startsWith(ROOT) ? null : built("flights_kernel", language);
        final Path journal = folder.resolve("journal");
        return Demo.run(
            new DemoConfig(
                input, AS_FAST_AS_THEY_GO, repeat, language, program, kernel, null, kill, journal, strict),
            heard);
    }

    private Result runWith(final Path input, final Path userKernel) throws IOException
    {
        return Demo.run(
            new DemoConfig(
                input, AS_FAST_AS_THEY_GO, 1, NativeLanguage.NONE, null, null, userKernel, false,
                folder.resolve("journal"), false),
            heard);
    }

    private Path compile(final String source) throws IOException, InterruptedException
    {
        final Path file = Files.writeString(folder.resolve("kernel.c"), source);
        final Path library = folder.resolve("kernel.so");
        final Process gcc = new ProcessBuilder(
            "gcc", "-shared", "-fPIC", "-nostartfiles", "-I", ROOT.resolve("bindings/c/include").toString(),
            "-o", library.toString(), file.toString()).inheritIO().start();
        assertEquals(0, gcc.waitFor());
        return library;
    }

    private static Path board(final NativeLanguage language)
    {
        return built("flights_board", language);
    }

    private static Path built(final String name, final NativeLanguage language)
    {
        final Path file = ROOT.resolve("build/native/" + name + "_" + language);
        assumeTrue(Files.exists(file), "not built: " + file + "; run ./tadpole test");
        return file;
    }

    private static int airport(final String code)
    {
        return Airport.index((byte)code.charAt(0), (byte)code.charAt(1), (byte)code.charAt(2));
    }
}
