package io.tadpole.cli;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

final class ByteSizeTest
{
    @ParameterizedTest
    @CsvSource({"0, 0", "65536, 65536", "64k, 65536", "16M, 16777216", "1g, 1073741824", "2147483647, 2147483647"})
    void shouldReadBytesAndUnits(final String text, final int bytes)
    {
        assertEquals(bytes, new ByteSize().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "1.5m", "1t", "1 m", "2g", "2147483648", "9999999999g", "8589934593g"})
    void shouldRefuseWhatIsNoSize(final String text)
    {
        assertThrows(TypeConversionException.class, () -> new ByteSize().convert(text));
    }

    @Test
    void shouldWriteTheLargestUnitWithoutAFraction()
    {
        assertEquals("0 bytes", ByteSize.text(0));
        assertEquals("1,025 bytes", ByteSize.text(1025));
        assertEquals("64 KiB", ByteSize.text(65536));
        assertEquals("1 MiB", ByteSize.text(1 << 20));
        assertEquals("2,048 GiB", ByteSize.text(1L << 41));
    }
}
