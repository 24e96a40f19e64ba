package io.tadpole.examples.flights;

import io.tadpole.journal.Journal;
import io.tadpole.journal.Replay;
import io.tadpole.kernel.NativeKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Carries real flight events through publisher, engine, a native process, a native kernel in this JVM, a second JVM
 * behind Aeron, journal and replay, and compares the boards that each of them kept: with {@link Reference}, {@link
 * Pipeline}, {@link Publisher} and {@link Replay}, in this order.
 */
public final class Demo
{
    /** The publisher, four Java stages, the kernel, the native process, the process behind Aeron. */
    private static final int BUSY_THREADS = 8;
    private static final long CLEAN_UP_PATIENCE_S = 10;
    private static final long REHEARSED_EVENTS = 50_000;
    private static final int REPLAY_LIMIT = 4096;
    private static final long PROGRESS_NS = TimeUnit.SECONDS.toNanos(1);

    private final DemoConfig config;
    private final DemoListener listener;
    private final @Nullable NativeKernel userKernel;
    private final Clock clock = new Clock();
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final AtomicReference<@Nullable Exception> killFailure = new AtomicReference<>();
    private volatile boolean cancelled;
    private volatile boolean killed;
    private boolean fullDiskTold;
    private @Nullable Thread killer;
    private long lastProgressNs = System.nanoTime();

    private Demo(final DemoConfig config, final DemoListener listener, final @Nullable NativeKernel userKernel)
    {
        this.config = config;
        this.listener = listener;
        this.userKernel = userKernel;
    }

    /**
     * Runs the demo. When the JVM is told to end meanwhile, every process is ended and what is in shared memory removed
     * before it does.
     *
     * @param config   what it does.
     * @param listener is told how it goes.
     * @return what it found.
     * @throws IOException         when the input is unreadable, empty, or (strict) malformed, or a part cannot be
     *                             started: one sentence that says what to do. For a kernel of the user's that is a
     *                             {@link io.tadpole.kernel.KernelException}, before anything is started.
     * @throws DemoFailedException when a stage failed, or the run was cancelled.
     */
    public static Result run(final DemoConfig config, final DemoListener listener) throws IOException
    {
        final Path library = config.userKernel();
        try (NativeKernel userKernel = library == null ? null : NativeKernel.load(library))
        {
            return new Demo(config, listener, userKernel).run();
        }
    }

    /**
     * Whether this machine has a core for each thread that is busy in a run. With fewer, the tail of the latencies is
     * the time in which a thread waits for a core, and stages that only yield make it worse.
     *
     * @return true when it has.
     */
    public static boolean hasCoreForEach()
    {
        return Runtime.getRuntime().availableProcessors() > BUSY_THREADS;
    }

    private Result run() throws IOException
    {
        final Reference reference = Reference.of(config.input(), config.repeat(), config.strict(), listener);
        if (reference.events() == 0)
        {
            throw new IOException(
                config.input() + " has no flight event: name a CSV file of flight events, plain or gzipped");
        }
        final Thread cleanUp = new Thread(this::cancel, "demo-clean-up");
        Runtime.getRuntime().addShutdownHook(cleanUp);
        try
        {
            return carry(reference);
        }
        catch (final IOException | RuntimeException failed)
        {
            if (!cancelled)
            {
                throw failed;
            }
            // Whatever failed then, it failed of that.
            final DemoFailedException e = new DemoFailedException("cancelled");
            e.addSuppressed(failed);
            throw e;
        }
        finally
        {
            cleanedUp.countDown();
            if (!cancelled)
            {
                Runtime.getRuntime().removeShutdownHook(cleanUp);
            }
        }
    }

    private void cancel()
    {
        cancelled = true;
        try
        {
            if (!cleanedUp.await(CLEAN_UP_PATIENCE_S, TimeUnit.SECONDS))
            {
                listener.onStep("the demo could not end all of its parts in " + CLEAN_UP_PATIENCE_S + " seconds");
            }
        }
        catch (final InterruptedException hurried)
        {
            Thread.currentThread().interrupt();
        }
    }

    private Result carry(final Reference reference) throws IOException
    {
        try (Journal journal = Journal.open(config.journal()))
        {
            final long journaled = journal.nextSequence();
            final SharedFolder folder = SharedFolder.of(config.journal());
            folder.takeOver(journal);
            if (journal.nextSequence() > journaled)
            {
                listener.onStep("journaled " + (journal.nextSequence() - journaled) +
                    " events that a run before had published and not journaled");
            }
            return carry(reference, journal, folder);
        }
    }

    private Result carry(final Reference reference, final Journal journal, final SharedFolder folder)
        throws IOException
    {
        final long warmUp = reference.events() / 4;
        boolean journaled = true;
        folder.create();
        try (AeronBoard aeron = new AeronBoard(folder, clock))
        {
            rehearse(aeron, folder, Math.min(reference.events(), REHEARSED_EVENTS));
            final Pipeline pipeline = new Pipeline(config, userKernel, journal, aeron, folder, clock, warmUp);
            journaled = false;
            try (pipeline)
            {
                return carry(reference, pipeline, journal.nextSequence(), warmUp);
            }
            finally
            {
                journaled = pipeline.isJournaled();
            }
        }
        finally
        {
            if (journaled)
            {
                folder.remove();
            }
            else if (cancelled || !journalRest(journal, folder))
            {
                listener.onStep("events that were published and are not in the journal stay in " + folder.path() +
                    ": the next run with --journal " + config.journal() + " journals them first");
            }
        }
    }

    /** What a stage that failed has kept from the journal; whoever cancels does not wait for that. */
    private static boolean journalRest(final Journal journal, final SharedFolder folder)
    {
        try
        {
            folder.takeOver(journal);
            return true;
        }
        catch (final IOException stays)
        {
            return false;
        }
    }

    /**
     * Carries some events through parts of the same kind, which are then thrown away: until the JVM has loaded and
     * compiled what they run, its work would be measured instead of theirs. The user's kernel sees only the run itself.
     */
    private void rehearse(final AeronBoard aeron, final SharedFolder folder, final long events) throws IOException
    {
        listener.onStep("rehearsing with " + events + " events");
        folder.rehearsal().create();
        try (Journal journal = Journal.open(folder.rehearsalJournal());
            Pipeline pipeline = new Pipeline(config, null, journal, aeron, folder.rehearsal(), clock, events);
            FlightEvents input = FlightEvents.open(config.input(), config.strict(), RejectedRow.IGNORED))
        {
            pipeline.awaitListener(() -> watch(pipeline));
            final Publisher publisher = new Publisher(pipeline.engine(), clock, 0, events, done -> watch(pipeline));
            publisher.publish(input, events);
            pipeline.drain(() -> watch(pipeline));
        }
        folder.removeRehearsal();
    }

    private Result carry(
        final Reference reference, final Pipeline pipeline, final long firstSequence, final long warmUp)
        throws IOException
    {
        final long events = reference.events();
        pipeline.awaitListener(() -> watch(pipeline));
        final Publisher publisher = publish(pipeline, events, warmUp);
        // First the killer: it asks the engine how far the process was, and drained, the engine is closed.
        awaitKiller();
        pipeline.drain(() -> watch(pipeline));
        final double seconds = (clock.nowNs() - publisher.startNs()) / 1e9;
        final Board nativeBoard = pipeline.nativeBoard();
        final CountedBoard aeronBoard = pipeline.aeronBoard(() -> watch(pipeline));
        listener.onStep("replaying the journal from sequence " + firstSequence);
        final Board replay = replay(firstSequence, firstSequence + events);
        final AnswerCheck check = pipeline.check();
        return new Result(
            config.input().toString(),
            events,
            reference.rejected(),
            config.nativeLanguage(),
            killed,
            new Result.Boards(
                pipeline.board().board(),
                nativeBoard,
                pipeline.kernelBoard(),
                aeronBoard.board(),
                replay,
                reference.board()),
            pipeline.userKernel() == null ? null : pipeline.userKernel().found(),
            events / seconds,
            new Result.Latencies(
                pipeline.board().hop().latency().percentiles(),
                check == null ? null : check.hop().latency().percentiles(),
                aeronBoard.latency(),
                pipeline.journal().hop().latency().percentiles()),
            allocated(pipeline, publisher),
            config.journal());
    }

    private static Result.Allocated allocated(final Pipeline pipeline, final Publisher publisher)
    {
        final AnswerCheck check = pipeline.check();
        final Allocation publishing = publisher.publishing();
        final Allocation board = pipeline.board().hop().allocation();
        final List<Allocation> counted = new ArrayList<>(List.of(publishing, board, pipeline.aeron().allocation()));
        if (check != null)
        {
            counted.add(check.hop().allocation());
        }
        Stream.of(pipeline.kernel(), pipeline.userKernel())
            .filter(Objects::nonNull).forEach(kernel -> counted.add(kernel.allocation()));
        return new Result.Allocated(
            counted.stream().mapToDouble(Allocation::medianBytesPerEvent).sum(),
            counted.stream().mapToDouble(Allocation::meanBytesPerEvent).sum(),
            publisher.reading().meanBytesPerEvent(),
            pipeline.journal().hop().allocation().meanBytesPerEvent());
    }

    private Publisher publish(final Pipeline pipeline, final long events, final long warmUp) throws IOException
    {
        final Publisher publisher = new Publisher(
            pipeline.engine(), clock, config.eventsPerSecond(), warmUp, done -> pulse(pipeline, done, events));
        listener.onStep("publishing " + events + " events");
        for (int pass = 0; pass < config.repeat(); pass++)
        {
            try (FlightEvents input = FlightEvents.open(config.input(), config.strict(), RejectedRow.IGNORED))
            {
                publisher.publish(input, events);
            }
        }
        pulse(pipeline, publisher.published(), events);
        return publisher;
    }

    private void checkCancelled()
    {
        if (cancelled)
        {
            throw new DemoFailedException("cancelled");
        }
    }

    /** Throws when nobody waits any longer, or a stage failed. */
    private void watch(final Pipeline pipeline)
    {
        checkCancelled();
        pipeline.checkHealth();
        if (!fullDiskTold && pipeline.journalRefusals() > 0)
        {
            fullDiskTold = true;
            listener.onStep("the journal's disk is full: make space where " + config.journal() +
                " lies, and the run goes on");
        }
    }

    private void pulse(final Pipeline pipeline, final long published, final long events)
    {
        watch(pipeline);
        if (config.kills() && killer == null && published >= events / 2)
        {
            // Beside the publisher, which goes on meanwhile: the ring takes what comes until the process is back.
            killer = Thread.ofPlatform().name("demo-killer").start(() -> killNative(pipeline));
        }
        final long nowNs = System.nanoTime();
        if (nowNs - lastProgressNs >= PROGRESS_NS)
        {
            lastProgressNs = nowNs;
            listener.onProgress(published, events);
        }
    }

    private void killNative(final Pipeline pipeline)
    {
        try
        {
            final long position = pipeline.killNative();
            killed = true;
            listener.onStep("killed the native stage with SIGKILL at position " + position + " and started it again");
        }
        catch (final IOException | RuntimeException failed)
        {
            killFailure.set(failed);
        }
    }

    /** The kill is part of what is shown: it must have happened, and the process must be back. */
    private void awaitKiller()
    {
        try
        {
            if (killer != null)
            {
                killer.join();
            }
        }
        catch (final InterruptedException hurried)
        {
            Thread.currentThread().interrupt();
            throw new DemoFailedException("interrupted");
        }
        final Exception failed = killFailure.get();
        if (failed != null)
        {
            throw new DemoFailedException("the native stage could not be killed and started again: " +
                failed.getMessage());
        }
    }

    private Board replay(final long firstSequence, final long endSequence)
    {
        final Board board = new Board();
        final EventReader event = new EventReader();
        try (Replay replay = Replay.open(config.journal(), firstSequence, endSequence))
        {
            int delivered = 1;
            while (delivered > 0)
            {
                checkCancelled();
                delivered = replay.poll(
                    (buffer, offset, length, sequence, timestamp) ->
                    {
                        event.wrap(buffer, offset, length);
                        board.count(event.kind(), event.origin(), event.dest(), event.delayMinutes());
                    },
                    REPLAY_LIMIT);
            }
            if (!replay.isComplete())
            {
                throw new DemoFailedException("the journal ends at sequence " + replay.nextSequence() +
                    ", not at " + endSequence);
            }
        }
        return board;
    }
}
