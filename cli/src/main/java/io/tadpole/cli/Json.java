package io.tadpole.cli;

import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes maps, records, lists, text, numbers, booleans and null as one line of JSON (RFC 8259). Maps keep their
 * order; a record is an object whose names are its components', written with underscores.
 */
final class Json
{
    private final StringBuilder out = new StringBuilder();

    private Json()
    {
    }

    /**
     * Writes a value.
     *
     * @param value a map with text keys, a record that this package may read, a list, text, a finite number, a
     *              boolean or null.
     * @return JSON without a line end.
     * @throws IllegalArgumentException when the value, or one inside it, is something else.
     */
    static String of(final @Nullable Object value)
    {
        final Json json = new Json();
        json.write(value);
        return json.out.toString();
    }

    private void write(final @Nullable Object value)
    {
        switch (value)
        {
            case null -> out.append("null");
            case Map<?, ?> map -> writeObject(map);
            case Record record -> writeObject(components(record));
            case List<?> list -> writeArray(list);
            case CharSequence text -> writeText(text);
            case Boolean truth -> out.append(truth);
            case Double number when !Double.isFinite(number) ->
                throw new IllegalArgumentException("JSON has no " + number);
            case Number number -> out.append(number);
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    private void writeObject(final Map<?, ?> map)
    {
        out.append('{');
        final Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        while (entries.hasNext())
        {
            final Map.Entry<?, ?> entry = entries.next();
            writeText((CharSequence)entry.getKey());
            out.append(": ");
            write(entry.getValue());
            out.append(entries.hasNext() ? ", " : "");
        }
        out.append('}');
    }

    private static Map<String, @Nullable Object> components(final Record record)
    {
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (final RecordComponent component : record.getClass().getRecordComponents())
        {
            final String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            try
            {
                map.put(name, component.getAccessor().invoke(record));
            }
            catch (final ReflectiveOperationException refused)
            {
                throw new IllegalArgumentException("no JSON for " + record.getClass(), refused);
            }
        }
        return map;
    }

    private void writeArray(final List<?> list)
    {
        out.append('[');
        final Iterator<?> values = list.iterator();
        while (values.hasNext())
        {
            write(values.next());
            out.append(values.hasNext() ? ", " : "");
        }
        out.append(']');
    }

    private void writeText(final CharSequence text)
    {
        out.append('"');
        for (int i = 0; i < text.length(); i++)
        {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\')
            {
                out.append('\\').append(c);
            }
            else if (c < ' ' || Character.isSurrogate(c))
            {
                // A lone surrogate has no UTF-8; a pair is as good in this form.
                out.append(String.format("\\u%04x", (int)c));
            }
            else
            {
                out.append(c);
            }
        }
        out.append('"');
    }
}
