package io.tadpole.engine;

import com.lmax.disruptor.WaitStrategy;
import io.tadpole.ring.Channel;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.ChannelDescription;
import io.tadpole.ring.Claim;
import io.tadpole.ring.Producer;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import io.tadpole.ring.RingProducer;
import io.tadpole.ring.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An LMAX Disruptor whose memory is a ring: what its one publisher writes in place is read where it lies by the stages,
 * on threads of this JVM and in other processes.
 *
 * <p>The {@link Producer} calls belong to one thread and are wait-free, but for one wait strategy: with {@code
 * blocking}, a commit takes a lock to wake the stages. {@link #counters()}, {@link #failure()} and {@link #reason()}
 * may be called from any thread; {@link #shutdown} and {@link #close} block. A message is acknowledged when its commit
 * returns: from then on it survives a kill of this process, and a successor ({@link #attach}) hands it to every stage
 * that had not handled it.
 */
public final class Engine implements Producer
{
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

    private final Ring ring;
    private final RingProducer producer;
    private final RunningStages stages;
    private final AtomicReference<@Nullable StageFailedException> failure = new AtomicReference<>();
    /** The status that every claim gets, or 0. */
    private volatile long refusal;
    private boolean drained;
    private volatile boolean ended;
    /** What was not handled when the engine ended, or null; of use once it has ended. */
    private @Nullable String remains;

    private Engine(
        final RingMaker maker,
        final EngineConfig config,
        final StageGraph graph,
        final RunningStages.RoleProbe outsideRoles) throws IOException
    {
        final WaitStrategy waitStrategy = Waiting.named(config.waitStrategy());
        final RingSequencer[] made = new RingSequencer[1];
        final Ring[] mapped = new Ring[1];
        this.producer = maker.make((memory, tail) ->
        {
            mapped[0] = memory;
            made[0] = new RingSequencer(memory, tail, waitStrategy, this::stall);
            return made[0];
        });
        this.ring = mapped[0];
        try
        {
            this.stages = new RunningStages(
                ring, producer, made[0], graph, config.failurePolicy(), outsideRoles, this::fail, this::depose);
        }
        catch (final RuntimeException | Error failed)
        {
            producer.close();
            throw failed;
        }
        try
        {
            stages.start(config.threads());
        }
        catch (final RuntimeException | Error failed)
        {
            stages.stop();
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
            return over(channel, config, graph);
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
        return over(channel, config, graph);
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
            return new Engine(
                downstream -> RingProducer.of(memory, downstream.make(memory, 0)), config, graph, consumer -> false);
        }
        catch (final IOException impossible)
        {
            throw new AssertionError("memory of this process has no files", impossible);
        }
    }

    private static Engine over(final Path channel, final EngineConfig config, final StageGraph graph)
        throws IOException
    {
        return new Engine(
            downstream -> Channel.attachProducer(channel, downstream),
            config,
            graph,
            consumer -> Channel.isConsumerHeld(channel, consumer));
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

    private long stall()
    {
        return stages.stall();
    }

    private void fail(final StageFailedException cause)
    {
        final StageFailedException first = failure.compareAndExchange(null, cause);
        if (first != null)
        {
            first.addSuppressed(cause);
            return;
        }
        refusal = Status.CLOSED;
        stages.halt();
    }

    /** The ring belongs to a successor: its stages resume there, and these must not say anything there any more. */
    private void depose()
    {
        if (refusal == 0)
        {
            refusal = Status.DEPOSED;
        }
        stages.halt();
    }

    @Override
    public long tryClaim(final int maxLength, final Claim claim)
    {
        final long refused = refusal;
        return refused < 0 ? refused : producer.tryClaim(maxLength, claim);
    }

    @Override
    public long tryClaimRun(final int maxLength, final int count, final Claim claim)
    {
        final long refused = refusal;
        return refused < 0 ? refused : producer.tryClaimRun(maxLength, count, claim);
    }

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length)
    {
        final long refused = refusal;
        return refused < 0 ? refused : producer.offer(buffer, offset, length);
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
     * The failure of a stage that stopped the engine. Any thread; wait-free.
     *
     * @return the first one, with those that followed it suppressed, or null.
     */
    public @Nullable StageFailedException failure()
    {
        return failure.get();
    }

    /**
     * Why the engine takes no more messages, or has not handled all that it took: a stage failed, a word in the ring or
     * a stage's position outside cannot be, another engine took the ring over, or stages were behind when it ended. Any
     * thread.
     *
     * @return a sentence that says what, where, and what to do; null while it works, and after a clean end.
     */
    public @Nullable String reason()
    {
        final StageFailedException failed = failure.get();
        if (failed != null)
        {
            return failed.getMessage();
        }
        // In this order: the producer says that it is closed only once the engine has ended.
        final String refused = producer.failure();
        return ended ? remains : refused;
    }

    /**
     * How far each stage is, inside and outside, in the order of the graph.
     *
     * @return the counters at this moment.
     * @throws IllegalStateException when the engine was closed: a look at the channel shows them then.
     */
    public List<StageCounters> counters()
    {
        return stages.counters();
    }

    /**
     * Ends the engine cleanly: takes no more messages, lets every stage handle what is published, and stops the
     * threads. Only for the publisher's thread. Stages outside are waited for as well, but one that no process has run
     * for a second is not: its role's lock is free, so it handles nothing; nor are those that wait for it.
     *
     * @param patience how long to wait for the stages.
     * @return true when every stage had handled everything. What one had not handled stays in the ring, for a
     *         successor; {@link #reason()} says which one, and why.
     */
    public boolean shutdown(final Duration patience)
    {
        if (!ended)
        {
            final long deadline = System.nanoTime() + patience.toNanos();
            refusal = Status.CLOSED;
            final String unhandled =
                stages.drain(producer.position(), deadline, () -> failure.get() != null || !producer.isOwner());
            stages.stop();
            // A deposed engine cannot know what its stages have seen of the ring since.
            drained = unhandled == null && producer.isOwner();
            remains = producer.failure() == null ? unhandled : producer.failure();
            ended = true;
            producer.close();
        }
        return drained && failure.get() == null;
    }

    /** Ends the engine cleanly, with a patience of 30 seconds: see {@link #shutdown(Duration)}. */
    @Override
    public void close()
    {
        shutdown(CLOSE_PATIENCE);
    }
}
