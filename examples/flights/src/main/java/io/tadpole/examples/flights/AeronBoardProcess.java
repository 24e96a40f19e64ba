package io.tadpole.examples.flights;

import io.tadpole.aeron.AeronConsumer;
import io.tadpole.aeron.Driver;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.MessageHandler;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/**
 * The second Java process of the demo: keeps the delay board of what comes over Aeron. Each time the stream of a
 * producer ends, it leaves its board in a file, and begins a new one for the next producer. It runs until it is ended,
 * or sees that its parent has gone.
 */
final class AeronBoardProcess implements MessageHandler
{
    private static final int LIMIT = 1024;

    private final EventReader event = new EventReader();
    private final Board board = new Board();
    private final Latency latency = new Latency();
    private final Clock clock;
    private long events;

    private AeronBoardProcess(final Clock clock)
    {
        this.clock = clock;
    }

    /**
     * Runs it.
     *
     * @param args the shared folder of the demo, the offset of its clock in nanoseconds, the id of its process.
     */
    public static void main(final String[] args)
    {
        final SharedFolder folder = SharedFolder.at(Path.of(args[0]));
        final Clock clock = new Clock(Long.parseLong(args[1]));
        final long parent = Long.parseLong(args[2]);
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> endWith(parent));
        try (Driver driver = Driver.external(folder.aeron());
            AeronConsumer consumer = driver.consumer(AeronBoard.STREAM))
        {
            for (int run = 1; true; run++)
            {
                final AeronBoardProcess counting = new AeronBoardProcess(clock);
                counting.countToTheEnd(consumer);
                counting.counted().write(folder.aeronBoard(run));
            }
        }
        catch (final IOException | RuntimeException failed)
        {
            System.err.println(failed.getMessage());
            System.exit(1);
        }
    }

    private static void endWith(final long parent)
    {
        ProcessHandle.of(parent).ifPresent(process -> process.onExit().join());
        Runtime.getRuntime().halt(1);
    }

    private void countToTheEnd(final AeronConsumer consumer)
    {
        final IdlePolicy idle = Demo.hasCoreForEach() ? IdlePolicy.yielding() : IdlePolicy.adaptive();
        while (events == 0 || !consumer.isEndOfStream())
        {
            final int polled = consumer.poll(this, LIMIT);
            if (polled < 0)
            {
                throw new IllegalStateException(
                    consumer.failure() == null ? Status.name(polled) : consumer.failure());
            }
            if (polled == 0)
            {
                idle.idle();
            }
            else
            {
                idle.reset();
            }
        }
    }

    @Override
    public void onMessage(final DirectBuffer buffer, final int offset, final int length, final long position)
    {
        event.wrap(buffer, offset, length);
        board.count(event.kind(), event.origin(), event.dest(), event.delayMinutes());
        latency.record(clock.nowNs() - event.timestampNs());
        events++;
    }

    private CountedBoard counted()
    {
        return new CountedBoard(events, latency.percentiles(), board);
    }
}
