package io.tadpole.examples.flights;

/**
 * The native stage's state file: its board, twice. All words are little-endian.
 *
 * <pre>
 *   0       +---------------------------------------------------+
 *           | magic "TADBOARD"                                  |
 *   8       | version, stored last; 0: not ready                |
 *   16      | rows                                              |
 *   24      | row length in bytes                               |
 *   32      | ring id of the engine's ring                      |
 *           | zeros                                             |
 *   128     +---------------------------------------------------+
 *           | state: position up to which the board counts,     |
 *           |        a multiple of 64; bit 0: the active copy   |
 *           | zeros                                             |
 *   4096    +---------------------------------------------------+
 *           | copy 0: rows in the order of the airports         |
 *           |   +0 departed +8 cancelled +16 arrived            |
 *           |   +24 delay sum +32 delay max +40 zeros           |
 *   1128960 +---------------------------------------------------+
 *           | copy 1                                            |
 *   2253824 +---------------------------------------------------+
 * </pre>
 *
 * <p>The native stage brings the copy up to date that is not active, and then stores the state word with release: it
 * may be killed at any instant, and one copy counts exactly the events up to the position. The kernel's rows are the
 * same; its file has a header of its own.
 */
final class BoardStateLayout
{
    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int ROWS_OFFSET = 16;
    static final int ROW_LENGTH_OFFSET = 24;
    static final int RING_ID_OFFSET = 32;
    static final int STATE_OFFSET = 128;
    static final int COPIES_OFFSET = 4096;

    static final int DEPARTED_OFFSET = 0;
    static final int CANCELLED_OFFSET = 8;
    static final int ARRIVED_OFFSET = 16;
    static final int DELAY_SUM_OFFSET = 24;
    static final int DELAY_MAX_OFFSET = 32;
    static final int ROW_LENGTH = 64;

    /** The bytes "TADBOARD". */
    static final long MAGIC = 0x4452_414F_4244_4154L;

    static final long VERSION = 1;
    static final int COPY_LENGTH = Airport.COUNT * ROW_LENGTH;
    static final int FILE_LENGTH = COPIES_OFFSET + 2 * COPY_LENGTH;
    static final long ACTIVE_COPY_MASK = 1;
    static final long POSITION_ALIGNMENT = 64;

    private BoardStateLayout()
    {
    }
}
