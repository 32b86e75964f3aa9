package dev.tutti.cli.compare;

import java.util.Arrays;

/// Two values of a metric on the same examples, and the standard error of their difference.
///
/// @param before for example the mean of the members
/// @param after for example the ensemble's
/// @param standardError of `after - before`; NaN if one example says nothing about chance
record Gain(double before, double after, double standardError) {
  /// A difference of this many standard errors is not taken for chance.
  private static final double CLEAR = 2;

  /// Of fewer examples than these the standard error is not trusted.
  private static final int FEWEST = 30;

  /// {@return the means of two values of each example, paired by example}
  static Gain paired(double[] before, double[] after) {
    double[] difference = difference(before, after);
    double error = before.length < FEWEST ? Double.NaN : standardError(difference);
    return new Gain(mean(before), mean(after), error);
  }

  /// {@return the areas under two ROC curves of the same examples (DeLong, DeLong and
  /// Clarke-Pearson, *Comparing the areas under two or more correlated receiver operating
  /// characteristic curves*, 1988)}
  static Gain auroc(Placements before, Placements after) {
    boolean few = Math.min(before.id().length, before.ood().length) < FEWEST;
    double id = standardError(difference(before.id(), after.id()));
    double ood = standardError(difference(before.ood(), after.ood()));
    return new Gain(mean(before.ood()), mean(after.ood()), few ? Double.NaN : Math.hypot(id, ood));
  }

  /// {@return whether the difference is more than chance, upwards or downwards}
  boolean clear() {
    return Math.abs(after - before) > CLEAR * standardError;
  }

  /// {@return the standard error of the values' mean}
  static double standardError(double[] values) {
    return Math.sqrt(variance(values) / values.length);
  }

  private static double[] difference(double[] before, double[] after) {
    double[] difference = new double[before.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = after[i] - before[i];
    }
    return difference;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  /// The sample variance.
  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }
}
