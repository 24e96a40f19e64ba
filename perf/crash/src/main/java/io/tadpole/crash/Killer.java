package io.tadpole.crash;

import io.tadpole.crash.Ledger.Word;
import io.tadpole.ring.IdlePolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Tells a child what to do, works with it until its moment comes, and kills it. One thread. */
final class Killer
{
    private static final long WATCHDOG_NS = TimeUnit.SECONDS.toNanos(60);
    /** While this process itself is stopped, no child is late. */
    private static final long LONGEST_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** A process that has its role runs so much longer, at most, before a random moment comes. */
    private static final long LONGER_NS = TimeUnit.MILLISECONDS.toNanos(15);
    private static final long FIRST_MESSAGES = 1000;

    private final Path folder;
    private final Role role;
    private final Random random;
    private final BooleanSupplier isEnded;
    /** How long a child takes until it has its role, about. */
    private long attachNs = TimeUnit.MILLISECONDS.toNanos(30);

    /** The run is over before its time. */
    static final class EndedException extends Exception
    {
        private static final long serialVersionUID = 1;
    }

    /**
     * @param folder  in which channels are created that are to be left half done.
     * @param role    that is killed.
     * @param random  for the moments.
     * @param isEnded asked all the time.
     */
    Killer(final Path folder, final Role role, final Random random, final BooleanSupplier isEnded)
    {
        this.folder = folder;
        this.role = role;
        this.random = random;
        this.isEnded = isEnded;
    }

    /** Where the child of a kill creates a channel. */
    Path created(final Kill kill)
    {
        return folder.resolve("created-" + kill.number());
    }

    /** Lets a child work a little and end by itself; false when it did so before. */
    boolean letWork(final ChildProcess child, final Survivor survivor) throws IOException, EndedException
    {
        final Scene scene = role == Role.CONSUMER ? Scene.CONSUME : Scene.PUBLISH;
        command(new Kill(0, scene, null, 0, false, false), child, survivor);
        final IdlePolicy idle = IdlePolicy.adaptive();
        while (child.isAlive() && progress(child.ledger()) < FIRST_MESSAGES)
        {
            checkEnded(child);
            survivor.work();
            idle.idle();
        }
        final boolean worked = child.isAlive();
        child.end();
        return worked;
    }

    /** Kills a child at the moment that is planned: WHOLE when that moment came, or what went wrong. */
    Outcome kill(final Kill kill, final ChildProcess child, final Survivor survivor)
        throws IOException, EndedException
    {
        command(kill, child, survivor);
        final Outcome outcome = await(kill, child, survivor);
        return child.kill() || outcome != Outcome.WHOLE ? outcome : Outcome.STUCK;
    }

    private void command(final Kill kill, final ChildProcess child, final Survivor survivor) throws IOException
    {
        final Ledger ledger = child.ledger();
        final boolean inEngine = kill.scene() == Scene.PUBLISH && role == Role.ENGINE;
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

    /** Waits for the child to stand at its step, or for a random moment. */
    private Outcome await(final Kill kill, final ChildProcess child, final Survivor survivor)
        throws IOException, EndedException
    {
        final Ledger ledger = child.ledger();
        final long moment = moment(kill);
        final IdlePolicy idle = IdlePolicy.adaptive();
        boolean attached = false;
        long waited = 0;
        long last = System.nanoTime();
        while (ledger.get(Word.STATE) != Ledger.STOPPED)
        {
            final long now = System.nanoTime();
            waited += Math.min(now - last, LONGEST_LOOK_NS);
            last = now;
            if (!attached && ledger.get(Word.STATE) == Ledger.STARTED)
            {
                attached = true;
                attachNs = (7 * attachNs + waited) / 8;
            }
            checkEnded(child);
            if (kill.step() == null && (waited > moment || (kill.hit() > 0 && progress(ledger) >= kill.hit())))
            {
                return Outcome.WHOLE;
            }
            if (waited > moment)
            {
                return Outcome.STUCK;
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
        letOthersGoOn(kill, survivor);
        return Outcome.WHOLE;
    }

    /** One thread stands; the others of an engine go on meanwhile, for a while. */
    private void letOthersGoOn(final Kill kill, final Survivor survivor) throws IOException
    {
        final long lingerNs = kill.scene() == Scene.STAGES ? random.nextInt(3) * LONGER_NS / 3 : 0;
        final long start = System.nanoTime();
        while (System.nanoTime() - start < lingerNs)
        {
            survivor.work();
        }
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

    private void checkEnded(final ChildProcess child) throws EndedException
    {
        if (isEnded.getAsBoolean() || child.wasEnded())
        {
            throw new EndedException();
        }
    }
}
