package io.tadpole.engine;

import com.lmax.disruptor.Sequence;
import io.tadpole.ring.IdlePolicy;
import io.tadpole.ring.RecordLayout;
import io.tadpole.ring.Ring;
import io.tadpole.ring.RingProducer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stages of an engine while it runs, inside and outside: started together, watched, waited for, and ended together.
 * Nothing here is on the path of a message but {@link #stall()}, which a publisher without space asks.
 */
final class RunningStages
{
    private static final long PROBE_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** A process that is started again has this long to take its role. */
    private static final long ABSENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private final Ring ring;
    private final RoleProbe outsideRoles;
    private final RingProducer producer;
    private final Sequence cursor;
    private final List<StageGraph.Node> nodes;
    private final List<String> insideNames;
    private final List<String> outsideNames;
    /** In the order of the nodes. */
    private final List<Sequence> sequences = new ArrayList<>();
    private final List<StageProcessor> processors = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /** Whether a live process runs a stage outside. */
    @FunctionalInterface
    interface RoleProbe
    {
        boolean isHeld(int consumer) throws IOException;
    }

    /**
     * Makes the stages, each at the position where it starts.
     *
     * @param ring         to read.
     * @param producer     of the ring, at its tail.
     * @param sequencer    of the ring.
     * @param graph        of the stages.
     * @param policy       decides about a message on which a stage throws.
     * @param outsideRoles who runs the stages outside.
     * @param onFailure    told when a stage throws.
     * @param onDeposed    told when a stage finds that another engine took the ring over.
     */
    RunningStages(
        final Ring ring,
        final RingProducer producer,
        final RingSequencer sequencer,
        final StageGraph graph,
        final FailurePolicy policy,
        final RoleProbe outsideRoles,
        final Consumer<StageFailedException> onFailure,
        final Runnable onDeposed)
    {
        this.ring = ring;
        this.producer = producer;
        this.cursor = sequencer.cursor();
        this.outsideRoles = outsideRoles;
        this.nodes = graph.nodes();
        this.insideNames = graph.insideNames();
        this.outsideNames = graph.outsideNames();
        final Backlog backlog = new Backlog(ring, producer.position());
        for (final StageGraph.Node node : nodes)
        {
            final Stage stage = node.stage();
            if (stage == null)
            {
                sequences.add(new SharedSequence(ring, outsideNames.indexOf(node.name()), cursor));
                continue;
            }
            final int index = processors.size();
            final long start = stage.resumeAt(ring.ringId(), ring.stagePosition(index));
            final long handled = backlog.messagesBefore(start, node.name());
            final Sequence[] before =
                node.after().stream().map(other -> sequences.get(nodes.indexOf(other))).toArray(Sequence[]::new);
            final StageProcessor processor = new StageProcessor(
                node.name(), stage, ring, index, sequencer.newBarrier(before), policy, producer::isOwner, onFailure,
                onDeposed);
            // Adding sets a sequence to the cursor; a successor's stage starts before it.
            sequencer.addGatingSequences(processor.sequence());
            processor.startAt(start, handled);
            processors.add(processor);
            sequences.add(processor.sequence());
        }
    }

    void start(final ThreadFactory factory)
    {
        for (int i = 0; i < processors.size(); i++)
        {
            final Thread thread = factory.newThread(processors.get(i));
            thread.setName("tadpole-" + insideNames.get(i));
            thread.start();
            threads.add(thread);
        }
    }

    /** Lets every stage end behind the message or stretch at which it is. Any thread; waits for none. */
    void halt()
    {
        processors.forEach(StageProcessor::halt);
    }

    /** Ends the threads. The mapping must outlive them: one that read it afterwards would find nothing there. */
    void stop()
    {
        halt();
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

    /** Why a stage does not take what is there, or 0. */
    long stall()
    {
        for (int i = 0; i < processors.size(); i++)
        {
            final long status = processors.get(i).stall();
            if (status < 0)
            {
                return status;
            }
        }
        return 0;
    }

    List<StageCounters> counters()
    {
        final List<StageCounters> counters = new ArrayList<>();
        for (final StageGraph.Node node : nodes)
        {
            final int inside = insideNames.indexOf(node.name());
            final int outside = outsideNames.indexOf(node.name());
            // The stage's words before the publisher's: it then never seems to be ahead.
            final long position =
                inside >= 0 ? ring.stagePosition(inside) : ring.consumerPosition(outside, published());
            final long messages = inside >= 0 ? ring.stageMessages(inside) : ring.consumerMessages(outside);
            final long batches = inside >= 0 ? ring.stageBatches(inside) : ring.consumerBatches(outside);
            final long depth = Math.max(0, published() - position);
            // An evicted stage has messages that it never handled, and yet nothing to do.
            final long lag = depth == 0 ? 0 : Math.max(0, producer.messages() - messages);
            counters.add(new StageCounters(node.name(), outside >= 0, position, messages, batches, lag, depth));
        }
        return List.copyOf(counters);
    }

    /** The publisher's position. Whoever asked may also ask it for its messages. */
    private long published()
    {
        return (cursor.get() + 1) * RecordLayout.UNIT;
    }

    /**
     * Waits until every stage has handled all that it can: a stage outside that no process runs handles nothing more,
     * and those behind it as much as it did.
     *
     * @param tail     position in bytes up to which there is something to handle.
     * @param deadline when to give up, in the system's nanoseconds.
     * @param inVain   whether there is nothing to wait for any more.
     * @return null when every stage had handled everything; or a sentence that says which had not.
     */
    @Nullable String drain(final long tail, final long deadline, final BooleanSupplier inVain)
    {
        final long end = tail / RecordLayout.UNIT - 1;
        final Attendance attendance = new Attendance(outsideNames.size());
        final IdlePolicy idle = IdlePolicy.adaptive();
        while (isWorthWaiting(end, attendance) && !inVain.getAsBoolean() && System.nanoTime() - deadline < 0)
        {
            idle.idle();
        }
        return unhandled(tail, end, attendance);
    }

    private boolean isWorthWaiting(final long end, final Attendance attendance)
    {
        final long[] reachable = new long[nodes.size()];
        boolean worth = false;
        for (int i = 0; i < reachable.length; i++)
        {
            final StageGraph.Node node = nodes.get(i);
            final long at = sequences.get(i).get();
            reachable[i] = end;
            for (final StageGraph.Node other : node.after())
            {
                reachable[i] = Math.min(reachable[i], reachable[nodes.indexOf(other)]);
            }
            if (node.stage() == null && at < end && !attendance.isPresent(outsideNames.indexOf(node.name())))
            {
                reachable[i] = at;
            }
            worth |= at < reachable[i];
        }
        return worth;
    }

    private @Nullable String unhandled(final long tail, final long end, final Attendance attendance)
    {
        final List<String> behind = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++)
        {
            final StageGraph.Node node = nodes.get(i);
            final long at = sequences.get(i).get();
            if (at < end)
            {
                final boolean absent =
                    node.stage() == null && !attendance.isPresent(outsideNames.indexOf(node.name()));
                behind.add(
                    "'" + node.name() + "' is at position " + (at + 1) * RecordLayout.UNIT +
                    (absent ? " and no process runs it" : ""));
            }
        }
        return behind.isEmpty() ? null :
            "not every stage has handled the messages up to position " + tail + ": " + String.join(", ", behind) +
            "; the ring keeps them for a successor";
    }

    /** Which stages outside a process has run lately. */
    private final class Attendance
    {
        private final long[] probedNs;
        private final long[] presentNs;

        Attendance(final int stages)
        {
            presentNs = new long[stages];
            Arrays.fill(presentNs, System.nanoTime());
            probedNs = new long[stages];
            Arrays.fill(probedNs, System.nanoTime() - PROBE_INTERVAL_NS);
        }

        boolean isPresent(final int consumer)
        {
            final long now = System.nanoTime();
            if (now - probedNs[consumer] >= PROBE_INTERVAL_NS)
            {
                probedNs[consumer] = now;
                if (isHeld(consumer))
                {
                    presentNs[consumer] = now;
                }
            }
            return now - presentNs[consumer] < ABSENCE_NS;
        }

        private boolean isHeld(final int consumer)
        {
            try
            {
                return outsideRoles.isHeld(consumer);
            }
            catch (final IOException unknown)
            {
                // Whoever cannot be asked is waited for.
                return true;
            }
        }
    }
}
