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
    /** Of a table whose first column is an offset or a value, the second one a name, and the third what it means. */
    private static final Pattern ROW = Pattern.compile("\\| (-?\\d+) \\| `([\\w.]+)` \\| (.*) \\|");

    @Test
    void shouldBeTheLayoutOfEveryLanguage() throws IOException
    {
        final Path golden = Path.of(System.getProperty("tadpole.root"), "bindings", "layout.golden");
        assertEquals(Files.readString(golden), LayoutPrinter.print(), () -> """
            bindings/layout.golden is stale. The layout is frozen, see docs/layout.md, "What may change". If this \
            change is one that may be, print the file anew, in the project's folder:
            %s/bin/java -cp ipc-shm/ring/target/classes io.tadpole.ring.LayoutPrinter > bindings/layout.golden
            """.formatted(System.getProperty("java.home")));
    }

    @Test
    void shouldBeTheLayoutOfTheDocument() throws IOException
    {
        final Path document = Path.of(System.getProperty("tadpole.root"), "docs", "layout.md");
        final Map<String, String> documented = new TreeMap<>();
        for (final String line : Files.readAllLines(document))
        {
            final Matcher row = ROW.matcher(line);
            if (row.matches())
            {
                assertNull(documented.put(row.group(2), row.group(1) + " " + row.group(3)), line);
            }
        }
        documented.keySet().removeIf(name -> name.startsWith("excerpt."));
        final Map<String, String> printed = new TreeMap<>();
        LayoutPrinter.print().lines().filter(line -> !line.startsWith("#")).map(line -> line.split(" {2,}", 5)).forEach(
            columns -> printed.put(columns[0] + "." + columns[1], columns[2] + " " + columns[4]));
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
