package io.tadpole.ring;

/**
 * Receives messages, each exactly in the order in which it was published. One thread at a time; no call blocks or
 * allocates; a carrier's own page says whether a call is wait-free. {@link #close()} may block.
 */
public interface Consumer extends AutoCloseable
{
    /**
     * Hands over the messages that are there. The position is published after the handlers returned, so a message is
     * consumed only when its handler has returned; when a handler throws, the messages before it are consumed and its
     * own is delivered again.
     *
     * @param handler takes each message.
     * @param limit   the most messages to take, at least 1.
     * @return the number of messages taken, 0 when there was none, or a {@link Status}.
     */
    int poll(MessageHandler handler, int limit);

    /**
     * Hands over the messages that are there, as far as the handler wants.
     *
     * @param handler takes each message and says how to go on.
     * @param limit   the most messages to take, at least 1.
     * @return the number of messages consumed, 0 when there was none, or a {@link Status}.
     */
    int controlledPoll(ControlledMessageHandler handler, int limit);

    /**
     * Up to where this consumer has consumed.
     *
     * @return position in bytes.
     */
    long position();

    /**
     * Gives the role up. The position stays: whoever takes the role next resumes there, unless the carrier's page says
     * that it keeps no positions.
     */
    @Override
    void close();
}
