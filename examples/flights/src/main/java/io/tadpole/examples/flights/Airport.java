package io.tadpole.examples.flights;

/**
 * An airport is a small number: its three letters, read as a number to the base of 26. So a table of all airports is
 * an array, and needs no hashing.
 */
final class Airport
{
    /** How many codes there are, AAA to ZZZ. */
    static final int COUNT = 26 * 26 * 26;

    /** What {@link #index(byte, byte, byte)} answers for bytes that are no airport's code. */
    static final int NONE = -1;

    private Airport()
    {
    }

    /**
     * The number of an airport.
     *
     * @param first  letter of its code.
     * @param second letter of its code.
     * @param third  letter of its code.
     * @return 0 to {@link #COUNT} - 1, or {@link #NONE} when one of them is not A to Z.
     */
    static int index(final byte first, final byte second, final byte third)
    {
        final int a = first - 'A';
        final int b = second - 'A';
        final int c = third - 'A';
        return isLetter(a) && isLetter(b) && isLetter(c) ? (a * 26 + b) * 26 + c : NONE;
    }

    /** The first letter of an airport's code. */
    static byte first(final int airport)
    {
        return (byte)('A' + airport / (26 * 26));
    }

    /** The second letter of an airport's code. */
    static byte second(final int airport)
    {
        return (byte)('A' + airport / 26 % 26);
    }

    /** The third letter of an airport's code. */
    static byte third(final int airport)
    {
        return (byte)('A' + airport % 26);
    }

    /**
     * The code of an airport, for people.
     *
     * @param airport 0 to {@link #COUNT} - 1, or {@link #NONE}.
     * @return its three letters, or "none".
     */
    static String code(final int airport)
    {
        return airport == NONE ?
            "none" : "" + (char)first(airport) + (char)second(airport) + (char)third(airport);
    }

    private static boolean isLetter(final int fromA)
    {
        return fromA >= 0 && fromA < 26;
    }
}
