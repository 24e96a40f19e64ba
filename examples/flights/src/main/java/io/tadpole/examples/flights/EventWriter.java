package io.tadpole.examples.flights;

import io.tadpole.codecs.sbe.DeliveryGuarantee;
import io.tadpole.codecs.sbe.EnvelopeEncoder;
import io.tadpole.codecs.sbe.Priority;
import io.tadpole.examples.flights.sbe.FlightEventEncoder;
import io.tadpole.examples.flights.sbe.MessageHeaderEncoder;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * Writes a flight event as a message, in place: an envelope, the event as its payload, and no metadata.
 *
 * <pre>
 *   +------------+----------------+----------------+------------+-------------+-----------------+
 *   | SBE header | envelope block | payload length | SBE header | event block | metadata length |
 *   +------------+----------------+----------------+------------+-------------+-----------------+
 *   0            8                52               56           64            96                100
 * </pre>
 *
 * <p>One thread; wait-free; no allocation.
 */
final class EventWriter
{
    /** What {@code messageType} says of a flight event. */
    static final int MESSAGE_TYPE = 1;

    /** What {@code source} says of this publisher. */
    static final int SOURCE = 1;

    private static final int PAYLOAD_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + FlightEventEncoder.BLOCK_LENGTH;

    /** The length of a message in bytes. */
    static final int LENGTH = io.tadpole.codecs.sbe.MessageHeaderEncoder.ENCODED_LENGTH +
        EnvelopeEncoder.BLOCK_LENGTH +
        EnvelopeEncoder.payloadHeaderLength() +
        PAYLOAD_LENGTH +
        EnvelopeEncoder.metadataHeaderLength();

    private static final byte[] NO_METADATA = {};

    private final io.tadpole.codecs.sbe.MessageHeaderEncoder envelopeHeader =
        new io.tadpole.codecs.sbe.MessageHeaderEncoder();
    private final EnvelopeEncoder envelope = new EnvelopeEncoder();
    private final MessageHeaderEncoder eventHeader = new MessageHeaderEncoder();
    private final FlightEventEncoder event = new FlightEventEncoder();
    private final MessageIds ids;

    /**
     * Writes messages.
     *
     * @param ids from which the messages get theirs.
     */
    EventWriter(final MessageIds ids)
    {
        this.ids = ids;
    }

    /**
     * Writes a message.
     *
     * @param row         to write.
     * @param timestampNs of the message, in nanoseconds since the epoch.
     * @param buffer      to write into.
     * @param offset      of the message's first byte.
     * @return the message's length in bytes, always {@link #LENGTH}.
     */
    int write(final FlightEvent row, final long timestampNs, final MutableDirectBuffer buffer, final int offset)
    {
        envelope.wrapAndApplyHeader(buffer, offset, envelopeHeader)
            .messageIdHigh(ids.high())
            .messageIdLow(ids.low())
            .correlationId(0)
            .timestamp(timestampNs)
            .source(SOURCE)
            .destination(EnvelopeEncoder.destinationNullValue())
            .messageType(MESSAGE_TYPE)
            .priority(Priority.MEDIUM)
            .deliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE);
        envelope.schemaVersion().major((short)0).minor((short)1).patch(0);

        // The payload is written where it belongs: its length first, then the encoder steps behind it.
        final int payloadLengthAt = envelope.limit();
        final int payloadAt = payloadLengthAt + EnvelopeEncoder.payloadHeaderLength();
        buffer.putInt(payloadLengthAt, PAYLOAD_LENGTH, ByteOrder.LITTLE_ENDIAN);
        writeEvent(row, buffer, payloadAt);
        envelope.limit(payloadAt + PAYLOAD_LENGTH);
        envelope.putMetadata(NO_METADATA, 0, 0);
        return envelope.limit() - offset;
    }

    private void writeEvent(final FlightEvent row, final MutableDirectBuffer buffer, final int offset)
    {
        final int origin = row.origin;
        final int dest = row.dest;
        event.wrapAndApplyHeader(buffer, offset, eventHeader)
            .eventTimeNs(row.timeNs)
            .delayMinutes(row.delayMinutes)
            .flight(row.flight)
            .distanceMiles(row.distanceMiles)
            .kind(row.kind)
            .putOrigin(Airport.first(origin), Airport.second(origin), Airport.third(origin))
            .putDest(Airport.first(dest), Airport.second(dest), Airport.third(dest))
            .putCarrier((byte)row.carrier, (byte)(row.carrier >>> 8));
        for (int i = 0; i < FlightEventEncoder.tailnumLength(); i++)
        {
            event.tailnum(i, (byte)(row.tailnum >>> (8 * i)));
        }
        // The block's last byte belongs to no field, and the ring's space holds what was there a lap before.
        buffer.putByte(event.limit() - 1, (byte)0);
    }
}
