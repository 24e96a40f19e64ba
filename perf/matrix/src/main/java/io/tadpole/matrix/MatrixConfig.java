package io.tadpole.matrix;

/**
 * How much a pair is to carry.
 *
 * @param messages at full speed; a twentieth of them with a slow reader, a slow writer and by the last successor each.
 * @param kills    of the reader, and of the writer: 1 to 3.
 * @param seed     of the messages, and of the moments for kills; when exactly these come, no seed says.
 */
public record MatrixConfig(long messages, int kills, long seed)
{
    /** Messages of a full run. */
    public static final long MESSAGES = 1_000_000;

    /** Messages of a quick run. */
    public static final long QUICK_MESSAGES = 20_000;

    /** Kills of a full run. */
    public static final int KILLS = 3;
}
