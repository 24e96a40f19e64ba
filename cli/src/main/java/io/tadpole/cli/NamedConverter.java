package io.tadpole.cli;

import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Takes the values of an enumeration by the names that people write, which are what they print. The launcher knows
 * these words too, so both must take the same, and no other.
 *
 * @param <T> the enumeration.
 */
abstract class NamedConverter<T> implements ITypeConverter<T>
{
    private final T[] all;
    private final String names;

    /**
     * @param all   the values.
     * @param names of them, as a sentence says them: "a, b or c".
     */
    NamedConverter(final T[] all, final String names)
    {
        this.all = all;
        this.names = names;
    }

    @Override
    public T convert(final String value)
    {
        return Stream.of(all).filter(one -> one.toString().equals(value)).findFirst()
            .orElseThrow(() -> new TypeConversionException("'" + value + "' is not " + names));
    }
}
