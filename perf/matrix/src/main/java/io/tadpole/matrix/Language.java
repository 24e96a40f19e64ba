package io.tadpole.matrix;

import java.util.Locale;

/** What a peer is written in. */
public enum Language
{
    /** The library. */
    JAVA,
    /** The header. */
    C,
    /** The package, without Codon's runtime. */
    CODON,
    /** The package, in CPython. */
    PYTHON;

    /** As people write it. */
    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
