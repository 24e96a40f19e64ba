package io.tadpole.examples.flights;

import io.tadpole.envelope.SegmentBuffer;
import io.tadpole.examples.flights.sbe.BoardAnswerEncoder;
import io.tadpole.examples.flights.sbe.Kind;
import io.tadpole.examples.flights.sbe.MessageHeaderEncoder;
import io.tadpole.ring.Consumer;
import io.tadpole.ring.ControlledMessageHandler;
import io.tadpole.ring.MessageHandler;
import io.tadpole.ring.Status;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class AnswerCheckTest
{
    private static final int EWR = Airport.index((byte)'E', (byte)'W', (byte)'R');
    private static final int IAH = Airport.index((byte)'I', (byte)'A', (byte)'H');

    private final Answers answers = new Answers();
    private final Clock clock = new Clock();
    private final AnswerCheck check = new AnswerCheck(answers, new Hop(clock, 0));
    private final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(new byte[128]));
    private final EventWriter writer = new EventWriter(new MessageIds(1));
    private final FlightEvent event = new FlightEvent();

    @Test
    void shouldTakeRightAnswers()
    {
        answers.add(0, 1, 30, EWR);
        answers.add(2, 2, 25, EWR);
        answers.add(5, 1, 0, IAH);
        answers.add(7, 1, 25, EWR);
        answers.add(9, 3, 26, EWR);
        send(0, Kind.DEPARTED, 30);
        send(2, Kind.DEPARTED, -5);
        send(5, Kind.ARRIVED, 12);
        send(7, Kind.CANCELLED, FlightEvent.NO_DELAY);
        send(9, Kind.DEPARTED, 1);

        assertEquals(5, check.hop().events());
        assertEquals(0, check.duplicates());
        assertTrue(answers.isEmpty());
        assertTrue(check.hop().latency().percentiles().max() > 0);
    }

    @Test
    void shouldSkipAnswersThatCameBefore()
    {
        answers.add(0, 1, 30, EWR);
        answers.add(2, 2, 60, EWR);
        answers.add(4, 3, 90, EWR);
        // Killed and started again: all that was not committed is answered again.
        answers.add(0, 1, 30, EWR);
        answers.add(2, 2, 60, EWR);
        answers.add(4, 3, 90, EWR);
        answers.add(6, 4, 120, EWR);
        for (int sequence = 0; sequence <= 6; sequence += 2)
        {
            send(sequence, Kind.DEPARTED, 30);
        }

        assertEquals(4, check.hop().events());
        assertEquals(3, check.duplicates());
    }

    @Test
    void shouldGoOnWhenAPollEndsAfterDuplicates()
    {
        answers.add(0, 1, 30, EWR);
        answers.add(0, 1, 30, EWR);
        answers.addPollEnd();
        answers.add(2, 2, 60, EWR);
        send(0, Kind.DEPARTED, 30);
        send(2, Kind.DEPARTED, 30);

        assertEquals(2, check.hop().events());
    }

    @Test
    void shouldReportAWrongAnswer()
    {
        assertWrong(2, 3, 60, EWR, "the answer counts 3");
        assertWrong(2, 2, 61, EWR, "the answer's delay sum is 61");
        assertWrong(2, 2, 60, IAH, "the answer is about airport IAH");
        assertWrong(2, 2, 60, Airport.NONE, "the answer is about airport none");
        assertWrong(4, 2, 60, EWR, "the next answer is to sequence 4");
        assertWrong(3, 2, 60, EWR, "the next answer is to sequence 3");
        assertWrong(1, 2, 60, EWR, "the next answer is to sequence 1");
    }

    @Test
    void shouldReportAMissingAnswer()
    {
        answers.add(0, 1, 30, EWR);
        answers.add(0, 1, 30, EWR);
        send(0, Kind.DEPARTED, 30);

        assertWrong("there is no answer");
    }

    @Test
    void shouldReportABrokenRing()
    {
        answers.add(0, 1, 30, EWR);
        send(0, Kind.DEPARTED, 30);
        answers.status = (int)Status.CORRUPT;

        assertWrong("the answer ring says CORRUPT");
    }

    @Test
    void shouldReportWhatIsNoAnswer()
    {
        answers.add(0, 1, 30, EWR);
        answers.add(new byte[39]);
        answers.add(new byte[40]);
        final byte[] foreign = new byte[40];
        foreign[2] = BoardAnswerEncoder.TEMPLATE_ID;
        answers.add(foreign);
        send(0, Kind.DEPARTED, 30);

        assertWrong("the answer has only 39 bytes");
        answers.drop();
        assertWrong("a message of schema 0, template 0 is no answer");
        answers.drop();
        assertWrong("a message of schema 0, template 2 is no answer");
    }

    @Test
    void shouldAllocateNothing()
    {
        final BoardStage stage = new BoardStage(new Hop(clock, 0));
        final Echo echo = new Echo();
        final AnswerCheck echoed = new AnswerCheck(echo, new Hop(clock, 0));
        set(Kind.DEPARTED, 1);
        final int length = writer.write(event, clock.nowNs(), buffer, 0);
        final long allocated = Steady.allocatedBytes(() ->
        {
            for (int i = 0; i < 20_000; i++)
            {
                stage.onMessage(buffer, 0, length, 2L * echo.count, true);
                echoed.onMessage(buffer, 0, length, 2L * echo.count, true);
            }
        });
        assertEquals(0, allocated);
        assertEquals(echo.count, echoed.hop().events());
        assertEquals(echo.count, stage.hop().events());
        assertEquals(echo.count, stage.board().departed(EWR));
    }

    /** The second departure of 30 minutes from Newark is answered like this. */
    private void assertWrong(final long sequence, final long count, final long sum, final int airport, final String why)
    {
        final Answers given = new Answers();
        given.add(0, 1, 30, EWR);
        given.add(sequence, count, sum, airport);
        final AnswerCheck fresh = new AnswerCheck(given, new Hop(clock, 0));
        set(Kind.DEPARTED, 30);
        final int length = writer.write(event, clock.nowNs(), buffer, 0);
        fresh.onMessage(buffer, 0, length, 0, false);
        final IllegalStateException e =
            assertThrows(IllegalStateException.class, () -> fresh.onMessage(buffer, 0, length, 2, true));
        assertEquals(
            "sequence 2, airport EWR, DEPARTED: expected count 2 and delay sum 60 minutes, but " + why,
            e.getMessage());
        assertEquals(1, fresh.hop().events());
    }

    private void assertWrong(final String why)
    {
        final IllegalStateException e =
            assertThrows(IllegalStateException.class, () -> send(2, Kind.DEPARTED, 30));
        assertTrue(TestData.message(e).startsWith("sequence 2, airport EWR, DEPARTED: expected count "), e.toString());
        assertTrue(TestData.message(e).endsWith(", but " + why), e.toString());
    }

    private void send(final long sequence, final Kind kind, final int delayMinutes)
    {
        set(kind, delayMinutes);
        event.origin = EWR;
        final int length = writer.write(event, clock.nowNs() - 1_000_000, buffer, 8);
        check.onMessage(buffer, 8, length, sequence, true);
    }

    private void set(final Kind kind, final int delayMinutes)
    {
        event.kind = kind;
        event.origin = EWR;
        event.dest = IAH;
        event.delayMinutes = delayMinutes;
    }

    private static int answer(
        final SegmentBuffer to,
        final long sequence,
        final long count,
        final long delayMinutesSum,
        final int airport)
    {
        final byte none = (byte)'?';
        new BoardAnswerEncoder().wrapAndApplyHeader(to, 0, new MessageHeaderEncoder())
            .sequence(sequence)
            .count(count)
            .delayMinutesSum(delayMinutesSum)
            .putAirport(
                airport == Airport.NONE ? none : Airport.first(airport),
                airport == Airport.NONE ? none : Airport.second(airport),
                airport == Airport.NONE ? none : Airport.third(airport));
        return MessageHeaderEncoder.ENCODED_LENGTH + BoardAnswerEncoder.BLOCK_LENGTH;
    }

    /** An answer ring that holds what the test put there. */
    private static final class Answers implements Consumer
    {
        private final Deque<byte[]> messages = new ArrayDeque<>();
        private int status;

        void add(final long sequence, final long count, final long delayMinutesSum, final int airport)
        {
            final byte[] message = new byte[40];
            assertEquals(
                message.length,
                answer(new SegmentBuffer(MemorySegment.ofArray(message)), sequence, count, delayMinutesSum, airport));
            add(message);
        }

        void add(final byte[] message)
        {
            messages.add(message);
        }

        /** Here a poll ends, as at the end of a ring's data. */
        void addPollEnd()
        {
            messages.add(new byte[0]);
        }

        void drop()
        {
            messages.remove();
        }

        boolean isEmpty()
        {
            return messages.isEmpty();
        }

        @Override
        public int controlledPoll(final ControlledMessageHandler handler, final int limit)
        {
            int polled = 0;
            while (status == 0 && polled < limit && !messages.isEmpty())
            {
                final byte[] message = messages.element();
                if (message.length == 0)
                {
                    messages.remove();
                    return polled;
                }
                final SegmentBuffer buffer = new SegmentBuffer(MemorySegment.ofArray(message));
                final ControlledMessageHandler.Action action = handler.onMessage(buffer, 0, message.length, polled);
                assertTrue(
                    action == ControlledMessageHandler.Action.CONTINUE ||
                        action == ControlledMessageHandler.Action.BREAK);
                messages.remove();
                polled++;
                if (action == ControlledMessageHandler.Action.BREAK)
                {
                    return polled;
                }
            }
            return status == 0 ? polled : status;
        }

        @Override
        public int poll(final MessageHandler handler, final int limit)
        {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position()
        {
            return 0;
        }

        @Override
        public void close()
        {
            messages.clear();
        }
    }

    /** An answer ring that answers departures of one minute from Newark, without an allocation. */
    private static final class Echo implements Consumer
    {
        private final SegmentBuffer answer = new SegmentBuffer(MemorySegment.ofArray(new byte[40]));
        private long count;

        Echo()
        {
            answer(answer, 0, 0, 0, EWR);
        }

        @Override
        public int controlledPoll(final ControlledMessageHandler handler, final int limit)
        {
            answer.putLong(8, 2 * count++);
            answer.putLong(16, count);
            answer.putLong(24, count);
            handler.onMessage(answer, 0, 40, 0);
            return 1;
        }

        @Override
        public int poll(final MessageHandler handler, final int limit)
        {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position()
        {
            return count;
        }

        @Override
        public void close()
        {
            count = 0;
        }
    }
}
