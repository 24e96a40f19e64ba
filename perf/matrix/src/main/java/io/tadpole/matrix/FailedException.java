package io.tadpole.matrix;

/** Something is not as it must be. */
final class FailedException extends Exception
{
    private static final long serialVersionUID = 1;

    FailedException(final String sentence)
    {
        super(sentence);
    }
}
