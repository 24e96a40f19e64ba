package io.tadpole.ring;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * The bytes of a channel's files without the files: to be copied, restored and forged at memory's speed. The roles are
 * those of the real thing.
 */
final class MemoryRing
{
    static final int CAPACITY = 64 << 10;

    private final MemorySegment ringFile;
    private final MemorySegment consumerFile;

    private MemoryRing(final MemorySegment ringFile, final MemorySegment consumerFile)
    {
        this.ringFile = ringFile;
        this.consumerFile = consumerFile;
    }

    /** A new ring with one consumer, both at a position. */
    static MemoryRing create(final Arena arena, final int alignment, final long position)
    {
        final MemorySegment ring = arena.allocate(RingFileLayout.HEADER_LENGTH + CAPACITY, RecordLayout.UNIT);
        final MemorySegment consumer = arena.allocate(ConsumerFileLayout.LENGTH, RecordLayout.UNIT);
        Ring.initialise(
            ring, new ChannelConfig(CAPACITY, alignment, List.of("consumer"), List.of(), 0, 0));
        Ring.put(ring, RingFileLayout.TAIL_OFFSET, position);
        Ring.put(consumer, ConsumerFileLayout.POSITION_OFFSET, position);
        return new MemoryRing(ring, consumer);
    }

    MemoryRing copy(final Arena arena)
    {
        final MemoryRing copy = new MemoryRing(
            arena.allocate(ringFile.byteSize(), RecordLayout.UNIT),
            arena.allocate(consumerFile.byteSize(), RecordLayout.UNIT));
        copy.set(this);
        return copy;
    }

    void set(final MemoryRing image)
    {
        ringFile.copyFrom(image.ringFile);
        consumerFile.copyFrom(image.consumerFile);
    }

    MemorySegment ringFile()
    {
        return ringFile;
    }

    MemorySegment consumerFile()
    {
        return consumerFile;
    }

    Ring ring()
    {
        return new Ring(ringFile, consumerFile);
    }

    /** What a successor does that has the lock. */
    RingProducer attachProducer()
    {
        final Ring ring = ring();
        try
        {
            return new RingProducer(
                ring, Recovery.tail(ring, Path.of("memory")), new DeclaredConsumers(ring), () -> { });
        }
        catch (final ChannelException corrupt)
        {
            throw new UncheckedIOException(corrupt);
        }
    }

    /** What a successor does that has the lock. */
    RingConsumer attachConsumer()
    {
        return attachConsumer(ring());
    }

    /** The same over a ring that was looked at before, so that its identity is no step of this. */
    RingConsumer attachConsumer(final Ring ring)
    {
        try
        {
            return new RingConsumer(
                ring, consumerFile, Recovery.position(ring, Path.of("memory"), 0, consumerFile, false), () -> { });
        }
        catch (final ChannelException corrupt)
        {
            throw new UncheckedIOException(corrupt);
        }
    }
}
