package io.tadpole.envelope;

import io.tadpole.codecs.sbe.DeliveryGuarantee;
import io.tadpole.codecs.sbe.EnvelopeDecoder;
import io.tadpole.codecs.sbe.EnvelopeEncoder;
import io.tadpole.codecs.sbe.Priority;
import io.tadpole.codecs.sbe.SemanticVersionDecoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class EnvelopeRoundTripTest
{
    private static final byte CANARY = (byte)0xA5;
    private static final EnvelopeMessage SMALL =
        EnvelopeMessage.random(new Random(1), 0).with(ByteBuffer.wrap(new byte[5]), ByteBuffer.wrap(new byte[3]));

    @Test
    void shouldReadWhatWasWritten()
    {
        final Random random = Seeds.random("shouldReadWhatWasWritten");
        try (Arena arena = Arena.ofConfined())
        {
            final MemorySegment segment = arena.allocate(1024);
            final SegmentBuffer buffer = new SegmentBuffer(segment);
            for (int i = 0; i < 5_000; i++)
            {
                final EnvelopeMessage message = EnvelopeMessage.random(random, 300);
                final int offset = random.nextInt(1024 - message.encodedLength() + 1);
                segment.fill(CANARY);

                assertEquals(message.encodedLength(), message.encode(buffer, offset));

                assertEquals(message, EnvelopeMessage.decode(buffer, offset));
                assertOnlyWritten(segment, offset, message.encodedLength());
            }
        }
    }

    static List<EnvelopeMessage> extremes()
    {
        final ByteBuffer none = ByteBuffer.allocate(0);
        final EnvelopeMessage zeros = new EnvelopeMessage(
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Priority.CRITICAL, DeliveryGuarantee.BEST_EFFORT, none, none);
        final EnvelopeMessage ones = new EnvelopeMessage(
            -1, -1, -1, -1, 0xFFFF, 0xFFFF, 0xFFFF, 0xFF, 0xFF, 0xFFFF,
            Priority.NULL_VAL, DeliveryGuarantee.NULL_VAL, none, none);
        final EnvelopeMessage nulls = new EnvelopeMessage(
            EnvelopeEncoder.messageIdHighNullValue(),
            EnvelopeEncoder.messageIdLowNullValue(),
            EnvelopeEncoder.correlationIdNullValue(),
            EnvelopeEncoder.timestampNullValue(),
            EnvelopeEncoder.sourceNullValue(),
            EnvelopeEncoder.destinationNullValue(),
            EnvelopeEncoder.messageTypeNullValue(),
            SemanticVersionDecoder.majorNullValue(),
            SemanticVersionDecoder.minorNullValue(),
            SemanticVersionDecoder.patchNullValue(),
            Priority.NULL_VAL, DeliveryGuarantee.NULL_VAL, none, none);
        final EnvelopeMessage least = new EnvelopeMessage(
            EnvelopeEncoder.messageIdHighMinValue(),
            EnvelopeEncoder.messageIdLowMinValue(),
            EnvelopeEncoder.correlationIdMinValue(),
            EnvelopeEncoder.timestampMinValue(),
            EnvelopeEncoder.sourceMinValue(),
            EnvelopeEncoder.destinationMinValue(),
            EnvelopeEncoder.messageTypeMinValue(),
            SemanticVersionDecoder.majorMinValue(),
            SemanticVersionDecoder.minorMinValue(),
            SemanticVersionDecoder.patchMinValue(),
            Priority.CRITICAL, DeliveryGuarantee.BEST_EFFORT, none, none);
        final EnvelopeMessage greatest = new EnvelopeMessage(
            EnvelopeEncoder.messageIdHighMaxValue(),
            EnvelopeEncoder.messageIdLowMaxValue(),
            EnvelopeEncoder.correlationIdMaxValue(),
            EnvelopeEncoder.timestampMaxValue(),
            EnvelopeEncoder.sourceMaxValue(),
            EnvelopeEncoder.destinationMaxValue(),
            EnvelopeEncoder.messageTypeMaxValue(),
            SemanticVersionDecoder.majorMaxValue(),
            SemanticVersionDecoder.minorMaxValue(),
            SemanticVersionDecoder.patchMaxValue(),
            Priority.BACKGROUND, DeliveryGuarantee.ORDERED, none, none);
        return List.of(zeros, ones, nulls, least, greatest);
    }

    @ParameterizedTest
    @MethodSource("extremes")
    void shouldKeepExtremesOfEveryField(final EnvelopeMessage message)
    {
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[64]));

        message.encode(buffer, 0);

        assertEquals(message, EnvelopeMessage.decode(buffer, 0));
    }

    static Stream<Priority> priorities()
    {
        return Stream.of(Priority.values()).filter(priority -> priority != Priority.SBE_UNKNOWN);
    }

    @ParameterizedTest
    @MethodSource("priorities")
    void shouldKeepEveryPriority(final Priority priority)
    {
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[44]));

        new EnvelopeEncoder().wrap(buffer, 0).priority(priority);

        assertEquals(priority, new EnvelopeDecoder().wrap(buffer, 0, 44, 0).priority());
    }

    static Stream<DeliveryGuarantee> guarantees()
    {
        return Stream.of(DeliveryGuarantee.values()).filter(value -> value != DeliveryGuarantee.SBE_UNKNOWN);
    }

    @ParameterizedTest
    @MethodSource("guarantees")
    void shouldKeepEveryDeliveryGuarantee(final DeliveryGuarantee guarantee)
    {
        final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[44]));

        new EnvelopeEncoder().wrap(buffer, 0).deliveryGuarantee(guarantee);

        assertEquals(guarantee, new EnvelopeDecoder().wrap(buffer, 0, 44, 0).deliveryGuarantee());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 65_535, 65_536, 1 << 20, 1 << 24})
    void shouldCarryPayloadOfAnyLength(final int length)
    {
        final Random random = Seeds.random("shouldCarryPayloadOfAnyLength");
        final EnvelopeMessage message = EnvelopeMessage.random(random, 0)
            .with(EnvelopeMessage.bytes(random, length), EnvelopeMessage.bytes(random, 9));
        try (Arena arena = Arena.ofConfined())
        {
            final SegmentBuffer buffer = new SegmentBuffer(arena.allocate(message.encodedLength()));

            message.encode(buffer, 0);

            assertEquals(message, EnvelopeMessage.decode(buffer, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRefuseToWriteBeyondItsEnd(final boolean part)
    {
        final MemorySegment whole = MemorySegment.ofArray(new byte[256]);
        for (int capacity = 0; capacity < SMALL.encodedLength(); capacity++)
        {
            whole.fill(CANARY);
            final SegmentBuffer buffer = bufferAt(whole, 64, capacity, part);

            final String refusal =
                assertThrows(IndexOutOfBoundsException.class, () -> SMALL.encode(buffer, 0)).toString();

            assertTrue(refusal.contains("out of bounds"), refusal);
            assertTrue(refusal.contains(Integer.toString(capacity)), refusal);
            assertOnlyWritten(whole, 64, capacity);
        }
        assertEquals(SMALL.encodedLength(), SMALL.encode(bufferAt(whole, 64, SMALL.encodedLength(), part), 0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRefuseToReadBeyondItsEnd(final boolean part)
    {
        final MemorySegment whole = MemorySegment.ofArray(new byte[256]);
        SMALL.encode(new SegmentBuffer(whole), 64);
        for (int capacity = 0; capacity < SMALL.encodedLength(); capacity++)
        {
            final SegmentBuffer buffer = bufferAt(whole, 64, capacity, part);

            assertThrows(IndexOutOfBoundsException.class, () -> EnvelopeMessage.decode(buffer, 0));
        }
        assertEquals(SMALL, EnvelopeMessage.decode(bufferAt(whole, 64, SMALL.encodedLength(), part), 0));
    }

    private static SegmentBuffer bufferAt(
        final MemorySegment whole, final int offset, final int length, final boolean part)
    {
        if (!part)
        {
            return new SegmentBuffer(whole.asSlice(offset, length));
        }
        final SegmentBuffer buffer = new SegmentBuffer();
        buffer.wrap(new SegmentBuffer(whole), offset, length);
        return buffer;
    }

    private static void assertOnlyWritten(final MemorySegment segment, final int offset, final int length)
    {
        for (int i = 0; i < segment.byteSize(); i++)
        {
            if (i < offset || i >= offset + length)
            {
                assertEquals(CANARY, segment.get(ValueLayout.JAVA_BYTE, i), "byte " + i);
            }
        }
    }
}
