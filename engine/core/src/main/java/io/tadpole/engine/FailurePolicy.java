package io.tadpole.engine;

import org.agrona.DirectBuffer;

/**
 * What happens when a {@link MessageStage} throws: the engine stops, or goes on without that message once the policy
 * has put it somewhere safe. A message is never skipped silently. Called on the stage's thread.
 */
@FunctionalInterface
public interface FailurePolicy
{
    /** Stops the engine with the cause. */
    FailurePolicy STOP = (stage, sequence, buffer, offset, length, cause) -> false;

    /**
     * Decides about one message. An exception from here stops the engine.
     *
     * @param stage    that threw.
     * @param sequence of the message.
     * @param buffer   in which the message lies; read-only.
     * @param offset   of its first byte.
     * @param length   of the message in bytes.
     * @param cause    what the stage threw.
     * @return true when the message is taken care of and the stage goes on behind it; false to stop the engine.
     */
    boolean onFailure(String stage, long sequence, DirectBuffer buffer, int offset, int length, Throwable cause);
}
