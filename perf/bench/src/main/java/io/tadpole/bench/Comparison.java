package io.tadpole.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison found.
 *
 * @param value   the median of the ratios of the kept pairs of runs; null when none was kept.
 * @param kept    pairs of runs, one after the other, in which the cores were as far apart.
 * @param dropped the other pairs.
 * @param spread  from the first to the third quartile of the kept ratios; null when none was kept.
 */
public record Comparison(@Nullable Double value, int kept, int dropped, @Nullable Double spread)
{
    static Comparison of(final List<Double> ratios, final int dropped)
    {
        final double[] sorted = sorted(ratios);
        if (sorted.length == 0)
        {
            return new Comparison(null, 0, dropped, null);
        }
        return new Comparison(quantile(sorted, 0.5), sorted.length, dropped,
            quantile(sorted, 0.75) - quantile(sorted, 0.25));
    }

    /** Null of none. */
    static @Nullable Double median(final List<Double> numbers)
    {
        return numbers.isEmpty() ? null : quantile(sorted(numbers), 0.5);
    }

    private static double[] sorted(final List<Double> numbers)
    {
        return numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /** Of sorted numbers, with linear interpolation. */
    private static double quantile(final double[] sorted, final double part)
    {
        final double at = part * (sorted.length - 1);
        final int below = (int)at;
        final int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
