package io.tadpole.journal;

import io.tadpole.codecs.sbe.DeliveryGuarantee;
import io.tadpole.codecs.sbe.EnvelopeEncoder;
import io.tadpole.codecs.sbe.MessageHeaderEncoder;
import io.tadpole.codecs.sbe.Priority;
import io.tadpole.engine.FailurePolicy;
import io.tadpole.envelope.SegmentBuffer;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.agrona.DirectBuffer;

/**
 * Puts messages on which a stage failed into a journal of their own, so that the engine can go on. Each becomes an
 * Envelope: its payload is the message as it was, its messageType {@link #MESSAGE_TYPE}, its timestamp the time of the
 * failure, and its metadata the key-value pairs {@code stage} (its name), {@code sequence} (of the message in the
 * engine, in decimal digits) and {@code cause} (what was thrown, at most {@value #CAUSE_LENGTH} bytes of it).
 *
 * <p>When the message cannot be kept, as on a full disk, the answer is to stop the engine. Any number of stages may
 * share one: calls wait for each other. Whoever opened the journal closes it.
 */
public final class DeadLetters implements FailurePolicy
{
    /** The messageType of a dead letter. */
    public static final int MESSAGE_TYPE = 0xDEAD;

    private static final int CAUSE_LENGTH = 1024;
    private static final int NAME_LENGTH = 1024;

    // What an envelope takes beside its payload and metadata: two headers, the block, two lengths, and the rounding.
    private static final int ENVELOPE_LENGTH = 256;

    private final Journal journal;
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final EnvelopeEncoder encoder = new EnvelopeEncoder();
    private final SegmentBuffer metadata = new SegmentBuffer(Arena.ofAuto().allocate(2 * CAUSE_LENGTH + NAME_LENGTH));
    private SegmentBuffer record = new SegmentBuffer();
    private int metadataLength;

    /**
     * Creates a policy.
     *
     * @param journal of dead letters alone; used by this object alone from now on.
     */
    public DeadLetters(final Journal journal)
    {
        this.journal = journal;
    }

    @Override
    public synchronized boolean onFailure(
        final String stage,
        final long sequence,
        final DirectBuffer buffer,
        final int offset,
        final int length,
        final Throwable cause)
    {
        metadataLength = 0;
        put("stage", stage, NAME_LENGTH);
        put("sequence", Long.toString(sequence), NAME_LENGTH);
        put("cause", cause.toString(), CAUSE_LENGTH);
        final int recordLength = encode(buffer, offset, length);
        return journal.append(0, record, 0, recordLength, 1, Math.max(0, journal.endPosition(0)) + recordLength) == 0;
    }

    private int encode(final DirectBuffer buffer, final int offset, final int length)
    {
        final int most = length + metadataLength + ENVELOPE_LENGTH;
        if (most > record.capacity())
        {
            record = new SegmentBuffer(Arena.ofAuto().allocate(most, ExcerptLayout.RECORD_ALIGNMENT));
        }
        final UUID id = UUID.randomUUID();
        encoder.wrapAndApplyHeader(record, ExcerptLayout.MESSAGE_OFFSET, headerEncoder)
            .messageIdHigh(id.getMostSignificantBits())
            .messageIdLow(id.getLeastSignificantBits())
            .correlationId(0)
            .timestamp(EpochClock.nanoTime())
            .source(0)
            .destination(EnvelopeEncoder.destinationNullValue())
            .messageType(MESSAGE_TYPE)
            .priority(Priority.HIGH)
            .deliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE);
        encoder.schemaVersion().major((short)0).minor((short)0).patch(0);
        encoder.putPayload(buffer, offset, length).putMetadata(metadata, 0, metadataLength);
        final int end = encoder.limit();
        record.putLong(0, ExcerptLayout.PUBLISHED | end);
        final int rounded = end + ExcerptLayout.RECORD_ALIGNMENT - 1 & -ExcerptLayout.RECORD_ALIGNMENT;
        record.setMemory(end, rounded - end, (byte)0);
        return rounded;
    }

    private void put(final String key, final String value, final int most)
    {
        putText(key.getBytes(StandardCharsets.UTF_8));
        putText(cut(value.getBytes(StandardCharsets.UTF_8), most));
    }

    private void putText(final byte[] text)
    {
        metadata.putShort(metadataLength, (short)text.length);
        metadata.putBytes(metadataLength + Short.BYTES, text);
        metadataLength += Short.BYTES + text.length;
    }

    // Not within a character: its bytes behind the first one start with 10.
    private static byte[] cut(final byte[] text, final int most)
    {
        int length = Math.min(text.length, most);
        while (length < text.length && length > 0 && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }
        return Arrays.copyOf(text, length);
    }
}
