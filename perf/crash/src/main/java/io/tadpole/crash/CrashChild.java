package io.tadpole.crash;

import io.tadpole.crash.Ledger.Word;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.Claim;
import io.tadpole.ring.ControlledMessageHandler.Action;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.Producer;
import io.tadpole.ring.RingConsumer;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;

/**
 * The process that is killed, in Java. It waits for a byte on its standard input, does what the ledger says until it is
 * killed, and ends by itself when its parent does. Exit code {@link #LOST} or {@link #CORRUPT}: it found that.
 */
final class CrashChild
{
    /** The child missed a message that it had not seen. */
    static final int LOST = 3;
    /** The child was given a message that nobody wrote so. */
    static final int CORRUPT = 4;

    /** A ring that is created to be half there. */
    static final ChannelConfig SMALL = ChannelConfig.plain(64 << 10);

    private final Ledger ledger;

    private CrashChild(final Ledger ledger)
    {
        this.ledger = ledger;
    }

    /**
     * Runs until it is killed.
     *
     * @param arguments the ledger.
     */
    public static void main(final String[] arguments) throws IOException
    {
        final CrashChild child = new CrashChild(Ledger.open(Path.of(arguments[0])));
        if (System.in.read() < 0)
        {
            return;
        }
        endWithParent();
        try
        {
            child.run();
        }
        catch (final CheckFailedException failed)
        {
            System.err.println(failed.getMessage());
            Runtime.getRuntime().halt(failed.isLoss() ? LOST : CORRUPT);
        }
    }

    private static void endWithParent()
    {
        Thread.ofPlatform().daemon().start(() ->
        {
            try
            {
                System.in.transferTo(OutputStream.nullOutputStream());
            }
            catch (final IOException gone)
            {
                // As good as the end.
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(0);
        });
    }

    private void run() throws IOException
    {
        FaultPoints.arm(ledger.step(), ledger.get(Word.HIT), ledger);
        final Path channel = ledger.channel();
        switch (ledger.scene())
        {
            case CREATE -> Channel.create(channel, SMALL);
            case EVICT -> Channel.evict(channel, 0);
            case PUBLISH -> produce(channel);
            case CONSUME, JOIN -> consume(channel);
            case FORK -> throw new IllegalStateException("a JVM does not fork");
            case STAGES -> new CrashEngine(channel, ledger).run();
        }
        ledger.set(Word.STATE, Ledger.STARTED);
        while (true)
        {
            LockSupport.park();
        }
    }

    private void produce(final Path channel) throws IOException
    {
        try (RingProducer producer = Channel.attachProducer(channel))
        {
            publish(producer, ledger);
        }
    }

    /** Publishes the author's messages for ever, and acknowledges each behind its commit. */
    static void publish(final Producer producer, final Ledger ledger)
    {
        ledger.set(Word.START, producer.position());
        ledger.set(Word.STATE, Ledger.STARTED);
        final Traffic traffic = new Traffic(ledger.get(Word.AUTHOR));
        final Claim claim = new Claim();
        final IdlePolicy idle = IdlePolicy.adaptive();
        long number = 0;
        while (true)
        {
            final int count = traffic.publish(producer, claim, number);
            if (count == 0)
            {
                idle.idle();
                continue;
            }
            idle.reset();
            number += count;
            ledger.set(Word.ACKNOWLEDGED, number);
            FaultPoints.reached(Step.ACKNOWLEDGED.words());
        }
    }

    private void consume(final Path channel) throws IOException
    {
        try (RingConsumer consumer = ledger.get(Word.JOIN) == 1 ?
            Channel.joinConsumer(channel, 0) : Channel.attachConsumer(channel, 0))
        {
            ledger.set(Word.START, consumer.position());
            ledger.set(Word.STATE, Ledger.STARTED);
            final Sequel sequel = new Sequel();
            final IdlePolicy idle = IdlePolicy.adaptive();
            int polled = 0;
            for (long poll = 0; polled >= 0; poll++)
            {
                polled = poll % 3 == 0 ? consumer.controlledPoll(
                    (buffer, offset, length, position) ->
                    {
                        handle(sequel, buffer, offset, length);
                        return position % 5 == 0 ? Action.COMMIT : Action.CONTINUE;
                    }, 50) :
                    consumer.poll(
                        (buffer, offset, length, position) -> handle(sequel, buffer, offset, length), 200);
                if (polled == 0)
                {
                    idle.idle();
                }
                else
                {
                    idle.reset();
                    ledger.set(Word.RETURNED, ledger.get(Word.HANDLED));
                }
            }
            throw new IllegalStateException("the consumer answers " + Status.name(polled) + ": " + consumer.failure());
        }
    }

    private void handle(final Sequel sequel, final DirectBuffer buffer, final int offset, final int length)
    {
        FaultPoints.reached(Step.POLLED.words());
        sequel.check(buffer, offset, length);
        if (ledger.get(Word.FIRST) < 0)
        {
            ledger.set(Word.FIRST, sequel.number());
        }
        ledger.set(Word.HANDLED, sequel.number() + 1);
        FaultPoints.reached(Step.HANDLED.words());
    }
}
