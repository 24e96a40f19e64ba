package io.tadpole.crash;

import io.tadpole.crash.Ledger.Word;
import io.tadpole.ring.ChannelConfig;
import io.tadpole.ring.IdlePolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Kills the processes of one role, one after the other, on a channel that lives on. While one is killed and checked,
 * the next one starts. One thread.
 */
public final class CrashRun
{
    private static final long WATCHDOG_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int KILLS_A_CHANNEL = 50;
    private static final int CAPACITY = 64 << 10;
    private static final long FIRST_MESSAGES = 1000;
    /** A process that has its role runs so much longer, at most, before a random moment comes. */
    private static final long LONGER_NS = TimeUnit.MILLISECONDS.toNanos(15);

    private final CrashConfig config;
    private final CrashListener listener;
    private final BooleanSupplier isEnded;
    private final Random random;
    private final CrashTable table;
    private final Workplace workplace;
    private final long startNs = System.nanoTime();

    private int channels;
    private long messages;
    private long attachNs = TimeUnit.MILLISECONDS.toNanos(30);

    private CrashRun(
        final CrashConfig config,
        final CrashListener listener,
        final BooleanSupplier isEnded,
        final Workplace workplace)
    {
        this.config = config;
        this.listener = listener;
        this.isEnded = isEnded;
        this.random = new Random(config.seed());
        this.table = new CrashTable(Step.of(config.role(), config.language()), listener);
        this.workplace = workplace;
    }

    /** The run is over before its time. */
    private static final class EndedException extends Exception
    {
        private static final long serialVersionUID = 1;
    }

    /**
     * Kills and checks. Blocks.
     *
     * @param config   whom, and how often.
     * @param listener sees the progress.
     * @param isEnded  asked all the time: once it says so, the run ends with what it has.
     * @return the table.
     * @throws IOException when processes or files cannot be made.
     */
    public static CrashResult run(
        final CrashConfig config, final CrashListener listener, final BooleanSupplier isEnded) throws IOException
    {
        final Path program = config.program();
        try (Workplace workplace = program == null ? Workplace.java() : Workplace.of(program))
        {
            return new CrashRun(config, listener, isEnded, workplace).killAll();
        }
    }

    private CrashResult killAll() throws IOException
    {
        final List<Kill> kills =
            new KillPlan(config.role(), config.language(), random).kills(config.atSteps(), config.atRandom());
        int done = 0;
        try
        {
            if (config.language() == Language.JAVA)
            {
                prepare();
            }
            while (done < kills.size())
            {
                done += killOnOneChannel(kills, done);
            }
        }
        catch (final EndedException ended)
        {
            done = (int)table.settled();
        }
        return new CrashResult(
            config.role().toString(),
            config.language().toString(),
            config.seed(),
            kills.size(),
            table.settled(),
            messages,
            (System.nanoTime() - startNs) / 1e9,
            table.rows(),
            table.findings());
    }

    /** Lets a first child work a little and end by itself, on a channel of its own. */
    private void prepare() throws IOException, EndedException
    {
        final Scene scene = config.role() == Role.CONSUMER ? Scene.CONSUME : Scene.PUBLISH;
        final Kill none = new Kill(0, scene, null, 0, false, false);
        try (Survivor survivor = survivor(); ChildProcess first = workplace.startFirst())
        {
            command(none, first, survivor);
            final IdlePolicy idle = IdlePolicy.adaptive();
            while (first.isAlive() &&
                first.ledger().get(Word.ACKNOWLEDGED) + first.ledger().get(Word.HANDLED) < FIRST_MESSAGES)
            {
                checkEnded(first);
                survivor.work();
                idle.idle();
            }
            first.end();
        }
    }

    private void checkEnded(final ChildProcess child) throws EndedException
    {
        if (isEnded.getAsBoolean() || child.wasEnded())
        {
            throw new EndedException();
        }
    }

    /** Until a number of kills is done, or one went wrong: how many were done. */
    private int killOnOneChannel(final List<Kill> kills, final int from) throws IOException, EndedException
    {
        final int to = Math.min(from + KILLS_A_CHANNEL, kills.size());
        try (Survivor survivor = survivor())
        {
            int done = from;
            try
            {
                ChildProcess next = workplace.startChild();
                boolean well = true;
                while (done < to && well)
                {
                    final Kill kill = kills.get(done);
                    done++;
                    final ChildProcess child = next;
                    next = workplace.startChild();
                    well = kill(kill, child, survivor);
                    listener.onProgress(config.role(), done, kills.size());
                }
                next.close();
                survivor.finish();
            }
            catch (final CheckFailedException failed)
            {
                settle(kills, done, failed.isLoss() ? Outcome.LOST : Outcome.CORRUPT, failed);
            }
            catch (final IllegalStateException | IOException failed)
            {
                settle(kills, done, Outcome.STUCK, failed);
            }
            for (int i = from; i < done; i++)
            {
                table.settle(kills.get(i), Outcome.STUCK, "what came of it did not show any more");
            }
            messages += survivor.messages();
            return done - from;
        }
    }

    private void settle(final List<Kill> kills, final int done, final Outcome outcome, final Exception failed)
    {
        table.settle(kills.get(Math.max(0, done - 1)), outcome, String.valueOf(failed.getMessage()));
    }

    private Survivor survivor() throws IOException
    {
        channels++;
        final Path channel = workplace.folder().resolve("channel-" + channels);
        final ChannelConfig ring = ChannelConfig.plain(CAPACITY).withAlignment(random.nextBoolean() ? 8 : 64);
        return switch (config.role())
        {
            case PRODUCER -> new SurvivingConsumer(channel, ring, config.language(), table);
            case CONSUMER -> new SurvivingProducer(channel, ring, table);
            case ENGINE -> new SurvivingStage(channel, table);
        };
    }

    /** One kill; false when the channel is of no use any more. */
    private boolean kill(final Kill kill, final ChildProcess child, final Survivor survivor)
        throws IOException, EndedException
    {
        try (child)
        {
            command(kill, child, survivor);
            final Outcome reached = await(kill, child, survivor);
            final boolean killed = child.kill();
            if (reached != Outcome.WHOLE || !killed)
            {
                table.settle(kill, reached == Outcome.WHOLE ? Outcome.STUCK : reached, child.words());
                return false;
            }
            if (kill.scene() == Scene.CREATE)
            {
                CreationCheck.check(kill, created(kill), table);
            }
            else
            {
                survivor.check(kill, child.ledger());
            }
            return true;
        }
    }

    private void command(final Kill kill, final ChildProcess child, final Survivor survivor) throws IOException
    {
        final Ledger ledger = child.ledger();
        final boolean inEngine = kill.scene() == Scene.PUBLISH && config.role() == Role.ENGINE;
        ledger.scene(inEngine ? Scene.STAGES : kill.scene());
        ledger.set(Word.AUTHOR, kill.number());
        ledger.set(Word.HIT, kill.hit());
        ledger.step(kill.step() == null ? "" : kill.words());
        if (kill.scene() == Scene.CREATE)
        {
            ledger.channel(created(kill));
        }
        else
        {
            survivor.command(kill, ledger);
        }
        child.go();
    }

    private Path created(final Kill kill)
    {
        return workplace.folder().resolve("created-" + kill.number());
    }

    /** After which time a kill comes, or is given up. */
    private long moment(final Kill kill)
    {
        if (kill.step() != null)
        {
            return WATCHDOG_NS;
        }
        return kill.hit() > 0 ?
            10 * attachNs : (long)(random.nextDouble() * 2 * attachNs) + (long)(random.nextDouble() * LONGER_NS);
    }

    /** How many messages the child has published or handled. */
    private static long progress(final Ledger ledger)
    {
        final long first = ledger.get(Word.FIRST);
        return first < 0 ? ledger.get(Word.ACKNOWLEDGED) : ledger.get(Word.HANDLED) - first;
    }

    /** Waits for the child to stand at its step, or for a random moment. */
    private Outcome await(final Kill kill, final ChildProcess child, final Survivor survivor)
        throws IOException, EndedException
    {
        final Ledger ledger = child.ledger();
        final long start = System.nanoTime();
        final long moment = moment(kill);
        final IdlePolicy idle = IdlePolicy.adaptive();
        boolean attached = false;
        while (ledger.get(Word.STATE) != Ledger.STOPPED)
        {
            final long elapsed = System.nanoTime() - start;
            if (!attached && ledger.get(Word.STATE) == Ledger.STARTED)
            {
                attached = true;
                attachNs = (7 * attachNs + elapsed) / 8;
            }
            checkEnded(child);
            if (kill.step() == null && kill.hit() > 0 && progress(ledger) >= kill.hit())
            {
                return Outcome.WHOLE;
            }
            if (elapsed > moment)
            {
                return kill.step() == null ? Outcome.WHOLE : Outcome.STUCK;
            }
            if (!child.isAlive())
            {
                return child.exitCode() == CrashChild.LOST ? Outcome.LOST :
                    child.exitCode() == CrashChild.CORRUPT ? Outcome.CORRUPT : Outcome.STUCK;
            }
            if (!kill.starve() && survivor.work() > 0)
            {
                idle.reset();
            }
            else
            {
                idle.idle();
            }
        }
        return Outcome.WHOLE;
    }
}
