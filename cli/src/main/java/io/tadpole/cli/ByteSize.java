package io.tadpole.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes, such as {@code 65536}, {@code 64k}, {@code 16m} or {@code 1g} (powers of 1,024). */
final class ByteSize implements ITypeConverter<Integer>
{
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})([kmg]?)");

    /** Creates the converter; for picocli. */
    ByteSize()
    {
    }

    @Override
    public Integer convert(final String value)
    {
        final Matcher size = SIZE.matcher(value.toLowerCase(Locale.ROOT));
        if (!size.matches())
        {
            throw new TypeConversionException("'" + value + "' is no number of bytes such as 65536, 64k, 16m or 1g");
        }
        final int shift = switch (size.group(2))
        {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
        final long bytes = Long.parseLong(size.group(1)) << shift;
        if (bytes > Integer.MAX_VALUE || bytes >> shift != Long.parseLong(size.group(1)))
        {
            throw new TypeConversionException("'" + value + "' is not less than 2 GiB");
        }
        return (int)bytes;
    }

    /**
     * Writes a number of bytes in the largest unit that needs no fraction.
     *
     * @param bytes 0 or more.
     * @return for example {@code 16 MiB}.
     */
    static String text(final long bytes)
    {
        final String[] units = {"bytes", "KiB", "MiB", "GiB"};
        int unit = 0;
        long count = bytes;
        while (unit < units.length - 1 && count != 0 && count % 1024 == 0)
        {
            count /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%,d %s", count, units[unit]);
    }
}
