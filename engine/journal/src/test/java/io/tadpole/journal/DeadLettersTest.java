package io.tadpole.journal;

import io.tadpole.codecs.sbe.EnvelopeDecoder;
import io.tadpole.codecs.sbe.MessageHeaderDecoder;
import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.MessageStage;
import io.tadpole.engine.StageGraph;
import io.tadpole.envelope.SegmentBuffer;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeadLettersTest
{
    private static final int MESSAGES = 100;

    @TempDir
    private Path directory;

    private final Stretch stretch = new Stretch(17 << 20);

    @Test
    void shouldKeepWhatAStageFailedOnAndGoOn() throws Exception
    {
        final List<Long> handled = new ArrayList<>();
        final MessageStage stage = (buffer, offset, length, sequence, endOfBatch) ->
        {
            final long number = buffer.getLong(offset);
            if (number % 10 == 3)
            {
                throw new IllegalArgumentException("no threes: " + number);
            }
            handled.add(number);
        };
        try (Journal journal = Journal.open(directory))
        {
            final Engine engine = Engine.inMemory(
                EngineConfig.of(64 << 10).withFailurePolicy(new DeadLetters(journal)),
                new StageGraph().stage("picky", stage));
            for (int i = 0; i < MESSAGES; i++)
            {
                final DirectBuffer message = stretch.clear().add(i, 50).buffer();
                assertTrue(engine.offer(message, ExcerptLayout.MESSAGE_OFFSET, 50) > 0);
            }
            assertTrue(engine.shutdown(Duration.ofMinutes(1)));
            assertNull(engine.failure());
            assertEquals(MESSAGES / 10, journal.nextSequence());
        }
        assertEquals(MESSAGES * 9 / 10, handled.size());
        final long before = System.currentTimeMillis() - 600_000;
        final int letters = replay((envelope, payload, metadata, timestamp) ->
        {
            final long number = payload.getLong(0);
            assertEquals(3, number % 10);
            assertTrue(Stretch.matches(payload, 0, payload.capacity(), number));
            assertEquals(50, payload.capacity());
            assertEquals("picky", metadata.get("stage"));
            assertEquals(Long.toString(number), metadata.get("sequence"));
            assertEquals("java.lang.IllegalArgumentException: no threes: " + number, metadata.get("cause"));
            assertEquals(3, metadata.size());
            assertEquals(DeadLetters.MESSAGE_TYPE, envelope.messageType());
            assertEquals(timestamp, envelope.timestamp());
            assertTrue(timestamp / 1_000_000 > before);
        });
        assertEquals(MESSAGES / 10, letters);
    }

    @Test
    void shouldKeepTheGreatestMessageAndTheBeginningOfALongCause() throws Exception
    {
        final int length = 16 << 20;
        stretch.add(7, length);
        final String longText = "ß".repeat(5000);
        try (Journal journal = Journal.open(directory))
        {
            final DeadLetters letters = new DeadLetters(journal);
            assertTrue(letters.onFailure(
                longText, 1, stretch.buffer(), ExcerptLayout.MESSAGE_OFFSET, length, new Throwable(longText)));
            assertTrue(letters.onFailure(
                "s", Long.MAX_VALUE, stretch.buffer(), ExcerptLayout.MESSAGE_OFFSET, 1, new Error()));
        }
        final int[] lengths = {length, 1};
        final int[] number = {0};
        assertEquals(2, replay((envelope, payload, metadata, timestamp) ->
        {
            assertEquals(lengths[number[0]++], payload.capacity());
            if (payload.capacity() > 1)
            {
                assertTrue(Stretch.matches(payload, 0, length, 7));
                final String cause = String.valueOf(metadata.get("cause"));
                assertTrue(("java.lang.Throwable: " + longText).startsWith(cause));
                assertTrue(cause.length() > 500);
            }
        }));
    }

    @Test
    void shouldStopTheEngineWhenThereIsNoPlaceForALetter() throws Exception
    {
        final Journal journal = Journal.open(directory);
        journal.close();
        final Engine engine = Engine.inMemory(
            EngineConfig.of(64 << 10).withFailurePolicy(new DeadLetters(journal)),
            new StageGraph().stage("failing", (MessageStage)(buffer, offset, length, sequence, endOfBatch) ->
            {
                throw new IllegalStateException("always");
            }));
        JournaledEngine.publish(engine, stretch, new Random(1), 0);
        engine.shutdown(Duration.ofMinutes(1));
        assertFalse(engine.failure() == null);
    }

    @FunctionalInterface
    private interface Letter
    {
        void read(EnvelopeDecoder envelope, DirectBuffer payload, Map<String, String> metadata, long timestamp);
    }

    private int replay(final Letter letter)
    {
        final EnvelopeDecoder envelope = new EnvelopeDecoder();
        try (Replay replay = Replay.open(directory, 0))
        {
            return replay.poll((buffer, offset, length, sequence, timestamp) ->
            {
                envelope.wrapAndApplyHeader(buffer, offset, new MessageHeaderDecoder());
                final byte[] payload = new byte[envelope.payloadLength()];
                envelope.getPayload(payload, 0, payload.length);
                final byte[] metadata = new byte[envelope.metadataLength()];
                envelope.getMetadata(metadata, 0, metadata.length);
                assertEquals(length, envelope.limit() - offset);
                letter.read(
                    envelope,
                    new SegmentBuffer(MemorySegment.ofArray(payload)),
                    pairs(new SegmentBuffer(MemorySegment.ofArray(metadata))),
                    timestamp);
            }, 1000);
        }
    }

    private static Map<String, String> pairs(final DirectBuffer metadata)
    {
        final Map<String, String> pairs = new LinkedHashMap<>();
        int at = 0;
        while (at < metadata.capacity())
        {
            final String key = text(metadata, at);
            at += Short.BYTES + metadata.getShort(at);
            pairs.put(key, text(metadata, at));
            at += Short.BYTES + metadata.getShort(at);
        }
        return pairs;
    }

    private static String text(final DirectBuffer metadata, final int at)
    {
        final byte[] text = new byte[metadata.getShort(at)];
        metadata.getBytes(at + Short.BYTES, text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
