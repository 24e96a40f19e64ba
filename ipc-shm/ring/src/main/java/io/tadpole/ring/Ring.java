package io.tadpole.ring;

import io.tadpole.envelope.SegmentBuffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * The memory of a ring, header and records, as one role maps it. Its words may be read from any thread; each has one
 * writer.
 */
public final class Ring
{
    private final MemorySegment header;
    private final MemorySegment records;
    /** The records again, where those who only read them cannot write. */
    private final MemorySegment readable;
    private final MemorySegment[] consumerFiles;
    private final int capacity;
    private final int alignment;
    private final int declared;
    private final long ringId;
    private final int stages;

    /**
     * @param file          header and records.
     * @param identity      as its header says, checked.
     * @param consumerFiles of all declared consumers; none where the role does not read them.
     */
    Ring(final MemorySegment file, final RingIdentity identity, final MemorySegment... consumerFiles)
    {
        this.capacity = (int)identity.capacity();
        this.alignment = (int)identity.alignment();
        this.declared = (int)identity.consumers();
        this.ringId = identity.ringId();
        this.stages = (int)identity.stages();
        this.header = file.asSlice(0, RingFileLayout.HEADER_LENGTH);
        this.records = file.asSlice(RingFileLayout.HEADER_LENGTH, capacity);
        this.readable = records.asReadOnly();
        this.consumerFiles = consumerFiles.clone();
    }

    /** A ring whose header nobody else can have written. */
    Ring(final MemorySegment file, final MemorySegment... consumerFiles)
    {
        this(file, RingIdentity.read(file), consumerFiles);
    }

    /** This ring, as a role maps it that reads its consumers' files too. */
    Ring with(final MemorySegment... files)
    {
        return new Ring(this, readable, files);
    }

    /**
     * This ring, for a role that writes it and hands its records to others in this process, native code among them:
     * these find them in a mapping that nobody can write through.
     */
    Ring readThrough(final Ring readOnly)
    {
        return new Ring(this, readOnly.readable, consumerFiles);
    }

    private Ring(final Ring ring, final MemorySegment readable, final MemorySegment... files)
    {
        this.header = ring.header;
        this.records = ring.records;
        this.readable = readable;
        this.consumerFiles = files.clone();
        this.capacity = ring.capacity;
        this.alignment = ring.alignment;
        this.declared = ring.declared;
        this.ringId = ring.ringId;
        this.stages = ring.stages;
    }

    /**
     * A ring in memory of this process alone, for an engine without stages outside the JVM. It lives as long as
     * something refers to it.
     *
     * @param config without consumers.
     * @return the ring.
     * @throws IllegalArgumentException when consumers are declared: nobody outside could reach it.
     */
    public static Ring anonymous(final ChannelConfig config)
    {
        if (!config.consumers().isEmpty())
        {
            throw new IllegalArgumentException(
                "a private ring has no consumers outside the process: create a channel for " + config.consumers());
        }
        final MemorySegment file =
            Arena.ofAuto().allocate(RingFileLayout.HEADER_LENGTH + config.capacityBytes(), RecordLayout.UNIT);
        initialise(file, config);
        return new Ring(file);
    }

    /** Writes the header of a new ring, but for the version, which makes it attachable. */
    static void initialise(final MemorySegment file, final ChannelConfig config)
    {
        long ringId = 0;
        while (ringId == 0)
        {
            ringId = ThreadLocalRandom.current().nextLong();
        }
        put(file, RingFileLayout.MAGIC_OFFSET, RingFileLayout.MAGIC);
        put(file, RingFileLayout.HEADER_LENGTH_OFFSET, RingFileLayout.HEADER_LENGTH);
        put(file, RingFileLayout.CAPACITY_OFFSET, config.capacityBytes());
        put(file, RingFileLayout.ALIGNMENT_OFFSET, config.alignment());
        put(file, RingFileLayout.CONSUMERS_OFFSET, config.consumers().size());
        put(file, RingFileLayout.RING_ID_OFFSET, ringId);
        put(file, RingFileLayout.CREATED_NS_OFFSET, epochNs());
        put(file, RingFileLayout.SCHEMA_ID_OFFSET, config.schemaId());
        put(file, RingFileLayout.SCHEMA_VERSION_OFFSET, config.schemaVersion());
        put(file, RingFileLayout.STAGES_OFFSET, config.stages().size());
        for (int i = 0; i < config.stages().size(); i++)
        {
            putName(file, stageOffset(i) + RingFileLayout.STAGE_NAME_OFFSET, config.stages().get(i));
        }
    }

    /**
     * The bytes that the records take.
     *
     * @return bytes, a power of two.
     */
    public int capacity()
    {
        return capacity;
    }

    /**
     * What every record's start is a multiple of.
     *
     * @return 8 or 64 bytes.
     */
    public int alignment()
    {
        return alignment;
    }

    /**
     * Which ring this is, for those who remember positions.
     *
     * @return a random number, never 0.
     */
    public long ringId()
    {
        return ringId;
    }

    /**
     * How many stages of an engine have words in this ring.
     *
     * @return 0 to 28.
     */
    public int stages()
    {
        return stages;
    }

    /**
     * How many consumers are declared and mapped.
     *
     * @return 0 to 64.
     */
    public int consumers()
    {
        return consumerFiles.length;
    }

    /** How many consumers are declared, mapped or not. */
    int declared()
    {
        return declared;
    }

    /**
     * The records, to be read in place.
     *
     * @return a new read-only buffer whose index 0 is the ring's; it ends with the role that mapped the ring.
     */
    public SegmentBuffer readOnlyRecords()
    {
        return new SegmentBuffer(readable);
    }

    /**
     * Reads a header word without order: for those who were told by a sequence that the record is there.
     *
     * @param index of the word, a multiple of the alignment.
     * @return the word.
     */
    public long word(final int index)
    {
        return Ordered.getOpaque(readable, index);
    }

    /**
     * Up to where the producer has published.
     *
     * @return position in bytes; acquires what was published before.
     */
    public long tail()
    {
        // SYNC POINT "tail": what lies before it is published. Pairs with RingProducer.publish.
        return Ordered.getAcquire(header, RingFileLayout.TAIL_OFFSET);
    }

    /**
     * Up to where a consumer has consumed, bounded by what it can have seen: so an evicted consumer, or a forged
     * position, never lets those run ahead who wait for that consumer.
     *
     * @param index of the consumer.
     * @param bound position in bytes that it cannot have passed.
     * @return position in bytes, at most the bound; the bound itself for an evicted consumer.
     */
    public long consumerPosition(final int index, final long bound)
    {
        final long raw = rawConsumerPosition(index);
        return raw == ConsumerFileLayout.DETACHED ? bound : Math.min(raw & -alignment, bound);
    }

    /**
     * From where on the ring holds all for a consumer.
     *
     * @param index of the consumer.
     * @param bound position in bytes that it cannot have passed.
     * @return position in bytes, at most the bound; the bound itself for an evicted consumer, and for one that is
     *         joining, whose position may lie further back than the producer waits.
     */
    public long heldPosition(final int index, final long bound)
    {
        final long raw = rawConsumerPosition(index);
        return ConsumerFileLayout.isHeld(raw) ? Math.min(raw & -alignment, bound) : bound;
    }

    /**
     * How many messages lie before a consumer's position since the ring was created, as it says itself: consumed, or
     * missed while it was evicted.
     *
     * @param index of the consumer.
     * @return messages.
     */
    public long consumerMessages(final int index)
    {
        return Ordered.getOpaque(consumerFiles[index], ConsumerFileLayout.MESSAGES_OFFSET);
    }

    /**
     * In how many batches a consumer has consumed its messages, as it says itself.
     *
     * @param index of the consumer.
     * @return batches.
     */
    public long consumerBatches(final int index)
    {
        return Ordered.getOpaque(consumerFiles[index], ConsumerFileLayout.BATCHES_OFFSET);
    }

    /**
     * How many messages the producer has published since the ring was created. It is stored behind the tail: a look may
     * miss the publish that is under way, and a kill in between loses the count of that publish for good.
     *
     * @return messages, approximately.
     */
    public long messages()
    {
        return Ordered.getOpaque(header, RingFileLayout.MESSAGES_OFFSET);
    }

    /** How many bytes these messages have. */
    long bytes()
    {
        return Ordered.getOpaque(header, RingFileLayout.BYTES_OFFSET);
    }

    /** How a consumer was declared. */
    String consumerName(final int index)
    {
        return name(consumerFiles[index], ConsumerFileLayout.NAME_OFFSET);
    }

    /** Up to where a consumer has consumed, as it says itself. */
    long rawConsumerPosition(final int index)
    {
        // SYNC POINT "consumed": the bytes before it may be written again. Pairs with RingConsumer.publish.
        return Ordered.getAcquire(consumerFiles[index], ConsumerFileLayout.POSITION_OFFSET);
    }

    /**
     * Says for those outside how far a stage is. Only for the stage's thread.
     *
     * @param index    of the stage.
     * @param position up to which it has handled the ring, in bytes.
     * @param messages that it has handled since the ring was created.
     * @param batches  in which it has handled them.
     */
    public void mirrorStage(final int index, final long position, final long messages, final long batches)
    {
        final long offset = stageOffset(index);
        Ordered.set(header, offset + RingFileLayout.STAGE_MESSAGES_OFFSET, messages);
        Ordered.set(header, offset + RingFileLayout.STAGE_BATCHES_OFFSET, batches);
        Ordered.setRelease(header, offset + RingFileLayout.STAGE_POSITION_OFFSET, position);
    }

    /**
     * How far a stage is, as it last said.
     *
     * @param index of the stage.
     * @return position in bytes.
     */
    public long stagePosition(final int index)
    {
        return Ordered.getAcquire(header, stageOffset(index) + RingFileLayout.STAGE_POSITION_OFFSET);
    }

    /**
     * How many messages a stage has handled since the ring was created.
     *
     * @param index of the stage.
     * @return messages.
     */
    public long stageMessages(final int index)
    {
        return Ordered.getOpaque(header, stageOffset(index) + RingFileLayout.STAGE_MESSAGES_OFFSET);
    }

    /**
     * In how many batches a stage has handled its messages.
     *
     * @param index of the stage.
     * @return batches.
     */
    public long stageBatches(final int index)
    {
        return Ordered.getOpaque(header, stageOffset(index) + RingFileLayout.STAGE_BATCHES_OFFSET);
    }

    /**
     * The names of the stages that have words in this ring.
     *
     * @return names, in the order of their words.
     */
    public List<String> stageNames()
    {
        return IntStream.range(0, stages)
            .mapToObj(i -> name(header, stageOffset(i) + RingFileLayout.STAGE_NAME_OFFSET))
            .toList();
    }

    MemorySegment header()
    {
        return header;
    }

    MemorySegment records()
    {
        return records;
    }

    static long stageOffset(final int index)
    {
        return RingFileLayout.STAGE_OFFSET + index * RingFileLayout.STAGE_LENGTH;
    }

    static void put(final MemorySegment segment, final long offset, final long value)
    {
        segment.set(ValueLayout.JAVA_LONG, offset, value);
    }

    static void putName(final MemorySegment segment, final long offset, final String name)
    {
        final byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    static String name(final MemorySegment segment, final long offset)
    {
        final byte[] bytes = new byte[RingFileLayout.NAME_LENGTH];
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, bytes, 0, bytes.length);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0)
        {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    static long epochNs()
    {
        final Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
