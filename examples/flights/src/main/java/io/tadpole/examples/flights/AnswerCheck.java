package io.tadpole.examples.flights;

import io.tadpole.engine.MessageStage;
import io.tadpole.examples.flights.sbe.BoardAnswerDecoder;
import io.tadpole.examples.flights.sbe.Kind;
import io.tadpole.examples.flights.sbe.MessageHeaderDecoder;
import io.tadpole.ring.Consumer;
import io.tadpole.ring.ControlledMessageHandler;
import io.tadpole.ring.Status;
import org.agrona.DirectBuffer;

/**
 * Runs after the native stage, and compares its answer to each event with a board of its own. The native stage sends
 * its answers before it publishes its position, so the answer to an event that comes here is there: nothing waits. A
 * native stage that was killed and resumed may answer an event twice: such an answer is skipped.
 */
final class AnswerCheck implements MessageStage
{
    private final EventReader event = new EventReader();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final BoardAnswerDecoder answer = new BoardAnswerDecoder();
    private final ControlledMessageHandler onAnswer = this::onAnswer;
    private final Board board = new Board();
    private final Consumer answers;
    private final Hop hop;

    private Kind kind = Kind.NULL_VAL;
    private int airport = Airport.NONE;
    private long expectedSequence = -1;
    private long checkedSequence = -1;
    private long duplicates;

    /**
     * Checks answers.
     *
     * @param answers where they come in; only this stage's thread polls it, and whoever made it closes it.
     * @param hop     that measures this stage, up to the checked answer.
     */
    AnswerCheck(final Consumer answers, final Hop hop)
    {
        this.answers = answers;
        this.hop = hop;
    }

    /**
     * Takes an event, and the answer to it.
     *
     * @throws IllegalStateException when the answer is missing, out of order, malformed, or wrong.
     */
    @Override
    public void onMessage(
        final DirectBuffer buffer,
        final int offset,
        final int length,
        final long sequence,
        final boolean endOfBatch)
    {
        event.wrap(buffer, offset, length);
        kind = event.kind();
        airport = board.count(kind, event.origin(), event.dest(), event.delayMinutes());
        expectedSequence = sequence;
        takeAnswer();
        hop.record(event.timestampNs(), hop.nowNs());
    }

    /** What measures it: each event that has come through was answered rightly. */
    Hop hop()
    {
        return hop;
    }

    /** How many answers were skipped because they had come before. */
    long duplicates()
    {
        return duplicates;
    }

    private void takeAnswer()
    {
        while (checkedSequence != expectedSequence)
        {
            final int polled = answers.controlledPoll(onAnswer, Integer.MAX_VALUE);
            if (polled < 0)
            {
                throw wrong("the answer ring says " + Status.name(polled));
            }
            if (polled == 0)
            {
                throw wrong("there is no answer");
            }
        }
    }

    private ControlledMessageHandler.Action onAnswer(
        final DirectBuffer buffer,
        final int offset,
        final int length,
        final long position)
    {
        wrapAnswer(buffer, offset, length);
        final long sequence = answer.sequence();
        if (sequence <= checkedSequence)
        {
            duplicates++;
            return ControlledMessageHandler.Action.CONTINUE;
        }
        if (sequence != expectedSequence)
        {
            throw wrong("the next answer is to sequence " + sequence);
        }
        compare();
        checkedSequence = sequence;
        return ControlledMessageHandler.Action.BREAK;
    }

    private void wrapAnswer(final DirectBuffer buffer, final int offset, final int length)
    {
        if (length < MessageHeaderDecoder.ENCODED_LENGTH + BoardAnswerDecoder.BLOCK_LENGTH)
        {
            throw wrong("the answer has only " + length + " bytes");
        }
        header.wrap(buffer, offset);
        if (header.schemaId() != BoardAnswerDecoder.SCHEMA_ID || header.templateId() != BoardAnswerDecoder.TEMPLATE_ID)
        {
            throw wrong("a message of schema " + header.schemaId() + ", template " + header.templateId() +
                " is no answer");
        }
        answer.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, header.blockLength(), header.version());
    }

    private void compare()
    {
        final int answered = Airport.index(answer.airport(0), answer.airport(1), answer.airport(2));
        if (answered != airport)
        {
            throw wrong("the answer is about airport " + Airport.code(answered));
        }
        if (answer.count() != board.events(kind, airport))
        {
            throw wrong("the answer counts " + answer.count());
        }
        if (answer.delayMinutesSum() != board.delayMinutesSum(airport))
        {
            throw wrong("the answer's delay sum is " + answer.delayMinutesSum());
        }
    }

    private IllegalStateException wrong(final String found)
    {
        return new IllegalStateException("sequence " + expectedSequence + ", airport " + Airport.code(airport) + ", " +
            kind + ": expected count " + board.events(kind, airport) + " and delay sum " +
            board.delayMinutesSum(airport) + " minutes, but " + found);
    }
}
