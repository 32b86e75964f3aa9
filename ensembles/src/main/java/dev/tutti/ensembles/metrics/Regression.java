package dev.tutti.ensembles.metrics;

import java.util.Arrays;

/// How well numbers, or normal distributions, predict targets.
///
/// With [GaussianPredictions] a metric is that of the ensemble; of a member it is that of
/// [GaussianPredictions#member]. The coverage and width of intervals are in [Intervals].
public final class Regression {
  private Regression() {}

  /// {@return the root mean square error `√((1/B) Σ (p − y)²)`}
  ///
  /// @throws IllegalArgumentException if there are not as many targets as predictions
  public static double rmse(double[] predicted, double[] targets) {
    requireTargets("rmse", predicted.length, targets);
    double sum = 0;
    for (int b = 0; b < targets.length; b++) {
      sum += (predicted[b] - targets[b]) * (predicted[b] - targets[b]);
    }
    return Math.sqrt(sum / targets.length);
  }

  /// {@return [#rmse(double\[\], double\[\])] of the mixtures' means}
  public static double rmse(GaussianPredictions p, double[] targets) {
    return rmse(p.mean(), targets);
  }

  /// {@return the mean absolute error `(1/B) Σ |p − y|`}
  ///
  /// @throws IllegalArgumentException if there are not as many targets as predictions
  public static double mae(double[] predicted, double[] targets) {
    requireTargets("mae", predicted.length, targets);
    double sum = 0;
    for (int b = 0; b < targets.length; b++) {
      sum += Math.abs(predicted[b] - targets[b]);
    }
    return sum / targets.length;
  }

  /// {@return [#mae(double\[\], double\[\])] of the mixtures' means}
  public static double mae(GaussianPredictions p, double[] targets) {
    return mae(p.mean(), targets);
  }

  /// {@return the negative log-likelihood of the targets under the members' mixtures, `−(1/B) Σ_b
  /// log (1/M) Σ_m N(y; μ[m, b], v[m, b])`, in nats}
  ///
  /// @throws IllegalArgumentException if there are not as many targets as samples
  public static double mixtureNll(GaussianPredictions p, double[] targets) {
    requireTargets("mixture nll", p.samples(), targets);
    double sum = 0;
    double[] logs = new double[p.members()];
    for (int b = 0; b < targets.length; b++) {
      for (int m = 0; m < logs.length; m++) {
        int at = m * p.samples() + b;
        logs[m] = logDensity(targets[b], p.means()[at], p.variances()[at]);
      }
      double most = Arrays.stream(logs).max().orElseThrow();
      double scaled = 0;
      for (double log : logs) {
        scaled += Math.exp(log - most);
      }
      sum -= most + Math.log(scaled / logs.length);
    }
    return sum / targets.length;
  }

  /// {@return the negative log-likelihood of the targets under normal distributions with the
  /// mixtures' means and variances, in nats: the figure of Lakshminarayanan et al. 2017}
  ///
  /// @throws IllegalArgumentException if there are not as many targets as samples
  public static double gaussianNll(GaussianPredictions p, double[] targets) {
    requireTargets("gaussian nll", p.samples(), targets);
    double[] mean = p.mean();
    double[] variance = p.variance();
    double sum = 0;
    for (int b = 0; b < targets.length; b++) {
      sum -= logDensity(targets[b], mean[b], variance[b]);
    }
    return sum / targets.length;
  }

  private static double logDensity(double x, double mean, double variance) {
    double d = x - mean;
    return -0.5 * (Math.log(variance) + d * d / variance) - StandardNormal.LOG_SQRT_2PI;
  }

  static void requireTargets(String metric, int samples, double[] targets) {
    if (targets.length != samples || samples == 0) {
      throw new IllegalArgumentException(
          "%s: %d targets for %d predictions; as many are needed, at least 1"
              .formatted(metric, targets.length, samples));
    }
    for (int b = 0; b < targets.length; b++) {
      if (!Double.isFinite(targets[b])) {
        throw new IllegalArgumentException(
            "%s: target %d is %s; a finite number is needed".formatted(metric, b, targets[b]));
      }
    }
  }
}
