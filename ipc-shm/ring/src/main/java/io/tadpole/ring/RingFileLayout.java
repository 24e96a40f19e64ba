package io.tadpole.ring;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The file {@code ring} of a channel: written by the producer, mapped read-only by everybody else. Every field is an
 * 8-byte little-endian word unless the picture says otherwise; fields of one writer lie together, different writers
 * (and words that are read at different times) 128 bytes apart.
 *
 * <pre>
 *        0  +---------------------------------------------------------------+
 *           |  magic "TADPOLE\0"             |  version (stored last)       |
 *       16  |  header length = 4096          |  capacity in bytes           |
 *       32  |  alignment, 8 or 64            |  declared consumers          |
 *       48  |  ring id, random               |  created, ns since the epoch |
 *       64  |  schema id, 0 = any            |  schema version              |
 *       80  |  named stages                  |  unused to 128               |
 *      128  +---------------------------------------------------------------+
 *           |  tail (release)                |  unused to 256               |
 *      256  +---------------------------------------------------------------+
 *           |  epoch of the producer         |  unused to 384               |
 *      384  +---------------------------------------------------------------+
 *           |  messages                      |  bytes of messages           |
 *      400  |  refused claims                |  unused to 512               |
 *      512  +---------------------------------------------------------------+
 *           |  28 stages of 128 bytes, each:                                |
 *           |    +0  position (release)         +8  messages                |
 *           |    +16 batches                    +24 unused                  |
 *           |    +64 name, 56 bytes of UTF-8, padded with zeros             |
 *           |    +120 unused                                                |
 *     4096  +---------------------------------------------------------------+
 *           |  records: capacity bytes                                      |
 *           +---------------------------------------------------------------+
 * </pre>
 */
final class RingFileLayout
{
    /** The bytes "TADPOLE\0", read as a little-endian word. */
    static final long MAGIC = 0x00454C4F50444154L;
    static final long VERSION = 1;

    static final int NAME_LENGTH = 56;
    static final int MAX_STAGES = 28;
    static final int MAX_CONSUMERS = 64;
    static final long MIN_CAPACITY = 64L << 10;
    static final long MAX_CAPACITY = 1L << 30;

    static final StructLayout STAGE = MemoryLayout.structLayout(
        JAVA_LONG.withName("position"),
        JAVA_LONG.withName("messages"),
        JAVA_LONG.withName("batches"),
        MemoryLayout.paddingLayout(40),
        MemoryLayout.sequenceLayout(NAME_LENGTH, JAVA_BYTE).withName("name"),
        MemoryLayout.paddingLayout(8));

    static final StructLayout HEADER = MemoryLayout.structLayout(
        JAVA_LONG.withName("magic"),
        JAVA_LONG.withName("version"),
        JAVA_LONG.withName("headerLength"),
        JAVA_LONG.withName("capacity"),
        JAVA_LONG.withName("alignment"),
        JAVA_LONG.withName("consumers"),
        JAVA_LONG.withName("ringId"),
        JAVA_LONG.withName("createdNs"),
        JAVA_LONG.withName("schemaId"),
        JAVA_LONG.withName("schemaVersion"),
        JAVA_LONG.withName("stages"),
        MemoryLayout.paddingLayout(40),
        JAVA_LONG.withName("tail"),
        MemoryLayout.paddingLayout(120),
        JAVA_LONG.withName("epoch"),
        MemoryLayout.paddingLayout(120),
        JAVA_LONG.withName("messages"),
        JAVA_LONG.withName("bytes"),
        JAVA_LONG.withName("backPressured"),
        MemoryLayout.paddingLayout(104),
        MemoryLayout.sequenceLayout(MAX_STAGES, STAGE).withName("stage"));

    static final long HEADER_LENGTH = HEADER.byteSize();
    static final long MAGIC_OFFSET = offset("magic");
    static final long VERSION_OFFSET = offset("version");
    static final long HEADER_LENGTH_OFFSET = offset("headerLength");
    static final long CAPACITY_OFFSET = offset("capacity");
    static final long ALIGNMENT_OFFSET = offset("alignment");
    static final long CONSUMERS_OFFSET = offset("consumers");
    static final long RING_ID_OFFSET = offset("ringId");
    static final long CREATED_NS_OFFSET = offset("createdNs");
    static final long SCHEMA_ID_OFFSET = offset("schemaId");
    static final long SCHEMA_VERSION_OFFSET = offset("schemaVersion");
    static final long STAGES_OFFSET = offset("stages");
    static final long TAIL_OFFSET = offset("tail");
    static final long EPOCH_OFFSET = offset("epoch");
    static final long MESSAGES_OFFSET = offset("messages");
    static final long BYTES_OFFSET = offset("bytes");
    static final long BACK_PRESSURED_OFFSET = offset("backPressured");
    static final long STAGE_OFFSET = offset("stage");
    static final long STAGE_LENGTH = STAGE.byteSize();
    static final long STAGE_POSITION_OFFSET = STAGE.byteOffset(PathElement.groupElement("position"));
    static final long STAGE_MESSAGES_OFFSET = STAGE.byteOffset(PathElement.groupElement("messages"));
    static final long STAGE_BATCHES_OFFSET = STAGE.byteOffset(PathElement.groupElement("batches"));
    static final long STAGE_NAME_OFFSET = STAGE.byteOffset(PathElement.groupElement("name"));

    private RingFileLayout()
    {
    }

    private static long offset(final String field)
    {
        return HEADER.byteOffset(PathElement.groupElement(field));
    }
}
