package io.tadpole.ring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The pictures are executable, and every language reads the same ones. */
class LayoutTest
{
    /** Of a table whose first column is an offset or a value, and whose second one is a name. */
    private static final Pattern ROW = Pattern.compile("\\| (-?\\d+) \\| `([\\w.]+)` \\|");

    @Test
    void shouldBeTheLayoutOfEveryLanguage() throws IOException
    {
        final Path golden = Path.of(System.getProperty("tadpole.root"), "bindings", "layout.golden");
        assertEquals(Files.readString(golden), LayoutPrinter.print());
    }

    @Test
    void shouldBeTheLayoutOfTheDocument() throws IOException
    {
        final Path document = Path.of(System.getProperty("tadpole.root"), "docs", "layout.md");
        final Map<String, Long> documented = new TreeMap<>();
        for (final String line : Files.readAllLines(document))
        {
            final Matcher row = ROW.matcher(line);
            if (row.lookingAt())
            {
                assertNull(documented.put(row.group(2), Long.parseLong(row.group(1))), line);
            }
        }
        documented.keySet().removeIf(name -> name.startsWith("excerpt."));
        final Map<String, Long> printed = new TreeMap<>();
        LayoutPrinter.print().lines().map(line -> line.split(" = ", 2)).forEach(
            pair -> printed.put(pair[0], Long.parseLong(pair[1])));
        assertEquals(printed, documented);
    }

    @Test
    void shouldKeepEveryWriterAtADistance()
    {
        final long[] written = {
            0, RingFileLayout.TAIL_OFFSET, RingFileLayout.EPOCH_OFFSET, RingFileLayout.MESSAGES_OFFSET,
            RingFileLayout.STAGE_OFFSET, RingFileLayout.HEADER_LENGTH};
        for (int i = 1; i < written.length; i++)
        {
            assertTrue(written[i] - written[i - 1] >= 128 && written[i] % 128 == 0);
        }
        assertEquals(128, RingFileLayout.STAGE_LENGTH);
        assertEquals(4096, RingFileLayout.HEADER_LENGTH);
        assertEquals(4096, ConsumerFileLayout.LENGTH);
        assertEquals("TADPOLE\0", text(RingFileLayout.MAGIC));
        assertEquals("TADPCONS", text(ConsumerFileLayout.MAGIC));
    }

    private static String text(final long word)
    {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < Long.BYTES; i++)
        {
            text.append((char)(word >>> (i * 8) & 0xFF));
        }
        return text.toString();
    }
}
