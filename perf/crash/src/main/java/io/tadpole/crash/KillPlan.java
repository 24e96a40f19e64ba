package io.tadpole.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Plans kills: some at random moments, the others at the steps of a role, each of these as often as any other. */
final class KillPlan
{
    private static final int MOST_DIGITS = 12;

    private final Role role;
    private final Random random;
    private final List<Step> steps;
    private final List<Step> round = new ArrayList<>();

    KillPlan(final Role role, final Random random)
    {
        this.role = role;
        this.random = random;
        this.steps = Step.of(role);
    }

    List<Kill> kills(final int atSteps, final int atRandom)
    {
        final List<@Nullable Step> chosen = new ArrayList<>();
        for (int i = 0; i < atSteps; i++)
        {
            chosen.add(nextStep());
        }
        for (int i = 0; i < atRandom; i++)
        {
            chosen.add(null);
        }
        Collections.shuffle(chosen, random);
        final List<Kill> kills = new ArrayList<>();
        for (final Step step : chosen)
        {
            kills.add(kill(kills.size() + 1, step));
        }
        return kills;
    }

    private Step nextStep()
    {
        if (round.isEmpty())
        {
            round.addAll(steps);
            Collections.shuffle(round, random);
        }
        return round.removeLast();
    }

    private Kill kill(final int number, final @Nullable Step step)
    {
        final Scene scene = step == null ? randomScene() : step.scene();
        final boolean starve = step == Step.REFUSAL_COUNTED || (step == null && random.nextInt(8) == 0);
        return new Kill(number, scene, step, step == null ? moment(scene) : hit(step), starve, random.nextInt(3) > 0);
    }

    private long moment(final Scene scene)
    {
        final boolean isWork = scene == Scene.PUBLISH || scene == Scene.STAGES || scene == Scene.CONSUME;
        return isWork && random.nextInt(3) > 0 ? 1L + random.nextInt(1 << (1 + random.nextInt(MOST_DIGITS))) : 0;
    }

    /** Mostly soon, at times late. */
    private long hit(final Step step)
    {
        return 1L + random.nextInt(Math.min(1 << random.nextInt(MOST_DIGITS), step.hits().most()));
    }

    private Scene randomScene()
    {
        return switch (role)
        {
            case ENGINE -> Scene.STAGES;
            case PRODUCER -> random.nextInt(8) == 0 ? Scene.CREATE : Scene.PUBLISH;
            case CONSUMER -> switch (random.nextInt(8))
            {
                case 0 -> Scene.EVICT;
                case 1 -> Scene.JOIN;
                default -> Scene.CONSUME;
            };
        };
    }
}
