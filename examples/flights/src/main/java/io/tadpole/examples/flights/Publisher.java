package io.tadpole.examples.flights;

import io.tadpole.engine.Engine;
import io.tadpole.ring.Claim;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Publishes flight events at a rate. A message's timestamp is the moment at which it was due, not the one at which it
 * went out: what a full ring or a slow publisher delays counts as latency. One thread; no allocation an event.
 */
final class Publisher
{
    private static final int CHUNK = 256;
    private static final long PARK_AHEAD_NS = 100_000;
    private static final long NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final Clock clock;
    private final long eventsPerSecond;
    private final Allocation publishing;
    private final Allocation reading;
    private final LongConsumer pulse;
    private final EventWriter writer = new EventWriter(new MessageIds(System.nanoTime()));
    private final Claim claim = new Claim();
    private final IdlePolicy idle = IdlePolicy.adaptive();
    private final FlightEvent[] chunk = new FlightEvent[CHUNK];
    private long startNs;
    private long published;

    /**
     * Publishes events.
     *
     * @param engine          to publish into.
     * @param clock           by which messages are stamped.
     * @param eventsPerSecond at which they go; 0: as fast as they go.
     * @param warmUpEvents    before allocation is counted.
     * @param pulse           given the number of events so far, at each chunk and while the ring is full; throws when
     *                        nobody waits any longer.
     */
    Publisher(
        final Engine engine,
        final Clock clock,
        final long eventsPerSecond,
        final long warmUpEvents,
        final LongConsumer pulse)
    {
        this.engine = engine;
        this.clock = clock;
        this.eventsPerSecond = eventsPerSecond;
        this.publishing = new Allocation(warmUpEvents);
        this.reading = new Allocation(warmUpEvents);
        this.pulse = pulse;
        for (int i = 0; i < CHUNK; i++)
        {
            chunk[i] = new FlightEvent();
        }
    }

    /**
     * Publishes the events of an input.
     *
     * @param events to publish.
     * @param most   after which it stops, at the end of a chunk.
     * @throws IOException         when the input cannot be read further.
     * @throws DemoFailedException when the engine takes no more.
     */
    void publish(final FlightEvents events, final long most) throws IOException
    {
        if (published == 0)
        {
            startNs = clock.nowNs();
        }
        int count = CHUNK;
        while (count == CHUNK && published < most)
        {
            publishing.pause();
            count = read(events);
            reading.events(published);
            reading.pause();
            pulse.accept(published);
            publishing.resume();
            for (int i = 0; i < count; i++)
            {
                publish(chunk[i]);
            }
            publishing.events(published);
            reading.resume();
        }
    }

    private int read(final FlightEvents events) throws IOException
    {
        int count = 0;
        while (count < CHUNK && events.next(chunk[count]))
        {
            count++;
        }
        return count;
    }

    private void publish(final FlightEvent event)
    {
        final long timestampNs = eventsPerSecond == 0 ? clock.nowNs() : awaitDue();
        long position = engine.tryClaim(EventWriter.LENGTH, claim);
        while (position < 0)
        {
            if (position != Status.BACK_PRESSURED && position != Status.NO_SPACE)
            {
                throw refused(position);
            }
            pulse.accept(published);
            idle.idle();
            position = engine.tryClaim(EventWriter.LENGTH, claim);
        }
        idle.reset();
        claim.commit(writer.write(event, timestampNs, claim.buffer(), claim.offset()));
        published++;
    }

    /** Waits for the moment at which the next event is due: parks while that is far, yields while it is near. */
    private long awaitDue()
    {
        final long dueNs = startNs +
            published / eventsPerSecond * NS_PER_S + published % eventsPerSecond * NS_PER_S / eventsPerSecond;
        long aheadNs = dueNs - clock.nowNs();
        while (aheadNs > 0)
        {
            if (aheadNs > PARK_AHEAD_NS)
            {
                LockSupport.parkNanos(aheadNs - PARK_AHEAD_NS);
            }
            else
            {
                Thread.yield();
            }
            aheadNs = dueNs - clock.nowNs();
        }
        return dueNs;
    }

    private DemoFailedException refused(final long status)
    {
        final String reason = engine.reason();
        return new DemoFailedException(
            reason == null ? "the engine refused event " + published + " with " + Status.name(status) : reason);
    }

    /** How many events were published. */
    long published()
    {
        return published;
    }

    /** When the first event was due, by the clock. */
    long startNs()
    {
        return startNs;
    }

    /** What encoding and publishing allocate. */
    Allocation publishing()
    {
        return publishing;
    }

    /** What reading the input allocates. */
    Allocation reading()
    {
        return reading;
    }
}
