package io.tadpole.cli;

import io.tadpole.codecs.sbe.EnvelopeDecoder;
import io.tadpole.codecs.sbe.MessageHeaderDecoder;
import io.tadpole.journal.Replay;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the messages of a journal. */
@Command(name = "dump", description = "Print the messages of a journal, one a line: sequence, time, length and, of an "
    + "envelope, what stands on it.")
final class JournalDump implements Callable<Integer>
{
    private static final int BATCH = 1024;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final EnvelopeDecoder envelope = new EnvelopeDecoder();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private Stretch stretch = new Stretch();

    @Option(names = "--hex", description = "Print each message's bytes too, in hexadecimal.")
    private boolean hex;

    @Option(names = "--json", description = "Print one JSON object a message, one a line, and nothing else.")
    private boolean json;

    /** Creates the command; for picocli. */
    JournalDump()
    {
    }

    @Override
    public Integer call()
    {
        final PrintWriter out = spec.commandLine().getOut();
        try (Replay replay = stretch.open(spec))
        {
            // A reader such as head goes away early.
            while (!replay.isComplete() && !out.checkError())
            {
                replay.poll((buffer, offset, length, sequence, timestamp) ->
                    out.println(line(buffer, offset, length, sequence, timestamp)), BATCH);
            }
        }
        out.flush();
        return Tadpole.DONE;
    }

    private String line(
        final DirectBuffer buffer, final int offset, final int length, final long sequence, final long timestamp)
    {
        final byte[] bytes = new byte[hex ? length : 0];
        buffer.getBytes(offset, bytes);
        final Line line = new Line(sequence, Text.time(timestamp), length, envelope(buffer, offset, length),
            hex ? HexFormat.of().formatHex(bytes) : null);
        return json ? Json.of(line) : line.text();
    }

    /** What is printed of one message. */
    private record Line(
        long sequence, String time, int length, @Nullable Map<String, @Nullable Object> envelope, @Nullable String hex)
    {
        String text()
        {
            final StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%10d  %-30s %,10d bytes", sequence, time, length));
            if (envelope != null)
            {
                envelope.forEach((name, value) ->
                    text.append("  ").append(name.replace('_', ' ')).append(' ').append(value));
            }
            return text.append(hex == null ? "" : "  " + hex).toString();
        }
    }

    /** Null when the message is no envelope of ours: any bytes may travel. */
    private @Nullable Map<String, @Nullable Object> envelope(
        final DirectBuffer buffer, final int offset, final int length)
    {
        if (length < MessageHeaderDecoder.ENCODED_LENGTH + EnvelopeDecoder.BLOCK_LENGTH + 2 * Integer.BYTES)
        {
            return null;
        }
        header.wrap(buffer, offset);
        if (header.schemaId() != EnvelopeDecoder.SCHEMA_ID || header.templateId() != EnvelopeDecoder.TEMPLATE_ID ||
            header.blockLength() < EnvelopeDecoder.BLOCK_LENGTH)
        {
            return null;
        }
        envelope.wrapAndApplyHeader(buffer, offset, header);
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("type", envelope.messageType());
        fields.put("source", envelope.source());
        fields.put("destination",
            envelope.destination() == EnvelopeDecoder.destinationNullValue() ? null : envelope.destination());
        fields.put("correlation_id", Long.toUnsignedString(envelope.correlationId()));
        fields.put("priority", envelope.priorityRaw());
        fields.put("delivery_guarantee", envelope.deliveryGuaranteeRaw());
        fields.put("payload_length", envelope.payloadLength());
        return fields;
    }
}
