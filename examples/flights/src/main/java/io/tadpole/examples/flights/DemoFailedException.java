package io.tadpole.examples.flights;

/**
 * A stage of the demo failed, or the run was cancelled: the message is a sentence for people.
 */
public final class DemoFailedException extends RuntimeException
{
    private static final long serialVersionUID = 1;

    DemoFailedException(final String sentence)
    {
        super(sentence);
    }
}
