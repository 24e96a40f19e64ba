package io.tadpole.cli;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the doctor looked for.
 *
 * @param name     of what was looked for.
 * @param required whether nothing runs without it; else only native programs are not built.
 * @param found    whether it is there and works.
 * @param detail   what was found, or what is wrong, in a few words.
 * @param remedy   the line that installs or mends it; null when there is nothing to mend.
 */
record Finding(String name, boolean required, boolean found, String detail, @Nullable String remedy)
{
    /**
     * Something required that is there.
     *
     * @param name   of what was looked for.
     * @param detail what was found.
     * @return the finding.
     */
    static Finding ok(final String name, final String detail)
    {
        return new Finding(name, true, true, detail, null);
    }

    /**
     * Something required that is missing or does not work.
     *
     * @param name   of what was looked for.
     * @param detail what is wrong.
     * @param remedy the line that installs or mends it.
     * @return the finding.
     */
    static Finding missing(final String name, final String detail, final String remedy)
    {
        return new Finding(name, true, false, detail, remedy);
    }

    /**
     * The same, of something that only native programs need.
     *
     * @return the finding.
     */
    Finding optional()
    {
        return new Finding(name, false, found, detail, remedy);
    }

    /**
     * Does it keep Tadpole from running?
     *
     * @return true when something required is missing.
     */
    boolean fatal()
    {
        return required && !found;
    }
}
