package io.tadpole.ring;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * Prints {@code bindings/layout.golden}, from the same structures that the code takes its offsets from: what the tests
 * of every language compare with. Run as a program it prints to standard output, and needs no other class path than
 * this module's classes.
 */
final class LayoutPrinter
{
    private static final String HEAD = """
        # Printed by io.tadpole.ring.LayoutPrinter; a test of Java says when this is stale, and how to print it anew.
        # Columns: region, field, offset, size, meaning, two or more spaces apart. Of size 0 is what has no fixed one,
        # and what is no field but a value, which then stands in the place of the offset.
        """;

    /** As in the tables of {@code docs/layout.md}. */
    private static final Map<String, String> MEANINGS = """
        ring.magic  the bytes `TADPOLE` and a zero byte
        ring.magicValue  `ring.magic` as a word, 0x00454C4F50444154
        ring.version  1, stored last of all when the channel is created; 0 before
        ring.headerLength  4096
        ring.capacity  bytes of records: a power of two, `capacity.min` to `capacity.max`
        ring.alignment  8, or 64 for an engine's ring: every record starts at a multiple of it
        ring.consumers  declared consumers, 0 to `consumers.max`
        ring.ringId  random, not 0
        ring.createdNs  nanoseconds since the epoch (1970, UTC)
        ring.schemaId  of the messages' SBE schema, 0 to 65535; 0 says nothing
        ring.schemaVersion  of that schema, 0 to 65535
        ring.stages  stages of an engine that have words here, 0 to 28
        ring.tail  position up to which the producer has published
        ring.epoch  how often the producer's role was taken
        ring.messages  published since the ring was created, approximately
        ring.bytes  of those messages, without header words and rounding
        ring.backPressured  claims that were refused for want of space
        ring.stage.0.position  position up to which the first stage has handled the ring
        ring.stage.0.messages  before that position
        ring.stage.0.batches  in which it handled them
        ring.stage.0.name  56 bytes of UTF-8, padded with zeros
        ring.stage.1.position  of the second one; stage i lies at 512 + 128 i
        ring.stage.1.messages  as of the first
        ring.stage.1.batches  as of the first
        ring.stage.1.name  as of the first
        ring.data  the first record
        consumer.magic  the bytes `TADPCONS`
        consumer.magicValue  `consumer.magic` as a word, 0x534E4F4350444154
        consumer.version  1, stored last when the file is created; 0 before
        consumer.ringId  `ring.ringId` of the ring it belongs to
        consumer.index  k
        consumer.createdNs  nanoseconds since the epoch
        consumer.name  56 bytes of UTF-8, padded with zeros
        consumer.position  up to where it has consumed; `position.detached` when it was evicted; with the bit \
        `position.joining` while it joins
        consumer.epoch  how often the role was taken, or taken away
        consumer.messages  before its position since the ring was created, approximately
        consumer.bytes  of those messages
        consumer.batches  in which it consumed them
        consumer.length  of the file
        record.message  the message starts so far behind its header word
        record.lengthMask  bits 0 to 31: length of header word and message, not rounded
        record.published  bit 48: a message lies there; without it the whole word is 0
        record.padding  bit 49: no message; the reader goes on at the start of the data
        layout.version  of both files
        capacity.min  64 KiB
        capacity.max  1 GiB
        consumers.max  declared consumers of a channel
        position.detached  a position: evicted, holds nobody back
        position.joining  bit 0 of a position: being joined
        """.lines().map(line -> line.split(" {2}", 2)).collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));

    private final StringJoiner lines = new StringJoiner("\n", HEAD, "\n");

    private LayoutPrinter()
    {
    }

    static void main()
    {
        System.out.print(print());
    }

    static String print()
    {
        final LayoutPrinter printer = new LayoutPrinter();
        printer.struct("ring", "", RingFileLayout.HEADER, 0, RingFileLayout.MAGIC);
        printer.value("ring", "data", RingFileLayout.HEADER_LENGTH);
        printer.struct("consumer", "", ConsumerFileLayout.FILE, 0, ConsumerFileLayout.MAGIC);
        printer.value("consumer", "length", ConsumerFileLayout.LENGTH);
        printer.value("record", "message", RecordLayout.HEADER_LENGTH);
        printer.value("record", "lengthMask", RecordLayout.LENGTH_MASK);
        printer.value("record", "published", RecordLayout.PUBLISHED);
        printer.value("record", "padding", RecordLayout.PADDING);
        printer.value("layout", "version", RingFileLayout.VERSION);
        printer.value("capacity", "min", RingFileLayout.MIN_CAPACITY);
        printer.value("capacity", "max", RingFileLayout.MAX_CAPACITY);
        printer.value("consumers", "max", RingFileLayout.MAX_CONSUMERS);
        printer.value("position", "detached", ConsumerFileLayout.DETACHED);
        printer.value("position", "joining", ConsumerFileLayout.JOINING);
        return printer.lines.toString();
    }

    private void struct(
        final String region, final String prefix, final StructLayout struct, final long start, final long magic)
    {
        long offset = start;
        for (final MemoryLayout member : struct.memberLayouts())
        {
            final String name = prefix + member.name().orElse("");
            if (member instanceof final SequenceLayout several &&
                several.elementLayout() instanceof final StructLayout element)
            {
                // Two of them show the distance.
                struct(region, name + ".0.", element, offset, magic);
                struct(region, name + ".1.", element, offset + element.byteSize(), magic);
            }
            else if (!(member instanceof PaddingLayout))
            {
                line(region, name, offset, member.byteSize());
                if (name.equals("magic"))
                {
                    value(region, "magicValue", magic);
                }
            }
            offset += member.byteSize();
        }
    }

    private void value(final String region, final String name, final long value)
    {
        line(region, name, value, 0);
    }

    private void line(final String region, final String field, final long offset, final long size)
    {
        final String meaning = Objects.requireNonNull(MEANINGS.get(region + "." + field), field);
        lines.add(String.format("%-9s  %-16s  %19d  %4d  %s", region, field, offset, size, meaning));
    }
}
