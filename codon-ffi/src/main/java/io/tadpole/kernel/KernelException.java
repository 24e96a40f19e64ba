package io.tadpole.kernel;

import java.io.IOException;

/**
 * A kernel, or its state, cannot be used: the message says what happened, to what, and what to do.
 */
public final class KernelException extends IOException
{
    private static final long serialVersionUID = 1;

    /** What is wrong, one value for each thing that a caller may want to tell apart. */
    public enum Reason
    {
        /** There is no such file. */
        MISSING,
        /** It is no shared library for this machine. */
        FOREIGN,
        /** It needs Codon's runtime. */
        CODON_RUNTIME,
        /** It calls what would harm the JVM, or what nobody has. */
        UNDEFINED,
        /** It needs libraries other than libc and libm. */
        NEEDED,
        /** It runs code when it is loaded or unloaded. */
        CONSTRUCTOR,
        /** It asks for stacks that can be executed. */
        EXECUTABLE_STACK,
        /** It does not export what a kernel exports. */
        SYMBOL,
        /** It was built for another version of the calls, or of the records. */
        VERSION,
        /** The state that it asks for cannot be. */
        STATE,
        /** It changed the JVM's signal handlers, which are put back. */
        SIGNALS,
        /** The system did not load it. */
        LOAD,
    }

    /** What is wrong. */
    private final Reason reason;

    KernelException(final Reason reason, final String message)
    {
        super(message);
        this.reason = reason;
    }

    KernelException(final Reason reason, final String message, final Throwable cause)
    {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * What is wrong.
     *
     * @return the reason.
     */
    public Reason reason()
    {
        return reason;
    }
}
