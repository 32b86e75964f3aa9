package dev.tutti.cli.compare;

import java.util.Arrays;
import java.util.List;

/// The rank of each example's score among the scores of the other kind: the share of the pairs with
/// it that are in the right order, equal scores counting one half. The mean of either array is the
/// area under the ROC curve.
///
/// @param id of each in-distribution example: the share of out-of-distribution scores above its own
/// @param ood of each out-of-distribution example: the share of in-distribution scores below its
///   own
record Placements(double[] id, double[] ood) {

  /// {@return the placements of scores that are larger for what looks more foreign}
  static Placements of(double[] idScores, double[] oodScores) {
    double[] negative = sorted(idScores);
    double[] positive = sorted(oodScores);
    return new Placements(
        Arrays.stream(idScores).map(s -> 1 - below(positive, s)).toArray(),
        Arrays.stream(oodScores).map(s -> below(negative, s)).toArray());
  }

  /// {@return the mean of several, example by example}
  static Placements mean(List<Placements> several) {
    return new Placements(
        Evidence.mean(several.stream().map(Placements::id).toList()),
        Evidence.mean(several.stream().map(Placements::ood).toList()));
  }

  private static double[] sorted(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /// The share of the sorted values that are below `s`, equal ones counting one half.
  private static double below(double[] sorted, double s) {
    return (count(sorted, s, false) + count(sorted, s, true)) / 2.0 / sorted.length;
  }

  /// How many values are below `s`, or at most `s`.
  private static int count(double[] sorted, double s, boolean orEqual) {
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < s || orEqual && sorted[middle] == s) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
