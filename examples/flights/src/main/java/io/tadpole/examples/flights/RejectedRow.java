package io.tadpole.examples.flights;

/**
 * Is told of each row of the input that is not a flight event, and is skipped.
 */
@FunctionalInterface
public interface RejectedRow
{
    /** Does not want to know. */
    RejectedRow IGNORED = (line, reason) ->
    {
    };

    /**
     * A row was skipped.
     *
     * @param line   its number in the input, from 1.
     * @param reason what is wrong with it, for people.
     */
    void onRejected(long line, String reason);
}
