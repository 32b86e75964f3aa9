package dev.tutti.ensembles.metrics;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.loss.GaussianNll;
import dev.tutti.nn.loss.LaplaceNll;
import dev.tutti.nn.loss.NormalInverseGamma;
import dev.tutti.nn.loss.StudentTNll;
import java.util.Arrays;

/// Distributions of one family that `M` members predict for `B` targets: locations, scales and, of
/// Student's t, degrees of freedom, `[M, B]`, row-major, member first. The prediction of the
/// ensemble is their mixture with equal weights. The arrays are not copied.
///
/// @param family which distributions
/// @param location `members · samples` values
/// @param scale as many, all positive: a normal distribution's standard deviation
/// @param degrees as many, above 2; null but for [Family#STUDENT_T]
/// @param members number of members `M`, at least 1
/// @param samples number of samples `B`, at least 1
public record MixturePredictions(
    Family family, double[] location, double[] scale, double[] degrees, int members, int samples) {
  /// @throws IllegalArgumentException if sizes do not fit, or a parameter is out of its range
  public MixturePredictions {
    long size = (long) members * samples;
    boolean fits =
        members >= 1
            && samples >= 1
            && location.length == size
            && scale.length == size
            && (family == Family.STUDENT_T
                ? degrees != null && degrees.length == size
                : degrees == null);
    if (!fits) {
      throw new IllegalArgumentException(
          "mixture predictions: %d locations, %d scales and %s degrees of freedom do not fill [%d, %d] (members, samples) of %s"
              .formatted(
                  location.length,
                  scale.length,
                  degrees == null ? "no" : "" + degrees.length,
                  members,
                  samples,
                  family));
    }
    for (int i = 0; i < size; i++) {
      boolean good =
          Double.isFinite(location[i])
              && scale[i] > 0
              && scale[i] < Double.POSITIVE_INFINITY
              && (degrees == null || degrees[i] > 2);
      if (!good) {
        throw new IllegalArgumentException(
            "mixture predictions: member %d, sample %d: location %s, scale %s%s; a finite location, a positive scale and more than 2 degrees of freedom are needed"
                .formatted(
                    i / samples,
                    i % samples,
                    location[i],
                    scale[i],
                    degrees == null ? "" : ", degrees " + degrees[i]));
      }
    }
  }

  /// {@return what members' outputs `[M, B, 2]` of a network trained by this loss predict}
  public static MixturePredictions of(GaussianNll loss, Tensor outputs) {
    return of(Family.GAUSSIAN, loss.mean(outputs), loss.variance(outputs).sqrt(), null);
  }

  /// {@return what members' outputs `[M, B, 2]` of a network trained by this loss predict}
  public static MixturePredictions of(LaplaceNll loss, Tensor outputs) {
    return of(Family.LAPLACE, loss.location(outputs), loss.scale(outputs), null);
  }

  /// {@return what members' outputs `[M, B, 3]` of a network trained by this loss predict}
  public static MixturePredictions of(StudentTNll loss, Tensor outputs) {
    return of(Family.STUDENT_T, loss.location(outputs), loss.scale(outputs), loss.degrees(outputs));
  }

  /// {@return the distributions of the targets that these, `[M, B, 1]` each, predict: Student's t
  /// with 2α degrees of freedom, location γ and scale `√(β (1 + ν) / (ν α))`}
  public static MixturePredictions of(NormalInverseGamma d) {
    Tensor scale = d.beta().mul(d.nu().add(1)).div(d.nu().mul(d.alpha())).sqrt();
    return of(Family.STUDENT_T, d.gamma(), scale, d.alpha().mul(2));
  }

  private static MixturePredictions of(
      Family family, Tensor location, Tensor scale, Tensor degrees) {
    if (location.rank() < 2) {
      throw new IllegalArgumentException(
          "mixture predictions: needs outputs [members, rows, targets], got " + location.shape());
    }
    int members = location.dim(0);
    return new MixturePredictions(
        family,
        location.toDoubles(),
        scale.toDoubles(),
        degrees == null ? null : degrees.toDoubles(),
        members,
        location.size() / members);
  }

  private double degrees(int i) {
    return degrees == null ? Double.NaN : degrees[i];
  }

  /// {@return the means of the mixtures `[B]`: the members' mean location}
  public double[] mean() {
    return memberMean(location);
  }

  /// {@return the mean of the members' variances `[B]`: the noise that the members see}
  public double[] aleatoric() {
    double[] variances = new double[scale.length];
    Arrays.setAll(variances, i -> family.variance(scale[i], degrees(i)));
    return memberMean(variances);
  }

  /// {@return the population variance of the members' locations `[B]`: how much they disagree}
  public double[] epistemic() {
    double[] mean = mean();
    double[] squares = new double[location.length];
    Arrays.setAll(
        squares, i -> (location[i] - mean[i % samples]) * (location[i] - mean[i % samples]));
    return memberMean(squares);
  }

  /// {@return the variances of the mixtures `[B]`, [#aleatoric] and [#epistemic]}
  public double[] variance() {
    double[] variance = aleatoric();
    double[] epistemic = epistemic();
    Arrays.setAll(variance, b -> variance[b] + epistemic[b]);
    return variance;
  }

  private double[] memberMean(double[] values) {
    double[] mean = new double[samples];
    for (int i = 0; i < values.length; i++) {
      mean[i % samples] += values[i] / members;
    }
    return mean;
  }

  /// {@return the negative log-likelihood of the targets under the mixtures, `−(1/B) Σ_b log (1/M)
  /// Σ_m p_m(y_b)`, in nats}
  ///
  /// @throws IllegalArgumentException if there are not as many targets as samples
  public double nll(double[] targets) {
    Regression.requireTargets("mixture nll", samples, targets);
    double sum = 0;
    double[] logs = new double[members];
    for (int b = 0; b < samples; b++) {
      for (int m = 0; m < members; m++) {
        int i = m * samples + b;
        logs[m] = family.logDensity(targets[b], location[i], scale[i], degrees(i));
      }
      double most = Arrays.stream(logs).max().orElseThrow();
      double scaled = 0;
      for (double log : logs) {
        scaled += Math.exp(log - most);
      }
      sum -= most + Math.log(scaled / members);
    }
    return sum / samples;
  }

  /// {@return the quantiles of a level of the mixtures `[B]`, by bisection to the last bits}
  ///
  /// @param level between 0 and 1
  public double[] quantile(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "quantile: the level must be between 0 and 1, got " + level);
    }
    double[] quantiles = new double[samples];
    Arrays.setAll(quantiles, b -> quantile(level, b));
    return quantiles;
  }

  private double quantile(double level, int b) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = b; i < location.length; i += samples) {
      low = Math.min(low, location[i] - scale[i]);
      high = Math.max(high, location[i] + scale[i]);
    }
    double step = high - low;
    while (cdf(low, b) > level) {
      low -= step;
      step *= 2;
    }
    while (cdf(high, b) < level) {
      high += step;
      step *= 2;
    }
    while (true) {
      double middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) {
        return middle;
      }
      if (cdf(middle, b) < level) {
        low = middle;
      } else {
        high = middle;
      }
    }
  }

  private double cdf(double y, int b) {
    double sum = 0;
    for (int i = b; i < location.length; i += samples) {
      sum += family.cdf((y - location[i]) / scale[i], degrees(i));
    }
    return sum / members;
  }

  /// {@return for each sample the interval between the quantiles (1 − level) / 2 and (1 + level) /
  /// 2 of the mixture}
  ///
  /// @param level between 0 and 1, such as 0.9
  public Intervals intervals(double level) {
    return new Intervals(quantile((1 - level) / 2), quantile((1 + level) / 2));
  }

  @Override
  public String toString() {
    return "MixturePredictions[%s, %d members, %d samples]".formatted(family, members, samples);
  }
}
