package io.tadpole.crash;

/** A child was not given what it should have been. */
final class CheckFailedException extends RuntimeException
{
    private static final long serialVersionUID = 1;

    /** Whether messages are missing; else one is not whole. */
    private final boolean loss;

    CheckFailedException(final boolean loss, final String sentence)
    {
        super(sentence);
        this.loss = loss;
    }

    boolean isLoss()
    {
        return loss;
    }
}
