package io.tadpole.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The document says what the code does. */
class ExcerptLayoutTest
{
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| `excerpt\\.(\\w+)` \\|");

    @Test
    void shouldBeTheLayoutOfTheDocument() throws Exception
    {
        final Map<String, Integer> documented = new TreeMap<>();
        for (final String line : Files.readAllLines(
            Path.of(System.getProperty("tadpole.root"), "docs", "layout.md")))
        {
            final Matcher row = ROW.matcher(line);
            if (row.lookingAt())
            {
                documented.put(row.group(2), Integer.parseInt(row.group(1)));
            }
        }
        assertEquals(
            new TreeMap<>(Map.ofEntries(
                Map.entry("magic", ExcerptLayout.MAGIC_OFFSET),
                Map.entry("firstSequence", ExcerptLayout.FIRST_SEQUENCE_OFFSET),
                Map.entry("messages", ExcerptLayout.MESSAGES_OFFSET),
                Map.entry("firstTimestamp", ExcerptLayout.FIRST_TIMESTAMP_OFFSET),
                Map.entry("lastTimestamp", ExcerptLayout.LAST_TIMESTAMP_OFFSET),
                Map.entry("ringId", ExcerptLayout.RING_ID_OFFSET),
                Map.entry("endPosition", ExcerptLayout.END_POSITION_OFFSET),
                Map.entry("runStart", ExcerptLayout.RUN_START_OFFSET),
                Map.entry("bodyLength", ExcerptLayout.BODY_LENGTH_OFFSET),
                Map.entry("crc", ExcerptLayout.CRC_OFFSET),
                Map.entry("body", ExcerptLayout.BODY_OFFSET))),
            documented);
    }
}
