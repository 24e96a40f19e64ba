package io.tadpole.examples.flights;

import io.tadpole.codecs.sbe.EnvelopeDecoder;
import io.tadpole.codecs.sbe.MessageHeaderDecoder;
import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.examples.flights.sbe.Kind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class EventMessageTest
{
    private static final int OFFSET = 24;

    private final byte[] bytes = new byte[256];
    private final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(bytes));
    private final EventWriter writer = new EventWriter(new MessageIds(1));
    private final EventReader reader = new EventReader();
    private final FlightEvent row = new FlightEvent();

    @Test
    void shouldWriteTheseBytes() throws IOException
    {
        // A ring's space holds what was there a lap before: all of a message must be written.
        Arrays.fill(bytes, (byte)0xEE);
        parse(TestData.DEPARTURE);
        assertEquals(100, writer.write(row, 0x0102_0304_0506_0708L, buffer, OFFSET));

        final String expected = """
            2c00 0100 4154 0000
            c14c0289ec2d0a91 67ec8e65a18debbe 0000000000000000 0807060504030201
            0100 ffff 0100 00 01 0000 02 02
            28000000
            2000 0100 e803 0000
            0018b94c8628d512 02000000 0906 7805 44 455752 494148 5541 4e3134323238 00
            00000000
            """.replaceAll("\\s", "");
        assertEquals(expected, HexFormat.of().formatHex(bytes, OFFSET, OFFSET + 100));
        for (int i = 0; i < bytes.length; i++)
        {
            final boolean ofMessage = i >= OFFSET && i < OFFSET + 100;
            assertTrue(ofMessage || bytes[i] == (byte)0xEE, "nothing but the message is written");
        }
    }

    @Test
    void shouldLayThePayloadOnTheSecondCacheLineOfARecord() throws IOException
    {
        parse(TestData.DEPARTURE);
        writer.write(row, 1, buffer, 8);

        final EnvelopeDecoder envelope =
            new EnvelopeDecoder().wrapAndApplyHeader(buffer, 8, new MessageHeaderDecoder());
        assertEquals(60, envelope.limit());
        assertEquals(40, envelope.payloadLength());
        envelope.skipPayload();
        assertEquals(0, envelope.metadataLength());
        envelope.skipMetadata();
        assertEquals(108, envelope.limit());
        assertEquals(32, buffer.getShort(64));
        assertEquals(row.timeNs, buffer.getLong(72));
    }

    @Test
    void shouldReadWhatWasWritten()
    {
        final SplittableRandom random = new SplittableRandom(TestData.seed("EventMessageTest"));
        final FlightEvent copy = new FlightEvent();
        for (int i = 0; i < 20_000; i++)
        {
            randomize(random);
            final long timestampNs = random.nextLong();
            final int offset = 8 * random.nextInt(19);
            final int length = writer.write(row, timestampNs, buffer, offset);
            reader.wrap(buffer, offset, length).copyTo(copy);
            assertEquals(row.toString(), copy.toString());
            assertEquals(timestampNs, reader.timestampNs());
            assertEquals(row.kind, reader.kind());
            assertEquals(row.origin, reader.origin());
            assertEquals(row.dest, reader.dest());
            assertEquals(row.delayMinutes, reader.delayMinutes());
        }
    }

    @Test
    void shouldReadALongerMessageOfANewerVersion() throws IOException
    {
        parse(TestData.DEPARTURE);
        writer.write(row, 5, buffer, 0);
        // Version 1 appends eight bytes to the envelope's block and four to the event's.
        System.arraycopy(bytes, 52, bytes, 60, 48);
        buffer.putShort(0, (short)52);
        buffer.putShort(6, (short)1);
        buffer.putShort(64, (short)36);
        buffer.putShort(70, (short)1);
        buffer.putInt(60, 44);

        final FlightEvent copy = new FlightEvent();
        reader.wrap(buffer, 0, 112).copyTo(copy);
        assertEquals(row.toString(), copy.toString());
        assertEquals(5, reader.timestampNs());
    }

    @Test
    void shouldRefuseWhatIsNoFlightEvent() throws IOException
    {
        assertRefused(0, 44, 99);
        assertRefused(0, 43, 100);
        assertRefused(0, 45, 100);
        assertRefused(0, 65_535, 100);
        assertRefused(2, 2, 100);
        assertRefused(4, 1000, 100);
        assertRefused(56, 31, 100);
        assertRefused(58, 2, 100);
        assertRefused(60, 21_569, 100);
        assertRefused(81, 'a', 100);
        assertRefused(86, 0, 100);
    }

    @Test
    void shouldRefuseAnEnvelopeWithTooFewFields() throws IOException
    {
        parse(TestData.DEPARTURE);
        writer.write(row, 5, buffer, 0);
        System.arraycopy(bytes, 52, bytes, 48, 48);
        buffer.putShort(0, (short)40);
        assertThrows(IllegalArgumentException.class, () -> reader.wrap(buffer, 0, 100));
    }

    @Test
    void shouldGiveEachMessageAnIdOfVersion4()
    {
        final Set<UUID> seen = new HashSet<>();
        final MessageIds ids = new MessageIds(TestData.seed("EventMessageTest ids"));
        for (int i = 0; i < 10_000; i++)
        {
            final UUID id = new UUID(ids.high(), ids.low());
            assertEquals(4, id.version());
            assertEquals(2, id.variant());
            assertTrue(seen.add(id));
        }
    }

    @Test
    void shouldAllocateNothing() throws IOException
    {
        parse(TestData.DEPARTURE);
        assertEquals(0, Steady.allocatedBytes(() ->
        {
            for (int i = 0; i < 20_000; i++)
            {
                final int length = writer.write(row, i, buffer, OFFSET);
                row.flight = reader.wrap(buffer, OFFSET, length).kind() == Kind.DEPARTED ? i & 0xFFF : -1;
            }
        }));
    }

    private void assertRefused(final int at, final int value, final int length) throws IOException
    {
        parse(TestData.DEPARTURE);
        writer.write(row, 5, buffer, 0);
        buffer.putShort(at, (short)value);
        assertThrows(IllegalArgumentException.class, () -> reader.wrap(buffer, 0, length));
    }

    private void parse(final String text)
    {
        final byte[] line = text.getBytes(StandardCharsets.US_ASCII);
        assertEquals(null, new FlightRow().parse(line, 0, line.length, row));
    }

    private void randomize(final SplittableRandom random)
    {
        final Kind[] kinds = {Kind.DEPARTED, Kind.ARRIVED, Kind.CANCELLED};
        row.kind = kinds[random.nextInt(kinds.length)];
        row.timeNs = random.nextLong();
        row.carrier = random.nextInt('0', 'Z') | (random.nextInt('0', 'Z') << 8);
        row.flight = random.nextInt(65_535);
        row.tailnum = 0;
        for (int i = random.nextInt(7) - 1; i >= 0; i--)
        {
            row.tailnum = (row.tailnum << 8) | random.nextInt(' ', '~' + 1);
        }
        row.origin = random.nextInt(Airport.COUNT);
        row.dest = random.nextInt(Airport.COUNT);
        row.distanceMiles = random.nextInt(65_535);
        row.delayMinutes = row.kind == Kind.CANCELLED ? FlightEvent.NO_DELAY : random.nextInt();
    }
}
