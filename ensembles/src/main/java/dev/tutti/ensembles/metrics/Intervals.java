package dev.tutti.ensembles.metrics;

/// Prediction intervals, one for each sample. The arrays are not copied.
///
/// @param lower the lower bounds `[B]`
/// @param upper the upper bounds `[B]`
public record Intervals(double[] lower, double[] upper) {
  /// @throws IllegalArgumentException if there are none or not as many of both, or a lower bound is
  ///   not at most the upper one
  public Intervals {
    if (lower.length != upper.length || lower.length == 0) {
      throw new IllegalArgumentException(
          "intervals: %d lower and %d upper bounds; as many of both are needed, at least 1"
              .formatted(lower.length, upper.length));
    }
    for (int b = 0; b < lower.length; b++) {
      if (!(lower[b] <= upper[b])) {
        throw new IllegalArgumentException(
            "intervals: sample %d from %s to %s; the lower bound must be at most the upper one"
                .formatted(b, lower[b], upper[b]));
      }
    }
  }

  /// {@return the share of targets that are inside their interval, bounds included: the prediction
  /// interval coverage probability, PICP} Of intervals of level 0.9 it should be 0.9.
  ///
  /// @throws IllegalArgumentException if there are not as many targets as intervals
  public double coverage(double[] targets) {
    Regression.requireTargets("coverage", lower.length, targets);
    int inside = 0;
    for (int b = 0; b < targets.length; b++) {
      if (lower[b] <= targets[b] && targets[b] <= upper[b]) {
        inside++;
      }
    }
    return inside / (double) targets.length;
  }

  /// {@return the mean width of the intervals, MPIW, in the targets' unit}
  public double meanWidth() {
    double sum = 0;
    for (int b = 0; b < lower.length; b++) {
      sum += upper[b] - lower[b];
    }
    return sum / lower.length;
  }
}
