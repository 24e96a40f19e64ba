package io.tadpole.engine;

import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.WaitStrategy;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.Claim;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.Producer;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An LMAX Disruptor whose memory is a ring: what its one publisher writes in place is read where it lies by the stages,
 * on threads of this JVM and in other processes.
 *
 * <p>The {@link Producer} calls belong to one thread and are wait-free; {@link #counters()} and {@link #failure()}
 * may be called from any thread. A message is acknowledged when its commit returns: from then on it survives a kill
 * of this process, and a successor ({@link #attach}) hands it to every stage that had not handled it.
 */
public final class Engine implements Producer
{
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

    private final Ring ring;
    private final RingProducer producer;
    private final StageProcessor[] processors;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Sequence> sequences = new LinkedHashMap<>();
    private final List<String> outsideNames;
    private final List<String> insideNames;
    private boolean closed;
    private boolean drained;
    private volatile boolean stopped;
    private final AtomicReference<@Nullable StageFailedException> failure = new AtomicReference<>();

    private Engine(final RingMaker maker, final EngineConfig config, final StageGraph graph) throws IOException
    {
        final WaitStrategy waitStrategy = Waiting.named(config.waitStrategy());
        final RingSequencer[] made = new RingSequencer[1];
        final Ring[] mapped = new Ring[1];
        this.outsideNames = graph.outsideNames();
        this.insideNames = graph.insideNames();
        this.processors = new StageProcessor[insideNames.size()];
        this.producer = maker.make((memory, tail) ->
        {
            mapped[0] = memory;
            made[0] = new RingSequencer(memory, tail, waitStrategy, this::stall);
            return made[0];
        });
        this.ring = mapped[0];
        try
        {
            addStages(made[0], config, graph);
            startThreads(config);
        }
        catch (final RuntimeException | Error failed)
        {
            stopThreads();
            producer.close();
            throw failed;
        }
    }

    /** Makes the producer of a ring, given how to make those who read it. */
    @FunctionalInterface
    private interface RingMaker
    {
        RingProducer make(Channel.DownstreamMaker downstream) throws IOException;
    }

    /**
     * Creates a channel for an engine and starts it.
     *
     * @param channel the channel's directory, which must not exist.
     * @param config  how the engine runs.
     * @param graph   its stages; those outside find the channel under this directory, as consumers 0, 1 and so on in
     *                the order of their declaration.
     * @return the running engine.
     * @throws IOException              when the channel cannot be created: see {@link
     *                                  io.tadpole.ring.ChannelException}. Nothing is left behind.
     * @throws IllegalArgumentException when a value of the configuration is out of its range.
     */
    public static Engine create(final Path channel, final EngineConfig config, final StageGraph graph)
        throws IOException
    {
        Channel.create(channel, channelConfig(config, graph));
        try
        {
            return new Engine(downstream -> Channel.attachProducer(channel, downstream), config, graph);
        }
        catch (final IOException | RuntimeException | Error failed)
        {
            try
            {
                Channel.remove(channel);
            }
            catch (final IOException stays)
            {
                failed.addSuppressed(stays);
            }
            throw failed;
        }
    }

    /**
     * Takes over a channel that another engine left, however it ended: finds the tail, and lets each stage go on where
     * {@link Stage#resumeAt} says. What the ring still holds reaches the stages before anything that is published anew.
     *
     * @param channel the channel's directory.
     * @param config  how the engine runs; capacity and schema are those of the channel.
     * @param graph   with the stages that the channel was created for.
     * @return the running engine.
     * @throws IOException              when the role cannot be taken: see {@link io.tadpole.ring.ChannelException}.
     * @throws IllegalArgumentException when the stages are not those of the channel.
     */
    public static Engine attach(final Path channel, final EngineConfig config, final StageGraph graph)
        throws IOException
    {
        final ChannelDescription found = Channel.describe(channel);
        if (found.alignment() != RecordLayout.UNIT)
        {
            throw new IllegalArgumentException(
                channel + " is a plain ring, its records are aligned to " + found.alignment() + " bytes: an engine " +
                "needs a channel that an engine created");
        }
        final List<String> inside = found.stages().stream().map(ChannelDescription.Stage::name).toList();
        final List<String> outside = found.consumers().stream().map(ChannelDescription.Consumer::name).toList();
        if (!inside.equals(graph.insideNames()) || !outside.equals(graph.outsideNames()))
        {
            throw new IllegalArgumentException(
                channel + " was created for the stages " + inside + " and, outside, " + outside + ", not for " +
                graph.insideNames() + " and " + graph.outsideNames() + ": give the same graph, or create it anew");
        }
        return new Engine(downstream -> Channel.attachProducer(channel, downstream), config, graph);
    }

    /**
     * Starts an engine in memory of this process alone: the same engine, without stages outside and without a
     * successor.
     *
     * @param config how the engine runs.
     * @param graph  its stages, none of them outside.
     * @return the running engine.
     * @throws IllegalArgumentException when a value of the configuration is out of its range, or a stage is outside.
     */
    public static Engine inMemory(final EngineConfig config, final StageGraph graph)
    {
        try
        {
            final Ring memory = Ring.anonymous(channelConfig(config, graph));
            return new Engine(downstream -> RingProducer.of(memory, downstream.make(memory, 0)), config, graph);
        }
        catch (final IOException impossible)
        {
            throw new AssertionError("memory of this process has no files", impossible);
        }
    }

    private static ChannelConfig channelConfig(final EngineConfig config, final StageGraph graph)
    {
        return new ChannelConfig(
            config.capacityBytes(),
            RecordLayout.UNIT,
            graph.outsideNames(),
            graph.insideNames(),
            config.schemaId(),
            config.schemaVersion());
    }

    private void addStages(final RingSequencer sequencer, final EngineConfig config, final StageGraph graph)
    {
        final Backlog backlog = new Backlog(ring, producer.position());
        int index = 0;
        for (final StageGraph.Node node : graph.nodes())
        {
            final Stage stage = node.stage();
            if (stage == null)
            {
                sequences.put(
                    node.name(), new SharedSequence(ring, outsideNames.indexOf(node.name()), sequencer.cursor()));
                continue;
            }
            final long start = stage.resumeAt(ring.ringId(), ring.stagePosition(index));
            final long handled = backlog.messagesBefore(start, node.name());
            final Sequence[] before =
                node.after().stream().map(other -> sequences.get(other.name())).toArray(Sequence[]::new);
            final StageProcessor processor = new StageProcessor(
                node.name(), stage, ring, index, sequencer.newBarrier(before), config.failurePolicy(), this::fail);
            // Adding sets a sequence to the cursor; a successor's stage starts before it.
            sequencer.addGatingSequences(processor.sequence());
            processor.startAt(start, handled);
            processors[index++] = processor;
            sequences.put(node.name(), processor.sequence());
        }
    }

    private void startThreads(final EngineConfig config)
    {
        for (int i = 0; i < processors.length; i++)
        {
            final Thread thread = config.threads().newThread(processors[i]);
            thread.setName("tadpole-" + insideNames.get(i));
            thread.start();
            threads.add(thread);
        }
    }

    /** The mapping ends after the threads, whatever happens: a thread that read it then would find nothing there. */
    private void stopThreads()
    {
        for (final StageProcessor processor : processors)
        {
            if (processor != null)
            {
                processor.halt();
            }
        }
        boolean interrupted = false;
        for (final Thread thread : threads)
        {
            interrupted |= joinUninterruptibly(thread);
        }
        if (interrupted)
        {
            Thread.currentThread().interrupt();
        }
    }

    private long stall()
    {
        for (final StageProcessor processor : processors)
        {
            final long status = processor.stall();
            if (status < 0)
            {
                return status;
            }
        }
        return 0;
    }

    private void fail(final StageFailedException cause)
    {
        final StageFailedException first = failure.compareAndExchange(null, cause);
        if (first != null)
        {
            first.addSuppressed(cause);
            return;
        }
        stopped = true;
        for (final StageProcessor processor : processors)
        {
            processor.halt();
        }
    }

    @Override
    public long tryClaim(final int maxLength, final Claim claim)
    {
        return stopped ? Status.CLOSED : producer.tryClaim(maxLength, claim);
    }

    @Override
    public long tryClaimRun(final int maxLength, final int count, final Claim claim)
    {
        return stopped ? Status.CLOSED : producer.tryClaimRun(maxLength, count, claim);
    }

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length)
    {
        return stopped ? Status.CLOSED : producer.offer(buffer, offset, length);
    }

    @Override
    public int maxClaimLength()
    {
        return producer.maxClaimLength();
    }

    @Override
    public int maxMessageLength()
    {
        return producer.maxMessageLength();
    }

    @Override
    public long position()
    {
        return producer.position();
    }

    /**
     * Which ring this engine writes.
     *
     * @return the ring's identity.
     */
    public long ringId()
    {
        return ring.ringId();
    }

    /**
     * Why the engine stopped by itself.
     *
     * @return the first failure of a stage, with those that followed it suppressed, or null.
     */
    public @Nullable StageFailedException failure()
    {
        return failure.get();
    }

    /**
     * How far each stage is, inside and outside, in the order of the graph.
     *
     * @return the counters at this moment.
     * @throws IllegalStateException when the engine was closed: a look at the channel shows them then.
     */
    public List<StageCounters> counters()
    {
        final List<StageCounters> counters = new ArrayList<>();
        for (final String name : sequences.keySet())
        {
            final int inside = insideNames.indexOf(name);
            final int outside = outsideNames.indexOf(name);
            // The stage's words before the publisher's: it then never seems to be ahead.
            final long position =
                inside >= 0 ? ring.stagePosition(inside) : ring.consumerPosition(outside, ring.tail());
            final long messages = inside >= 0 ? ring.stageMessages(inside) : ring.consumerMessages(outside);
            final long batches = inside >= 0 ? ring.stageBatches(inside) : ring.consumerBatches(outside);
            final long depth = Math.max(0, ring.tail() - position);
            // An evicted stage has messages that it never handled, and yet nothing to do.
            final long lag = depth == 0 ? 0 : Math.max(0, ring.messages() - messages);
            counters.add(new StageCounters(name, outside >= 0, position, messages, batches, lag, depth));
        }
        return List.copyOf(counters);
    }

    /**
     * Ends the engine cleanly: takes no more messages, lets every stage handle what is published, and stops the
     * threads. Only for the publisher's thread.
     *
     * @param patience how long to wait for the stages; those outside are waited for too.
     * @return true when every stage had handled everything. What one had not handled stays in the ring, for a
     *         successor.
     */
    public boolean shutdown(final Duration patience)
    {
        if (!closed)
        {
            final long deadlineNs = System.nanoTime() + patience.toNanos();
            closed = true;
            stopped = true;
            drained = awaitHandled(producer.position() / RecordLayout.UNIT - 1, deadlineNs);
            stopThreads();
            producer.close();
        }
        return drained && failure.get() == null;
    }

    private boolean awaitHandled(final long end, final long deadlineNs)
    {
        final IdlePolicy idle = IdlePolicy.adaptive();
        for (final Sequence sequence : sequences.values())
        {
            while (sequence.get() < end)
            {
                if (failure.get() != null || System.nanoTime() - deadlineNs > 0)
                {
                    return false;
                }
                idle.idle();
            }
            idle.reset();
        }
        return true;
    }

    private static boolean joinUninterruptibly(final Thread thread)
    {
        boolean interrupted = false;
        while (true)
        {
            try
            {
                thread.join();
                return interrupted;
            }
            catch (final InterruptedException again)
            {
                interrupted = true;
            }
        }
    }

    /** Ends the engine cleanly, with a patience of 30 seconds: see {@link #shutdown(Duration)}. */
    @Override
    public void close()
    {
        shutdown(CLOSE_PATIENCE);
    }
}
