package dev.tutti.ensembles.metrics;

import java.util.Arrays;

/// Samples in the order of a score, with equal scores treated as one block.
final class Ranking {

  private Ranking() {}

  /// The indices of `scores`, largest score first; equal scores keep their order.
  static int[] descending(double[] scores) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(scores[b], scores[a]));
    int[] indices = new int[order.length];
    Arrays.setAll(indices, i -> order[i]);
    return indices;
  }

  /// How many of the first `i` samples in `order` are marked, for `i = 0..n`, expected over a
  /// random order of equal scores: inside a block of equal scores the count grows linearly.
  static double[] expectedCount(double[] scores, boolean[] marked, int[] order) {
    double[] count = new double[order.length + 1];
    int start = 0;
    while (start < order.length) {
      int end = start;
      int inBlock = 0;
      while (end < order.length && scores[order[end]] == scores[order[start]]) {
        if (marked[order[end]]) {
          inBlock++;
        }
        end++;
      }
      int block = end - start;
      for (int i = 1; i < block; i++) {
        count[start + i] = count[start] + (double) i * inBlock / block;
      }
      count[end] = count[start] + inBlock;
      start = end;
    }
    return count;
  }

  /// How many of the first `i` samples in `order` are marked, for `i = 0..n`.
  static double[] count(boolean[] marked, int[] order) {
    double[] count = new double[order.length + 1];
    for (int i = 0; i < order.length; i++) {
      count[i + 1] = count[i] + (marked[order[i]] ? 1 : 0);
    }
    return count;
  }

  static void requirePaired(String metric, double[] confidence, boolean[] correct) {
    if (confidence.length != correct.length) {
      throw new IllegalArgumentException(
          "%s: %d confidences but %d outcomes"
              .formatted(metric, confidence.length, correct.length));
    }
    for (int i = 0; i < confidence.length; i++) {
      if (Double.isNaN(confidence[i])) {
        throw new IllegalArgumentException(
            "%s: the confidence of sample %d is NaN".formatted(metric, i));
      }
    }
  }
}
