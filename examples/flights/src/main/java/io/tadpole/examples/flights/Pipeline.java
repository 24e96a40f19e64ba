package io.tadpole.examples.flights;

import io.tadpole.aeron.AeronProducer;
import io.tadpole.engine.Engine;
import io.tadpole.engine.EngineConfig;
import io.tadpole.engine.StageCounters;
import io.tadpole.engine.StageGraph;
import io.tadpole.examples.flights.sbe.FlightEventEncoder;
import io.tadpole.journal.Journal;
import io.tadpole.journal.JournalStage;
import io.tadpole.kernel.NativeKernel;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.RingConsumer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The engine and its stages:
 *
 * <pre>
 *                     +--&gt; journal ----------&gt; Chronicle queue
 *     publisher --&gt; ring --&gt; board (Java)
 *                     +--&gt; kernel (native, in this JVM)
 *                     +--&gt; user-kernel (native, the user's own)
 *                     +--&gt; aeron ------------&gt; Aeron IPC --&gt; board (Java, a process)
 *                     +--&gt; native (a process) --+-- answers --+
 *                     +-----------------------------------&gt; check (Java, after native)
 * </pre>
 *
 * One thread makes it, publishes, and closes it.
 */
final class Pipeline implements AutoCloseable
{
    /** The name of the journal's stage. */
    static final String JOURNAL = "journal";

    private static final int RING_BYTES = 16 << 20;
    private static final int ANSWERS_BYTES = 1 << 20;
    private static final int NATIVE_CONSUMER = 0;
    private static final long PARK_NS = 1_000_000;

    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(10);
    private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(1);

    private final Deque<Closeable> closing = new ArrayDeque<>();
    private final Journal opened;
    private final SharedFolder folder;
    private final JournalStage journalStage;
    private final TimedJournal journal;
    private final BoardStage board;
    private final @Nullable KernelStage kernel;
    private final @Nullable KernelStage userKernel;
    private final AeronBoard aeron;
    private final AeronProducer aeronProducer;
    private final AeronStage aeronStage;
    private final @Nullable AnswerCheck check;
    private final @Nullable OutsideProcess nativeStage;
    private final Engine engine;

    /**
     * Makes the stages and starts them, the native one too.
     *
     * @param config       with the native stage and the kernel, if there are.
     * @param users        kernel, if it is to run, too; whoever loaded it closes it behind this.
     * @param opened       the journal to append to.
     * @param aeron        to which events are forwarded.
     * @param folder       in which the channels are created.
     * @param clock        by which messages are stamped.
     * @param warmUpEvents before allocation is counted.
     * @throws IOException when a part cannot be started: one sentence that says what to do.
     */
    Pipeline(
        final DemoConfig config,
        final @Nullable NativeKernel users,
        final Journal opened,
        final AeronBoard aeron,
        final SharedFolder folder,
        final Clock clock,
        final long warmUpEvents) throws IOException
    {
        this.opened = opened;
        this.aeron = aeron;
        this.folder = folder;
        boolean made = false;
        try
        {
            journalStage = new JournalStage(opened);
            journal = new TimedJournal(journalStage, new Hop(clock, warmUpEvents));
            board = new BoardStage(new Hop(clock, warmUpEvents));
            aeronProducer = aeron.open();
            closing.push(aeronProducer::close);
            aeronStage = new AeronStage(aeronProducer, warmUpEvents);
            final StageGraph graph =
                new StageGraph().stage(JOURNAL, journal).stage("board", board).stage("aeron", aeronStage);
            kernel = config.kernel() == null ? null : loadKernel(config.kernel(), graph, warmUpEvents);
            userKernel = users == null ? null : new KernelStage(
                Objects.requireNonNull(config.userKernel()), users, warmUpEvents);
            if (userKernel != null)
            {
                graph.stage("user-kernel", userKernel);
            }
            final Path program = config.nativeProgram();
            if (program == null)
            {
                check = null;
                nativeStage = null;
                engine = createEngine(graph);
            }
            else
            {
                Channel.create(folder.answers(), ChannelConfig.plain(ANSWERS_BYTES));
                final RingConsumer answers = Channel.attachConsumer(folder.answers(), 0);
                closing.push(answers::close);
                check = new AnswerCheck(answers, new Hop(clock, warmUpEvents));
                engine = createEngine(graph.outside("native").stage("check", check, "native"));
                final List<String> command = List.of(
                    program.toString(),
                    folder.engine().toString(),
                    Integer.toString(NATIVE_CONSUMER),
                    folder.answers().toString(),
                    folder.state().toString(),
                    Long.toString(ProcessHandle.current().pid()));
                nativeStage = new OutsideProcess("the native stage", command, Map.of());
                closing.push(nativeStage::close);
                nativeStage.start();
            }
            made = true;
        }
        finally
        {
            if (!made)
            {
                close();
            }
        }
    }

    private KernelStage loadKernel(final Path library, final StageGraph graph, final long warmUpEvents)
        throws IOException
    {
        final NativeKernel loaded = KernelStage.load(library, folder.kernelState());
        closing.push(loaded::close);
        final KernelStage stage = new KernelStage(library, loaded, warmUpEvents);
        graph.stage("kernel", stage);
        return stage;
    }

    private Engine createEngine(final StageGraph graph) throws IOException
    {
        final Engine created = Engine.create(
            folder.engine(),
            EngineConfig.of(RING_BYTES)
                .withWaitStrategy(Demo.hasCoreForEach() ? "yielding" : "sleeping")
                .withSchema(FlightEventEncoder.SCHEMA_ID, FlightEventEncoder.SCHEMA_VERSION),
            graph);
        closing.push(() -> created.shutdown(CANCEL_PATIENCE));
        return created;
    }

    /** Where the events go. */
    Engine engine()
    {
        return engine;
    }

    /** How often the journal was refused an append because its disk was full. Any thread. */
    long journalRefusals()
    {
        return journalStage.refusals();
    }

    /** Whether every event that was published is in the journal; after {@link #close}. */
    boolean isJournaled()
    {
        return engine.position() == 0 || opened.endPosition(engine.ringId()) >= engine.position();
    }

    /** The journal stage. */
    TimedJournal journal()
    {
        return journal;
    }

    /** The stage with the Java board. */
    BoardStage board()
    {
        return board;
    }

    /** The stage that forwards over Aeron. */
    AeronStage aeron()
    {
        return aeronStage;
    }

    /** The stage of the kernel; null when there is none. */
    @Nullable KernelStage kernel()
    {
        return kernel;
    }

    /** The stage of the user's kernel; null when there is none. */
    @Nullable KernelStage userKernel()
    {
        return userKernel;
    }

    /** The stage that checks the native answers; null when there is no native stage. */
    @Nullable AnswerCheck check()
    {
        return check;
    }

    /**
     * Waits until the process behind Aeron listens: before that, there is nobody to forward to.
     *
     * @param watch called again and again; throws when nobody waits any longer.
     */
    void awaitListener(final Runnable watch)
    {
        AeronBoard.awaitListener(aeronProducer, watch);
    }

    /**
     * Kills the native stage with SIGKILL and starts it again. Any thread, while the pipeline is open.
     *
     * @return in bytes, up to where it had published that it consumed.
     * @throws IOException when it had ended by itself, or cannot be started again.
     */
    long killNative() throws IOException
    {
        final OutsideProcess killed = Objects.requireNonNull(nativeStage);
        killed.kill();
        final long position = engine.counters().stream()
            .filter(StageCounters::outside).findFirst().orElseThrow().position();
        killed.start();
        return position;
    }

    /**
     * Says what is wrong, if something is.
     *
     * @throws DemoFailedException when a stage failed, inside or outside.
     */
    void checkHealth()
    {
        // The processes first: when one ends, a stage here may fail of that.
        final String nativeFailure = nativeStage == null ? null : nativeStage.failure();
        final String aeronFailure = aeron.failure();
        final String reason = nativeFailure != null ? nativeFailure :
            aeronFailure != null ? aeronFailure : engine.reason();
        if (reason != null)
        {
            throw new DemoFailedException(reason);
        }
    }

    /**
     * Waits until every stage has handled every event, and stops the engine.
     *
     * @param cancelled asked again and again; throws when nobody waits any longer.
     * @throws DemoFailedException when a stage fails meanwhile.
     */
    void drain(final Runnable cancelled)
    {
        final IdlePolicy idle = IdlePolicy.parking(PARK_NS);
        while (engine.counters().stream().anyMatch(stage -> stage.position() < engine.position()))
        {
            checkHealth();
            cancelled.run();
            idle.idle();
        }
        if (!engine.shutdown(DRAIN_PATIENCE))
        {
            throw new DemoFailedException("the engine did not stop cleanly: " + engine.reason());
        }
    }

    /**
     * Stops the native stage and reads its board from its state file; after {@link #drain}.
     *
     * @return its board; null when there is no native stage.
     * @throws IOException         when the state cannot be read.
     * @throws DemoFailedException when it counts less than the whole ring.
     */
    @Nullable Board nativeBoard() throws IOException
    {
        if (nativeStage == null)
        {
            return null;
        }
        nativeStage.stop();
        final BoardState state = BoardState.read(folder.state(), engine.ringId());
        if (state.position() != engine.position())
        {
            throw new DemoFailedException("the native board counts up to position " + state.position() +
                ", the ring ends at " + engine.position());
        }
        return state.board();
    }

    /**
     * The board of the kernel; after {@link #drain}.
     *
     * @return its board; null when there is no kernel.
     * @throws IOException         when it keeps no board.
     * @throws DemoFailedException when it counts less than the whole ring.
     */
    @Nullable Board kernelBoard() throws IOException
    {
        return kernel == null ? null : kernel.board(engine.position());
    }

    /**
     * Ends the stream over Aeron and waits for the board of the process behind it; after {@link #drain}.
     *
     * @param watch called again and again; throws when nobody waits any longer.
     * @return its board.
     * @throws IOException         when the board cannot be read.
     * @throws DemoFailedException when it counts less than was forwarded.
     */
    CountedBoard aeronBoard(final Runnable watch) throws IOException
    {
        aeronProducer.close();
        final CountedBoard counted = aeron.board(watch);
        if (counted.events() != aeronStage.events())
        {
            throw new DemoFailedException("the board behind Aeron counts " + counted.events() + " events, of " +
                aeronStage.events() + " that were forwarded");
        }
        return counted;
    }

    /** Ends every process and thread; what is in shared memory stays, and the journal. */
    @Override
    public void close() throws IOException
    {
        Exception failure = null;
        while (!closing.isEmpty())
        {
            try
            {
                closing.pop().close();
            }
            catch (final IOException | RuntimeException failed)
            {
                failure = failed;
            }
        }
        if (failure != null)
        {
            throw new IOException("a part of the demo did not end cleanly: " + failure.getMessage(), failure);
        }
    }
}
