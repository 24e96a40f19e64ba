package io.tadpole.cli;

import io.tadpole.codecs.sbe.DeliveryGuarantee;
import io.tadpole.codecs.sbe.EnvelopeEncoder;
import io.tadpole.codecs.sbe.MessageHeaderEncoder;
import io.tadpole.codecs.sbe.Priority;
import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageGraph;
import io.tadpole.journal.Journal;
import io.tadpole.journal.JournalStage;
import io.tadpole.ring.Channel;
import io.tadpole.ring.Claim;
import io.tadpole.ring.RingConsumer;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.tadpole.cli.CommandRun.assertContains;
import static io.tadpole.cli.CommandRun.done;
import static io.tadpole.cli.CommandRun.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class JournalsTest
{
    private static final int MESSAGES = 5;
    private static final int SIGTERM = 15;
    private static final long FIRST_TIME_NS = 1_357_000_000_000_000_000L;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private String journal;

    /** Envelopes a second apart, with payloads of 10 to 14 bytes; two engines, so two excerpts at least. */
    @BeforeEach
    void writeAJournal() throws IOException
    {
        journal = folder.resolve("journal").toString();
        try (Journal target = Journal.open(Path.of(journal)))
        {
            publish(target, 0, 2);
            publish(target, 2, MESSAGES);
        }
    }

    private static void publish(final Journal target, final int from, final int to)
    {
        try (Engine engine = Engine.inMemory(
            EngineConfig.of(1 << 16), new StageGraph().stage("journal", new JournalStage(target))))
        {
            for (int i = from; i < to; i++)
            {
                publish(engine, i);
            }
        }
    }

    private static void publish(final Engine engine, final int i)
    {
        final Claim claim = new Claim();
        final EnvelopeEncoder envelope = new EnvelopeEncoder();
        assertTrue(engine.tryClaim(128, claim) >= 0);
        envelope.wrapAndApplyHeader(claim.buffer(), claim.offset(), new MessageHeaderEncoder())
            .timestamp(FIRST_TIME_NS + TimeUnit.SECONDS.toNanos(i))
            .source(7)
            .destination(EnvelopeEncoder.destinationNullValue())
            .messageType(40 + i)
            .priority(Priority.HIGH)
            .deliveryGuarantee(DeliveryGuarantee.ORDERED);
        envelope.putPayload(new byte[10 + i], 0, 10 + i).putMetadata(new byte[0], 0, 0);
        claim.commit(MessageHeaderEncoder.ENCODED_LENGTH + envelope.encodedLength());
    }

    @Test
    void shouldShowWhatAJournalHolds()
    {
        final String json = done("journal", "stat", journal, "--json");
        assertContains(json, "\"messages\": 5");
        assertContains(json, "\"first_sequence\": 0, \"next_sequence\": 5");
        assertContains(json, "\"first_time\": \"2013-01-01T00:26:40Z\", \"last_time\": \"2013-01-01T00:26:44Z\"");
        assertContains(json, "\"first_sequence\": 2, \"end_position\": 384}, ");
        final String text = done("journal", "stat", journal);
        assertContains(text, ": 5 messages in ");
        assertContains(text, "sequences 0 to 4, 2013-01-01T00:26:40Z to 2013-01-01T00:26:44Z");
    }

    @Test
    void shouldPrintTheMessagesOfAStretch()
    {
        final List<String> lines =
            done("journal", "dump", journal, "--from", "1", "--count", "2", "--json").lines().toList();
        assertEquals(2, lines.size());
        assertEquals(
            "{\"sequence\": 1, \"time\": \"2013-01-01T00:26:41Z\", \"length\": 71, \"envelope\": {\"type\": 41, "
                + "\"source\": 7, \"destination\": null, \"correlation_id\": \"0\", \"priority\": 1, "
                + "\"delivery_guarantee\": 3, \"payload_length\": 11}, \"hex\": null}",
            lines.getFirst());
        assertContains(lines.getLast(), "\"sequence\": 2");
        final String text = done("journal", "dump", journal, "--hex");
        assertEquals(MESSAGES, text.lines().count());
        assertContains(text, "  type 44  source 7  ");
        assertContains(text, "  2c000100415400");
        assertEquals("", done("journal", "dump", journal, "--from", "5"));
    }

    @Test
    void shouldReplayAndCheckAStretch()
    {
        assertContains(done("journal", "replay", journal, "--json"), "{\"messages\": 5, \"bytes\": 360, ");
        assertContains(done("journal", "replay", journal, "--from", "3"), "2 messages, 147 bytes");
        assertContains(done("journal", "replay", journal, "--follow", "--count", "4"), "4 messages");
    }

    @Test
    void shouldEndAReplayThatFollowsWithItsResult() throws Exception
    {
        assertContains(endedOnceItSays("\"messages\": 5, ", "--follow"), "{\"messages\": 5, \"bytes\": 360, ");
    }

    /** Nobody reads the ring, and it has no space for all of them: the replay waits. */
    @Test
    void shouldEndAReplayThatIsHeldBackWithItsResult() throws Exception
    {
        try (Journal target = Journal.open(Path.of(journal)))
        {
            for (int i = 0; i < 30; i++)
            {
                publish(target, 0, 50);
            }
        }
        assertContains(endedOnceItSays("\"back_pressured\": [1-9]"), "\"damage\": null}");
    }

    /** Replays into a ring in another process, ends that by SIGTERM when the ring looks so, and gives its result. */
    private String endedOnceItSays(final String pattern, final String... options) throws Exception
    {
        final String channel = folder.resolve("ring").toString();
        done("ring", "create", channel, "--capacity", "64k");
        final Path errors = folder.resolve("errors.txt");
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + Path.of(System.getProperty("tadpole.root"), "jvm-flags"),
            "-cp", System.getProperty("java.class.path"), Tadpole.class.getName(),
            "journal", "replay", journal, "--into", channel, "--json"));
        command.addAll(List.of(options));
        final Process replay = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try
        {
            final Pattern seen = Pattern.compile(pattern);
            while (!seen.matcher(done("ring", "stat", channel, "--json")).find())
            {
                assertTrue(replay.isAlive(), "it ended by itself: " + Files.readString(errors));
                Thread.sleep(10);
            }
            // Not SIGINT, which what started this test may ignore, and its children then do too.
            replay.toHandle().destroy();
            final String out = new String(replay.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(128 + SIGTERM, replay.waitFor());
            assertEquals("", Files.readString(errors));
            assertEquals(1, out.lines().count(), out);
            assertContains(done("ring", "stat", channel, "--json"), "\"producer\": {\"held\": false");
            return out;
        }
        finally
        {
            replay.destroyForcibly();
        }
    }

    @Test
    void shouldReplayIntoARing() throws IOException
    {
        final String channel = folder.resolve("ring").toString();
        done("ring", "create", channel, "--capacity", "64k");
        done("journal", "replay", journal, "--into", channel);
        final List<Integer> lengths = new ArrayList<>();
        try (RingConsumer consumer = Channel.attachConsumer(Path.of(channel), 0))
        {
            consumer.poll((buffer, offset, length, position) -> lengths.add(length), 10);
        }
        assertEquals(List.of(70, 71, 72, 73, 74), lengths);
    }

    @Test
    void shouldFailTheReplayOfADamagedJournal() throws IOException
    {
        damage(positionsOfPayloads().getFirst());
        final CommandRun run = CommandRun.of("journal", "replay", journal);
        assertEquals(Tadpole.FAILED, run.exitCode(), run.err() + run.out());
        assertContains(run.out(), "; then: ");
        assertContains(run.out(), "0 messages");
        assertEquals("", run.err());
    }

    @Test
    void shouldFailTheReplayOfAJournalWhoseEndIsDamaged() throws IOException
    {
        damage(positionsOfPayloads().getLast());
        for (final String option : new String[]{"--from=0", "--from=4", "--count=1", "--follow"})
        {
            final CommandRun run = CommandRun.of("journal", "replay", journal, option, "--json");
            assertEquals(Tadpole.FAILED, run.exitCode(), run.err() + run.out());
            assertContains(run.out(), "{\"messages\": 0, \"bytes\": 0, ");
            assertContains(run.out(), "\"damage\": \"the last excerpt of the journal in ");
            assertEquals("", run.err());
        }
    }

    @Test
    void shouldFailTheReplayOfAJournalThatIsCutOff() throws IOException
    {
        try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw"))
        {
            bytes.setLength(100);
        }
        final CommandRun run = CommandRun.of("journal", "replay", journal);
        assertEquals(Tadpole.FAILED, run.exitCode(), run.err() + run.out());
        assertEquals("", run.err());
    }

    @Test
    void shouldRefuseWhatIsNoJournal()
    {
        for (final String command : new String[]{"stat", "dump", "replay"})
        {
            refused("no journal in /nowhere", "journal", command, "/nowhere");
        }
        refused("not negative", "journal", "dump", journal, "--from", "-1");
        refused("not negative", "journal", "replay", journal, "--count", "-1");
        refused("create the channel first", "journal", "replay", journal, "--into", "/nowhere");
    }

    private Path file() throws IOException
    {
        try (Stream<Path> files = Files.list(Path.of(journal)))
        {
            return files.filter(path -> path.toString().endsWith(".cq4")).findFirst().orElseThrow();
        }
    }

    /** Changes the payload of one message in the journal's file. */
    private void damage(final long position) throws IOException
    {
        try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw"))
        {
            bytes.seek(position);
            bytes.write("damaged".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Behind each envelope's payload length; nothing else in the file looks like the header of an envelope. */
    private List<Long> positionsOfPayloads() throws IOException
    {
        final byte[] start = new byte[1 << 20];
        final int read;
        try (InputStream bytes = Files.newInputStream(file()))
        {
            read = bytes.readNBytes(start, 0, start.length);
        }
        final List<Long> positions = new ArrayList<>();
        for (int i = 0; i + 8 < read; i++)
        {
            if (start[i] == 44 && start[i + 2] == 1 && start[i + 4] == 0x41 && start[i + 5] == 0x54)
            {
                positions.add(i + 56L);
            }
        }
        assertEquals(MESSAGES, positions.size());
        return positions;
    }
}
