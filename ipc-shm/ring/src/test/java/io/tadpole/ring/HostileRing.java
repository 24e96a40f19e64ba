package io.tadpole.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A ring in memory that a hostile peer writes: any word, at any moment. It is smaller than a channel's can be, so that
 * it wraps soon, and is used again for each input. Every access is checked by the segments' bounds, and who only reads
 * has a read-only view.
 */
public final class HostileRing
{
    private static final int MAX_CAPACITY = 2048;
    private static final int MAX_CONSUMERS = 3;

    private final MemorySegment file =
        Arena.ofAuto().allocate(RingFileLayout.HEADER_LENGTH + MAX_CAPACITY, RecordLayout.UNIT);
    private final MemorySegment[] consumers = new MemorySegment[MAX_CONSUMERS];
    private int capacity;
    private int alignment;
    private int declared;

    /** Where the next plausible record goes. */
    private int cursor;

    /** Allocates the memory. */
    public HostileRing()
    {
        for (int k = 0; k < MAX_CONSUMERS; k++)
        {
            consumers[k] = Arena.ofAuto().allocate(ConsumerFileLayout.LENGTH, RecordLayout.UNIT);
        }
    }

    /**
     * Makes it a new ring.
     *
     * @param input     decides about capacity and positions.
     * @param unit      8, 64, or 0: the input decides about the alignment too.
     * @param readers   declared consumers, 0 to 3.
     * @param stages    of an engine.
     * @return a position at which a record may start.
     */
    public long reset(final HostileInput input, final int unit, final int readers, final int stages)
    {
        alignment = unit != 0 ? unit : input.below(2) == 0 ? RecordLayout.COMPACT : RecordLayout.UNIT;
        capacity = (alignment * (alignment == RecordLayout.UNIT ? 8 : 32)) << input.below(3);
        declared = readers;
        file.asSlice(0, RingFileLayout.HEADER_LENGTH + capacity).fill((byte)0);
        put(RingFileLayout.CAPACITY_OFFSET, capacity);
        put(RingFileLayout.ALIGNMENT_OFFSET, alignment);
        put(RingFileLayout.CONSUMERS_OFFSET, readers);
        put(RingFileLayout.RING_ID_OFFSET, 4711);
        put(RingFileLayout.STAGES_OFFSET, stages);
        cursor = input.below(capacity / alignment) * alignment;
        final long position = (long)input.below(4) * capacity + cursor;
        put(RingFileLayout.TAIL_OFFSET, position);
        for (int k = 0; k < readers; k++)
        {
            consumers[k].asSlice(0, RingFileLayout.STAGE_OFFSET).fill((byte)0);
            putPosition(k, position);
        }
        return position;
    }

    /**
     * The ring as its producer maps it.
     *
     * @return a new view.
     */
    public Ring forProducer()
    {
        return new Ring(file.asSlice(0, RingFileLayout.HEADER_LENGTH + capacity), readOnlyConsumers());
    }

    /**
     * The ring as those map it who only read.
     *
     * @return a new view.
     */
    public Ring forReaders()
    {
        return new Ring(file.asSlice(0, RingFileLayout.HEADER_LENGTH + capacity).asReadOnly(), readOnlyConsumers());
    }

    private MemorySegment[] readOnlyConsumers()
    {
        final MemorySegment[] files = new MemorySegment[declared];
        for (int k = 0; k < declared; k++)
        {
            files[k] = consumers[k].asReadOnly();
        }
        return files;
    }

    /**
     * Its capacity.
     *
     * @return bytes.
     */
    public int capacity()
    {
        return capacity;
    }

    /**
     * Its alignment.
     *
     * @return bytes.
     */
    public int alignment()
    {
        return alignment;
    }

    MemorySegment consumerFile(final int index)
    {
        return consumers[index];
    }

    /**
     * All bytes of its records.
     *
     * @return a copy.
     */
    public byte[] records()
    {
        return file.asSlice(RingFileLayout.HEADER_LENGTH, capacity).toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * Does to one word of the records what the input says; for the most part it makes a record that can be, behind the
     * one that it made before.
     *
     * @param input decides.
     */
    public void scribbleRecord(final HostileInput input)
    {
        final int left = capacity - cursor;
        final int kind = input.below(16);
        final long word = switch (kind)
        {
            case 0 -> input.word();
            case 1 -> 0;
            case 2 -> RecordLayout.PUBLISHED | 1 + input.below(2 * capacity);
            case 3, 4 -> RecordLayout.paddingWord(left);
            case 5, 6 -> RecordLayout.PUBLISHED | 9 + input.below(left);
            default -> RecordLayout.PUBLISHED | 9 + input.below(Math.max(1, Math.min(capacity / 4, left) - 8));
        };
        // Or where another record is, or none.
        final int index = kind == 15 ? input.below(capacity / alignment) * alignment : cursor;
        put(RingFileLayout.HEADER_LENGTH + index, word);
        final int size = RecordLayout.size(word, index, capacity, alignment);
        if (size > 0)
        {
            cursor = (index + size) & (capacity - 1);
        }
    }

    /**
     * Does to one word of the header what the input says, its identity excepted.
     *
     * @param input decides.
     */
    public void scribbleHeader(final HostileInput input)
    {
        final long offset = switch (input.below(8))
        {
            case 0, 1, 2 -> RingFileLayout.TAIL_OFFSET;
            case 3 -> RingFileLayout.EPOCH_OFFSET;
            case 4 -> RingFileLayout.MESSAGES_OFFSET;
            case 5 -> RingFileLayout.BYTES_OFFSET;
            default -> Ring.stageOffset(input.below(RingFileLayout.MAX_STAGES)) + 8L * input.below(15);
        };
        put(offset, input.below(3) == 0 ? input.word() : near(input, cursor));
    }

    /**
     * Does to a consumer's position, or to another word of it, what the input says.
     *
     * @param input decides.
     * @param index of the consumer.
     * @param tail  near which a position is plausible.
     */
    public void scribbleConsumer(final HostileInput input, final int index, final long tail)
    {
        final int kind = input.below(16);
        switch (kind)
        {
            case 0 -> putPosition(index, input.word());
            case 1 -> putPosition(index, ConsumerFileLayout.DETACHED);
            case 2 -> putPosition(index, tail | ConsumerFileLayout.JOINING);
            case 3 -> Ring.put(consumers[index], ConsumerFileLayout.EPOCH_OFFSET, input.word());
            case 4 -> Ring.put(consumers[index], ConsumerFileLayout.MESSAGES_OFFSET, input.word());
            case 5, 6, 7 -> putPosition(index, near(input, tail));
            default -> putPosition(index, tail);
        }
    }

    private long near(final HostileInput input, final long position)
    {
        final long units = input.below(64) - 40L;
        return position + units * alignment + (input.below(16) == 0 ? input.below(alignment) : 0);
    }

    private void putPosition(final int index, final long position)
    {
        Ring.put(consumers[index], ConsumerFileLayout.POSITION_OFFSET, position);
    }

    private void put(final long offset, final long word)
    {
        Ring.put(file, offset, word);
    }
}
