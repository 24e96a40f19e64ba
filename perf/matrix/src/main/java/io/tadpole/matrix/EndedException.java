package io.tadpole.matrix;

/** The run is ended from outside. */
final class EndedException extends Exception
{
    private static final long serialVersionUID = 1;

    EndedException()
    {
        super("ended");
    }
}
