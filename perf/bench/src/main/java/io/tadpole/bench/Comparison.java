package io.tadpole.bench;

import java.util.List;

/**
 * What a comparison found.
 *
 * @param value   the median of the ratios of the kept pairs of runs; 0 when none was kept.
 * @param kept    pairs of runs, one after the other, in which the cores were as far apart.
 * @param dropped the other pairs.
 * @param spread  from the first to the third quartile of the kept ratios.
 */
public record Comparison(double value, int kept, int dropped, double spread)
{
    static Comparison of(final List<Double> ratios, final int dropped)
    {
        final double[] sorted = sorted(ratios);
        return new Comparison(quantile(sorted, 0.5), sorted.length, dropped,
            quantile(sorted, 0.75) - quantile(sorted, 0.25));
    }

    /** 0 of none. */
    static double median(final List<Double> numbers)
    {
        return quantile(sorted(numbers), 0.5);
    }

    private static double[] sorted(final List<Double> numbers)
    {
        return numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /** Of sorted numbers, with linear interpolation; 0 of none. */
    private static double quantile(final double[] sorted, final double part)
    {
        if (sorted.length == 0)
        {
            return 0;
        }
        final double at = part * (sorted.length - 1);
        final int below = (int)at;
        final int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
