package dev.tutti.ensembles.metrics;

/// Logits of `M` members for `B` samples and `C` classes: `[M, B, C]`, row-major, member first.
///
/// The array is not copied: it must not change afterwards.
///
/// @param values `members · samples · classes` finite values
/// @param members number of members `M`, at least 1
/// @param samples number of samples `B`, at least 1
/// @param classes number of classes `C`, at least 2
public record Logits(float[] values, int members, int samples, int classes) {

  /// @throws IllegalArgumentException if the sizes do not fit the array, or a value is not finite
  public Logits {
    Predictions.requireSizes("logits", values.length, members, samples, classes);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "logits: member %d, sample %d, class %d: %s is not finite"
                .formatted(i / classes / samples, i / classes % samples, i % classes, values[i]));
      }
    }
  }

  /// The probabilities `exp(z_c) / Σ_k exp(z_k)` of every member and sample, computed in float64
  /// and rounded once.
  public Predictions softmax() {
    float[] probabilities = new float[values.length];
    double[] exp = new double[classes];
    for (int from = 0; from < values.length; from += classes) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        max = Math.max(max, values[from + c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        exp[c] = Math.exp(values[from + c] - max);
        sum += exp[c];
      }
      for (int c = 0; c < classes; c++) {
        probabilities[from + c] = (float) (exp[c] / sum);
      }
    }
    return new Predictions(probabilities, members, samples, classes);
  }

  /// The mean logits of the members, `(1/M) Σ_m z[m, b, c]`, as `[B, C]` row-major.
  public double[] mean() {
    int row = samples * classes;
    double[] mean = new double[row];
    for (int m = 0; m < members; m++) {
      for (int i = 0, at = m * row; i < row; i++, at++) {
        mean[i] += values[at];
      }
    }
    for (int i = 0; i < row; i++) {
      mean[i] /= members;
    }
    return mean;
  }

  @Override
  public String toString() {
    return "Logits[%d members, %d samples, %d classes]".formatted(members, samples, classes);
  }
}
