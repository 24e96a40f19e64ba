package io.tadpole.examples.flights;

import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON value as text: the caller keeps the order of calls, this class the commas and the escapes.
 */
final class Json
{
    private final StringBuilder text = new StringBuilder();
    private boolean first = true;

    /** Begins an object. */
    Json beginObject()
    {
        beginValue().append('{');
        first = true;
        return this;
    }

    /** Ends an object. */
    Json endObject()
    {
        text.append('}');
        first = false;
        return this;
    }

    /** Names the value that follows. */
    Json name(final String name)
    {
        quote(name, beginValue()).append(':');
        first = true;
        return this;
    }

    /** A text, or null. */
    Json value(final @Nullable String value)
    {
        if (value == null)
        {
            return nullValue();
        }
        quote(value, beginValue());
        return this;
    }

    /** A whole number. */
    Json value(final long value)
    {
        beginValue().append(value);
        return this;
    }

    /**
     * A number, without a fraction when it has none.
     *
     * @throws IllegalArgumentException when it is infinite or none: JSON cannot say so.
     */
    Json value(final double value)
    {
        if (!Double.isFinite(value))
        {
            throw new IllegalArgumentException("JSON has no number " + value);
        }
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53)
        {
            return value((long)value);
        }
        beginValue().append(value);
        return this;
    }

    /** True or false. */
    Json value(final boolean value)
    {
        beginValue().append(value);
        return this;
    }

    /** Nothing. */
    Json nullValue()
    {
        beginValue().append("null");
        return this;
    }

    /** What was written so far. */
    @Override
    public String toString()
    {
        return text.toString();
    }

    private StringBuilder beginValue()
    {
        if (!first)
        {
            text.append(',');
        }
        first = false;
        return text;
    }

    private static StringBuilder quote(final String value, final StringBuilder to)
    {
        to.append('"');
        for (int i = 0; i < value.length(); i++)
        {
            final char character = value.charAt(i);
            switch (character)
            {
                case '"', '\\' -> to.append('\\').append(character);
                case '\n' -> to.append("\\n");
                case '\r' -> to.append("\\r");
                case '\t' -> to.append("\\t");
                default -> escape(character, to);
            }
        }
        return to.append('"');
    }

    /** Control characters must be escaped; half a surrogate pair, as a file's name may have it, cannot be encoded. */
    private static void escape(final char character, final StringBuilder to)
    {
        if (character < ' ' || Character.isSurrogate(character))
        {
            to.append("\\u%04x".formatted((int)character));
        }
        else
        {
            to.append(character);
        }
    }
}
