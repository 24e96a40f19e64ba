package io.tadpole.examples.flights;

import java.util.Locale;

/**
 * What the native stage is written in.
 */
public enum NativeLanguage
{
    /** Codon. */
    CODON,
    /** C: where the Codon compiler cannot be installed. */
    C,
    /** There is no native stage. */
    NONE;

    /** The name that users see. */
    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
