package io.tadpole.examples.flights;

import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.examples.flights.sbe.Kind;
import io.tadpole.kernel.NativeKernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The kernels that the project's build has left in {@code build/native}, in an engine. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class KernelStageTest
{
    private static final int RECORD_LENGTH = 128;
    private static final int NOT_AN_EVENT = -100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final SplittableRandom random = new SplittableRandom(TestData.seed("KernelStageTest"));
    private final EventWriter writer = new EventWriter(new MessageIds(1));
    private final SegmentBuffer message = new SegmentBuffer(Arena.ofAuto().allocate(256));
    private final FlightEvent row = new FlightEvent();
    private Board expected = new Board();
    private int states;

    /** An event cut to a length, with some of its bytes replaced, each by two hexadecimal digits. */
    private record Bad(String name, int length, int at, String bytes)
    {
    }

    @ParameterizedTest
    @EnumSource(names = {"CODON", "C"})
    void shouldCountWhatABoardCounts(final NativeLanguage language) throws IOException
    {
        try (NativeKernel kernel = load(language))
        {
            final KernelStage stage = new KernelStage(library(language), kernel, 0);
            final Engine engine = engine(stage);
            for (int i = 0; i < 200_000; i++)
            {
                offerEvent(engine);
            }
            assertTrue(engine.shutdown(PATIENCE), engine.reason());
            assertEquals(expected, stage.board(engine.position()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CODON", "C"})
    void shouldReadALaterVersionWithLongerBlocks(final NativeLanguage language) throws IOException
    {
        try (NativeKernel kernel = load(language))
        {
            final KernelStage stage = new KernelStage(library(language), kernel, 0);
            final Engine engine = engine(stage);
            randomize();
            writer.write(row, 5, message, 0);
            MemorySegment.copy(message.segment(), 52, message.segment(), 60, 48);
            message.putShort(0, (short)52);
            message.putShort(64, (short)36);
            message.putInt(60, 44);
            offer(engine, 112);
            count();
            assertTrue(engine.shutdown(PATIENCE), engine.reason());
            assertEquals(expected, stage.board(engine.position()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CODON", "C"})
    void shouldStopAtAMessageThatIsNoFlightEventAndCountWhatIsBefore(final NativeLanguage language) throws IOException
    {
        final List<Bad> all = List.of(
            new Bad("no envelope's schema", 100, 4, "00"),
            new Bad("no envelope's template", 100, 2, "02"),
            new Bad("short block", 100, 0, "2b"),
            new Bad("long block", 100, 0, "ffff"),
            new Bad("a byte", 1, 0, "78"),
            new Bad("no payload", 56, 0, "2c"),
            new Bad("payload too long", 100, 52, "2d"),
            new Bad("payload of 4 GiB", 100, 52, "ffffffff"),
            new Bad("metadata too long", 100, 96, "01"),
            new Bad("payload too short", 100, 52, "27"),
            new Bad("no event's schema", 100, 60, "00"),
            new Bad("no event's template", 100, 58, "02"),
            new Bad("short event block", 100, 56, "1f"),
            new Bad("kind", 100, 80, "51"),
            new Bad("origin", 100, 83, "40"),
            new Bad("lower case", 100, 81, "6a"),
            new Bad("dest", 100, 85, "5b"),
            new Bad("high bit", 100, 84, "ff"));
        for (final Bad bad : all)
        {
            assertRefused(language, bad, Kind.ARRIVED);
            assertRefused(language, bad, Kind.DEPARTED);
        }
        assertRefused(language, new Bad("no delay", 100, 72, "00000080"), Kind.DEPARTED);
    }

    private void assertRefused(final NativeLanguage language, final Bad bad, final Kind kind) throws IOException
    {
        expected = new Board();
        try (NativeKernel kernel = load(language))
        {
            final KernelStage stage = new KernelStage(library(language), kernel, 0);
            final Engine engine = engine(stage);
            final int before = random.nextInt(300);
            for (int i = 0; i < before; i++)
            {
                offerEvent(engine);
            }
            randomize();
            row.kind = kind;
            writer.write(row, 5, message, 0);
            message.putBytes(bad.at, HexFormat.of().parseHex(bad.bytes));
            offer(engine, bad.length);
            engine.shutdown(PATIENCE);
            final long position = (long)before * RECORD_LENGTH;
            final String reason = String.valueOf(engine.reason());
            assertTrue(reason.contains(
                " answered " + NOT_AN_EVENT + " to the message at position " + position), bad.name + ": " + reason);
            assertEquals(expected, stage.board(position), bad.name);
        }
    }

    private NativeKernel load(final NativeLanguage language) throws IOException
    {
        return KernelStage.load(library(language), folder.resolve("state-" + states++));
    }

    private static Engine engine(final KernelStage stage)
    {
        return Engine.inMemory(EngineConfig.of(1 << 20), new StageGraph().stage("kernel", stage));
    }

    private void offerEvent(final Engine engine)
    {
        randomize();
        writer.write(row, 5, message, 0);
        offer(engine, EventWriter.LENGTH);
        count();
    }

    private void offer(final Engine engine, final int length)
    {
        while (engine.offer(message, 0, length) < 0)
        {
            assertEquals(null, engine.reason());
            Thread.onSpinWait();
        }
    }

    private void count()
    {
        expected.count(row.kind, row.origin, row.dest, row.delayMinutes);
    }

    private void randomize()
    {
        final Kind[] kinds = {Kind.DEPARTED, Kind.ARRIVED, Kind.CANCELLED};
        row.kind = kinds[random.nextInt(kinds.length)];
        // Few airports, the first and the last among them, so that rows count many events; all leave the first early.
        row.origin = airport();
        row.dest = airport();
        row.delayMinutes = row.kind == Kind.CANCELLED ? FlightEvent.NO_DELAY :
            random.nextInt(FlightEvent.NO_DELAY + 1, row.origin == 0 ? 0 : Integer.MAX_VALUE);
    }

    private int airport()
    {
        return random.nextInt(6) * ((Airport.COUNT - 1) / 5);
    }

    private static Path library(final NativeLanguage language)
    {
        final Path library =
            Path.of(System.getProperty("tadpole.root", "."), "build", "native", "flights_kernel_" + language);
        assumeTrue(Files.exists(library), "not built: " + library + "; run ./tadpole test");
        return library;
    }
}
