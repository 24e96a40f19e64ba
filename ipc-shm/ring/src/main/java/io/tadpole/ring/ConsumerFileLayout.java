package io.tadpole.ring;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The file {@code consumer-<k>} of a channel: written by consumer k, mapped read-only by the producer. Every field is
 * an 8-byte little-endian word unless the picture says otherwise.
 *
 * <pre>
 *        0  +---------------------------------------------------------------+
 *           |  magic "TADPCONS"              |  version (stored last)       |
 *       16  |  ring id                       |  index k                     |
 *       32  |  created, ns since the epoch   |  unused to 64                |
 *       64  |  name, 56 bytes of UTF-8, padded with zeros                   |
 *      120  |  unused to 128                                                |
 *      128  +---------------------------------------------------------------+
 *           |  position (release); -1 = detached; bit 0 = joining           |
 *      136  |  unused to 256                                                |
 *      256  +---------------------------------------------------------------+
 *           |  epoch of the consumer         |  unused to 384               |
 *      384  +---------------------------------------------------------------+
 *           |  messages                      |  bytes of messages           |
 *      400  |  batches                       |  unused to 4096              |
 *     4096  +---------------------------------------------------------------+
 * </pre>
 */
final class ConsumerFileLayout
{
    /** The bytes "TADPCONS", read as a little-endian word. */
    static final long MAGIC = 0x534E4F4350444154L;
    static final long VERSION = 1;

    /** The position of an evicted consumer: it no longer holds the producer back. */
    static final long DETACHED = -1;

    /** Marks a position that its consumer is about to replace by a later one: see {@link RingConsumer}. */
    static final long JOINING = 1;

    static final StructLayout FILE = MemoryLayout.structLayout(
        JAVA_LONG.withName("magic"),
        JAVA_LONG.withName("version"),
        JAVA_LONG.withName("ringId"),
        JAVA_LONG.withName("index"),
        JAVA_LONG.withName("createdNs"),
        MemoryLayout.paddingLayout(24),
        MemoryLayout.sequenceLayout(RingFileLayout.NAME_LENGTH, JAVA_BYTE).withName("name"),
        MemoryLayout.paddingLayout(8),
        JAVA_LONG.withName("position"),
        MemoryLayout.paddingLayout(120),
        JAVA_LONG.withName("epoch"),
        MemoryLayout.paddingLayout(120),
        JAVA_LONG.withName("messages"),
        JAVA_LONG.withName("bytes"),
        JAVA_LONG.withName("batches"),
        MemoryLayout.paddingLayout(3688));

    static final long LENGTH = FILE.byteSize();
    static final long MAGIC_OFFSET = offset("magic");
    static final long VERSION_OFFSET = offset("version");
    static final long RING_ID_OFFSET = offset("ringId");
    static final long INDEX_OFFSET = offset("index");
    static final long CREATED_NS_OFFSET = offset("createdNs");
    static final long NAME_OFFSET = offset("name");
    static final long POSITION_OFFSET = offset("position");
    static final long EPOCH_OFFSET = offset("epoch");
    static final long MESSAGES_OFFSET = offset("messages");
    static final long BYTES_OFFSET = offset("bytes");
    static final long BATCHES_OFFSET = offset("batches");

    private ConsumerFileLayout()
    {
    }

    /**
     * Whether all that lies behind a position is kept for its consumer. It is not for an evicted one, nor for one that
     * joins: that one's may lie further back. {@link #DETACHED} has the mark's bit, too.
     */
    static boolean isHeld(final long position)
    {
        return (position & JOINING) == 0;
    }

    private static long offset(final String field)
    {
        return FILE.byteOffset(PathElement.groupElement(field));
    }
}
