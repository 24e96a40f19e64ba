package io.tadpole.crash;

import io.tadpole.crash.Killer.EndedException;
import io.tadpole.ring.ChannelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Kills the processes of one role, one after the other, on a channel that lives on. While one is killed and checked,
 * the next one starts. One thread.
 */
public final class CrashRun
{
    private static final int KILLS_A_CHANNEL = 50;
    private static final int CAPACITY = 64 << 10;

    private final CrashConfig config;
    private final CrashListener listener;
    private final Random random;
    private final CrashTable table;
    private final Workplace workplace;
    private final Killer killer;
    private final long startNs = System.nanoTime();

    private int channels;
    private long messages;

    private CrashRun(
        final CrashConfig config,
        final CrashListener listener,
        final BooleanSupplier isEnded,
        final Workplace workplace)
    {
        this.config = config;
        this.listener = listener;
        this.random = new Random(config.seed());
        this.table = new CrashTable(Step.of(config.role()), listener);
        this.workplace = workplace;
        this.killer = new Killer(workplace.folder(), config.role(), new Random(config.seed()), isEnded);
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
            new KillPlan(config.role(), random).kills(config.atSteps(), config.atRandom());
        try
        {
            final boolean works = config.language() != Language.JAVA || prepare();
            int done = 0;
            while (works && done < kills.size())
            {
                done += killOnOneChannel(kills, done);
            }
        }
        catch (final EndedException ended)
        {
            listener.onProgress(config.role(), table.settled(), kills.size());
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

    /** Lets a first child leave its classes for the others, on a channel of its own; false when it could not work. */
    private boolean prepare() throws IOException, EndedException
    {
        try (Survivor survivor = survivor(); ChildProcess first = workplace.startFirst())
        {
            final boolean worked = killer.letWork(first, survivor);
            if (!worked)
            {
                table.add("the first child ended by itself: " + first.words());
            }
            return worked;
        }
        catch (final RuntimeException failed)
        {
            table.add("before the first kill: " + failed);
            return false;
        }
    }

    /** Until a number of kills is done, or one went wrong: how many were done. */
    private int killOnOneChannel(final List<Kill> kills, final int from) throws IOException, EndedException
    {
        final int to = Math.min(from + KILLS_A_CHANNEL, kills.size());
        try (Survivor survivor = survivor())
        {
            int done = from;
            ChildProcess next = workplace.startChild();
            try
            {
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
                table.settle(
                    kills.get(done - 1), failed.isLoss() ? Outcome.LOST : Outcome.CORRUPT,
                    String.valueOf(failed.getMessage()));
            }
            catch (final IOException | RuntimeException failed)
            {
                table.settle(kills.get(done - 1), Outcome.STUCK, failed.toString());
            }
            for (int i = from; i < done; i++)
            {
                table.settle(kills.get(i), Outcome.STUCK, "nobody could go on far enough to show what came of it");
            }
            messages += survivor.messages();
            return done - from;
        }
    }

    /** One kill; false when the channel is of no use any more. */
    private boolean kill(final Kill kill, final ChildProcess child, final Survivor survivor)
        throws IOException, EndedException
    {
        try (child)
        {
            final Outcome outcome = killer.kill(kill, child, survivor);
            if (outcome != Outcome.WHOLE)
            {
                table.settle(kill, outcome, child.words());
                return false;
            }
            if (kill.scene() == Scene.CREATE)
            {
                CreationCheck.check(kill, killer.created(kill), table);
            }
            else
            {
                survivor.check(kill, child.ledger());
            }
            return true;
        }
    }

    private Survivor survivor() throws IOException
    {
        channels++;
        final Path channel = workplace.folder().resolve("channel-" + channels);
        final ChannelConfig ring = ChannelConfig.plain(CAPACITY).withAlignment(random.nextBoolean() ? 8 : 64);
        return switch (config.role())
        {
            case PRODUCER -> new SurvivingConsumer(channel, ring, table);
            case CONSUMER -> new SurvivingProducer(channel, ring, table);
            case ENGINE -> new SurvivingStage(channel, table);
        };
    }
}
