package io.tadpole.ring;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.util.StringJoiner;

/**
 * Prints the layout, from the same structures that the code takes its offsets from, as {@code bindings/layout.golden}
 * has it: what the tests of every language compare with.
 */
final class LayoutPrinter
{
    private LayoutPrinter()
    {
    }

    static String print()
    {
        final StringJoiner lines = new StringJoiner("\n", "", "\n");
        struct(lines, "ring", RingFileLayout.HEADER, 0, RingFileLayout.MAGIC);
        line(lines, "ring.data", RingFileLayout.HEADER_LENGTH);
        struct(lines, "consumer", ConsumerFileLayout.FILE, 0, ConsumerFileLayout.MAGIC);
        line(lines, "consumer.length", ConsumerFileLayout.LENGTH);
        line(lines, "record.message", RecordLayout.HEADER_LENGTH);
        line(lines, "record.lengthMask", RecordLayout.LENGTH_MASK);
        line(lines, "record.published", RecordLayout.PUBLISHED);
        line(lines, "record.padding", RecordLayout.PADDING);
        line(lines, "layout.version", RingFileLayout.VERSION);
        line(lines, "capacity.min", RingFileLayout.MIN_CAPACITY);
        line(lines, "capacity.max", RingFileLayout.MAX_CAPACITY);
        line(lines, "consumers.max", RingFileLayout.MAX_CONSUMERS);
        line(lines, "position.detached", ConsumerFileLayout.DETACHED);
        line(lines, "position.joining", ConsumerFileLayout.JOINING);
        return lines.toString();
    }

    private static void struct(
        final StringJoiner lines, final String prefix, final StructLayout struct, final long start, final long magic)
    {
        long offset = start;
        for (final MemoryLayout member : struct.memberLayouts())
        {
            final String name = prefix + "." + member.name().orElse("");
            if (member instanceof final SequenceLayout several &&
                several.elementLayout() instanceof final StructLayout element)
            {
                // Two of them show the distance.
                struct(lines, name + ".0", element, offset, magic);
                struct(lines, name + ".1", element, offset + element.byteSize(), magic);
            }
            else if (!(member instanceof PaddingLayout))
            {
                line(lines, name, offset);
                if (name.endsWith(".magic"))
                {
                    line(lines, name + "Value", magic);
                }
            }
            offset += member.byteSize();
        }
    }

    private static void line(final StringJoiner lines, final String name, final long value)
    {
        lines.add(name + " = " + value);
    }
}
