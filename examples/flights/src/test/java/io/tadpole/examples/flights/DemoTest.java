package io.tadpole.examples.flights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
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
        final Result result = run(TestData.FLIGHT_EVENTS, 1, language, program(language), true, false);

        assertTrue(result.identical());
        assertTrue(result.killed());
        assertEquals(result.boards().reference(), result.boards().nativeStage());
        assertEquals(1, heard.steps.stream().filter(step -> step.startsWith("killed the native stage")).count());
    }

    @ParameterizedTest
    @EnumSource(names = {"CODON", "C"})
    void shouldSurviveAKillWheneverItComes(final NativeLanguage language) throws IOException
    {
        final Path program = program(language);
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

    private Result run(
        final Path input,
        final int repeat,
        final NativeLanguage language,
        final @Nullable Path program,
        final boolean kill,
        final boolean strict) throws IOException
    {
        final Path journal = folder.resolve("journal");
        return Demo.run(
            new DemoConfig(input, AS_FAST_AS_THEY_GO, repeat, language, program, kill, journal, strict), heard);
    }

    private static Path program(final NativeLanguage language)
    {
        final Path program = Path.of(
            System.getProperty("tadpole.root", "."),
            "build",
            "native",
            "flights_board_" + language.name().toLowerCase(Locale.ROOT));
        assumeTrue(Files.isExecutable(program), "not built: " + program + "; run ./tadpole test");
        return program;
    }

    private static int airport(final String code)
    {
        return Airport.index((byte)code.charAt(0), (byte)code.charAt(1), (byte)code.charAt(2));
    }
}
