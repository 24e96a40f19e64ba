package io.tadpole.kernel;

/**
 * The file in which a kernel's state survives: its rows, twice. All words are little-endian.
 *
 * <pre>
 *   0       +---------------------------------------------------+
 *           | magic "TADSTATE"                                  |
 *   8       | layout version, stored last; 0: not ready         |
 *   16      | rows                                              |
 *   24      | row length in bytes, a multiple of 8              |
 *   32      | ring id; 0: not tied to a ring yet                |
 *   40      | the kernel's version of what the rows mean        |
 *   48      | damaged: 1 when the kernel was seen to miss its   |
 *           |          rows, or to change one untouched         |
 *           | zeros                                             |
 *   128     +---------------------------------------------------+
 *           | state: position up to which the rows count,       |
 *           |        a multiple of 8; bit 0: the active copy    |
 *           | zeros                                             |
 *   4096    +---------------------------------------------------+
 *           | copy 0: the rows, one after the other             |
 *           +---------------------------------------------------+
 *           | zeros, 4096 to 8191: the next copy starts at a    |
 *           | multiple of 4096                                  |
 *           +---------------------------------------------------+
 *           | copy 1, and zeros behind it                       |
 *           +---------------------------------------------------+
 * </pre>
 *
 * <p>A batch changes the copy that is not active; one store of the state word, with release, makes that copy active
 * together with its position; then the other copy is brought up to date. Whoever is killed, whenever: the active copy
 * is whole, and the word says which messages are in it. The zeros around the copies are never written: who finds
 * something else there knows of a kernel that missed its rows.
 */
final class StateFileLayout
{
    static final long MAGIC_OFFSET = 0;
    static final long VERSION_OFFSET = 8;
    static final long ROWS_OFFSET = 16;
    static final long ROW_LENGTH_OFFSET = 24;
    static final long RING_ID_OFFSET = 32;
    static final long KERNEL_VERSION_OFFSET = 40;
    static final long DAMAGED_OFFSET = 48;
    static final long STATE_OFFSET = 128;
    static final long COPIES_OFFSET = 4096;

    /** The bytes "TADSTATE". */
    static final long MAGIC = 0x4554_4154_5344_4154L;
    static final long VERSION = 1;
    static final long ACTIVE_COPY_MASK = 1;
    /** Of a position, and of where a row starts. */
    static final long POSITION_ALIGNMENT = 8;
    /** Of where the rows start in memory: a cache line. */
    static final long ROW_ALIGNMENT = 64;

    private static final long PAGE = 4096;

    private StateFileLayout()
    {
    }

    /** Where a copy starts. */
    static long copyOffset(final StateShape shape, final long copy)
    {
        return COPIES_OFFSET + copy * (((shape.length() + PAGE - 1) & -PAGE) + PAGE);
    }

    /** How long the file is. */
    static long fileLength(final StateShape shape)
    {
        return copyOffset(shape, 2);
    }
}
