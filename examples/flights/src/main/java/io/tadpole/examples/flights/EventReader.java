package io.tadpole.examples.flights;

import io.tadpole.codecs.sbe.EnvelopeDecoder;
import io.tadpole.examples.flights.sbe.FlightEventDecoder;
import io.tadpole.examples.flights.sbe.Kind;
import io.tadpole.examples.flights.sbe.MessageHeaderDecoder;
import org.agrona.DirectBuffer;

/**
 * Reads a flight event from a message where it lies; see {@link EventWriter} for the layout. One thread; wait-free;
 * no allocation.
 */
final class EventReader
{
    private static final int SHORTEST_PAYLOAD = MessageHeaderDecoder.ENCODED_LENGTH + FlightEventDecoder.BLOCK_LENGTH;

    private final io.tadpole.codecs.sbe.MessageHeaderDecoder envelopeHeader =
        new io.tadpole.codecs.sbe.MessageHeaderDecoder();
    private final EnvelopeDecoder envelope = new EnvelopeDecoder();
    private final MessageHeaderDecoder eventHeader = new MessageHeaderDecoder();
    private final FlightEventDecoder event = new FlightEventDecoder();
    private int origin;
    private int dest;

    /**
     * Goes to a message.
     *
     * @param buffer in which it lies.
     * @param offset of its first byte.
     * @param length in bytes.
     * @return this reader.
     * @throws IllegalArgumentException when it is no flight event.
     */
    EventReader wrap(final DirectBuffer buffer, final int offset, final int length)
    {
        // A newer version may be longer, and its headers say where its parts start: each must lie in the message.
        if (length < EventWriter.LENGTH)
        {
            throw doesNotFit(length);
        }
        envelopeHeader.wrap(buffer, offset);
        if (envelopeHeader.schemaId() != EnvelopeDecoder.SCHEMA_ID ||
            envelopeHeader.templateId() != EnvelopeDecoder.TEMPLATE_ID)
        {
            throw notAnEvent("envelope", envelopeHeader.schemaId(), envelopeHeader.templateId());
        }
        envelope.wrapAndApplyHeader(buffer, offset, envelopeHeader);
        wrapEvent(buffer, envelope.limit() + EnvelopeDecoder.payloadHeaderLength(), offset + length);
        return this;
    }

    /** When the message was published, in nanoseconds since the epoch. */
    long timestampNs()
    {
        return envelope.timestamp();
    }

    /** What happened. */
    Kind kind()
    {
        return event.kind();
    }

    /** Where it left: an {@link Airport}'s index. */
    int origin()
    {
        return origin;
    }

    /** Where it went: an {@link Airport}'s index. */
    int dest()
    {
        return dest;
    }

    /** Negative is early; {@link FlightEvent#NO_DELAY} for a cancellation. */
    int delayMinutes()
    {
        return event.delayMinutes();
    }

    /**
     * Copies the whole event.
     *
     * @param to set to it.
     */
    void copyTo(final FlightEvent to)
    {
        to.timeNs = event.eventTimeNs();
        to.kind = event.kind();
        to.carrier = event.carrier(0) | (event.carrier(1) << 8);
        to.flight = event.flight();
        to.origin = origin;
        to.dest = dest;
        to.distanceMiles = event.distanceMiles();
        to.delayMinutes = event.delayMinutes();
        long tailnum = 0;
        for (int i = FlightEventDecoder.tailnumLength() - 1; i >= 0; i--)
        {
            tailnum = (tailnum << 8) | event.tailnum(i);
        }
        to.tailnum = tailnum;
    }

    private void wrapEvent(final DirectBuffer buffer, final int payloadAt, final int end)
    {
        if (envelopeHeader.blockLength() < EnvelopeDecoder.BLOCK_LENGTH || payloadAt + SHORTEST_PAYLOAD > end)
        {
            throw doesNotFit(end - payloadAt);
        }
        eventHeader.wrap(buffer, payloadAt);
        if (eventHeader.schemaId() != FlightEventDecoder.SCHEMA_ID ||
            eventHeader.templateId() != FlightEventDecoder.TEMPLATE_ID)
        {
            throw notAnEvent("payload", eventHeader.schemaId(), eventHeader.templateId());
        }
        if (eventHeader.blockLength() < FlightEventDecoder.BLOCK_LENGTH)
        {
            throw doesNotFit(end - payloadAt);
        }
        event.wrapAndApplyHeader(buffer, payloadAt, eventHeader);
        origin = Airport.index(event.origin(0), event.origin(1), event.origin(2));
        dest = Airport.index(event.dest(0), event.dest(1), event.dest(2));
        if (origin == Airport.NONE || dest == Airport.NONE)
        {
            throw new IllegalArgumentException("a flight event without an airport");
        }
    }

    private static IllegalArgumentException doesNotFit(final int length)
    {
        return new IllegalArgumentException("not a flight event: its parts do not fit " + length + " bytes");
    }

    private static IllegalArgumentException notAnEvent(final String what, final int schema, final int template)
    {
        return new IllegalArgumentException(
            "not a flight event: its " + what + " is of schema " + schema + ", template " + template);
    }
}
