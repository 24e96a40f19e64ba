package io.tadpole.examples.flights;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

final class AirportTest
{
    @Test
    void shouldNumberAllCodesInTheirOrder()
    {
        assertEquals(17_576, Airport.COUNT);
        assertEquals(0, Airport.index((byte)'A', (byte)'A', (byte)'A'));
        assertEquals(((9 * 26) + 5) * 26 + 10, Airport.index((byte)'J', (byte)'F', (byte)'K'));
        String before = "";
        for (int airport = 0; airport < Airport.COUNT; airport++)
        {
            final String code = Airport.code(airport);
            assertEquals(3, code.length());
            assertEquals(
                airport, Airport.index(Airport.first(airport), Airport.second(airport), Airport.third(airport)));
            assertEquals(1, Integer.signum(code.compareTo(before)), code);
            before = code;
        }
        assertEquals("ZZZ", before);
    }

    @Test
    void shouldKnowWhatIsNoCode()
    {
        final Set<Integer> found = new HashSet<>();
        for (int i = Byte.MIN_VALUE; i <= Byte.MAX_VALUE; i++)
        {
            if (i < 'A' || i > 'Z')
            {
                found.add(Airport.index((byte)i, (byte)'A', (byte)'A'));
                found.add(Airport.index((byte)'A', (byte)i, (byte)'A'));
                found.add(Airport.index((byte)'A', (byte)'A', (byte)i));
            }
        }
        assertEquals(Set.of(Airport.NONE), found);
        assertEquals("none", Airport.code(Airport.NONE));
    }
}
