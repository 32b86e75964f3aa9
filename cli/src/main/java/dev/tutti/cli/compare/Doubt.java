package dev.tutti.cli.compare;

import dev.tutti.ensembles.metrics.Logits;
import java.util.ArrayList;
import java.util.List;

/// How much an ensemble, and each of its members, doubts each example: `1 − max_c p̄_c`, the score
/// that detects out-of-distribution examples.
///
/// It is computed as the sum of the other classes' probabilities in float64. `1 − p` of a
/// probability in float32 is 0 if it is surer than one in thirty million, and networks are that
/// sure of many images; that many equal scores leave no threshold between none and all.
///
/// @param ensemble of the mean prediction, for each example
/// @param members of each member alone
record Doubt(double[] ensemble, List<double[]> members) {

  static Doubt of(Logits logits) {
    int row = logits.samples() * logits.classes();
    double[] mean = new double[row];
    List<double[]> members = new ArrayList<>();
    for (int m = 0; m < logits.members(); m++) {
      double[] own = softmax(logits, m * row, row);
      members.add(others(own, logits.classes()));
      for (int i = 0; i < row; i++) {
        mean[i] += own[i] / logits.members();
      }
    }
    return new Doubt(others(mean, logits.classes()), List.copyOf(members));
  }

  private static double[] softmax(Logits logits, int from, int count) {
    int classes = logits.classes();
    double[] p = new double[count];
    for (int at = 0; at < count; at += classes) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        max = Math.max(max, logits.values()[from + at + c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        p[at + c] = StrictMath.exp(logits.values()[from + at + c] - max);
        sum += p[at + c];
      }
      for (int c = 0; c < classes; c++) {
        p[at + c] /= sum;
      }
    }
    return p;
  }

  /// The sum of all probabilities but the largest, for each example.
  private static double[] others(double[] p, int classes) {
    double[] others = new double[p.length / classes];
    for (int b = 0; b < others.length; b++) {
      int best = b * classes;
      for (int i = best + 1; i < (b + 1) * classes; i++) {
        best = p[i] > p[best] ? i : best;
      }
      for (int i = b * classes; i < (b + 1) * classes; i++) {
        others[b] += i == best ? 0 : p[i];
      }
    }
    return others;
  }
}
