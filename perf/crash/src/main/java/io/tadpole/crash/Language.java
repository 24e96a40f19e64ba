package io.tadpole.crash;

import java.util.Locale;

/** What a process that takes part is written in. */
public enum Language
{
    /** The library. */
    JAVA,
    /** The Codon binding. */
    CODON,
    /** The C header. */
    C,
    /** The extension of CPython over the C header. */
    PYTHON;

    /** As people write it. */
    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether a process of this language can have a role.
     *
     * @param role to have.
     * @return false for an engine that is not in Java: a stage outside it is a consumer, and killed as one.
     */
    public boolean has(final Role role)
    {
        return this == JAVA || role != Role.ENGINE;
    }
}
