package dev.tutti.ensembles.metrics;

/// The normal distribution of mean 0 and variance 1.
final class StandardNormal {
  static final double LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

  private StandardNormal() {}

  /// {@return z such that a draw is between −z and z with probability `level`, found by bisection
  /// between 0 and 9}
  static double halfWidth(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "intervals: the level must be between 0 and 1, got " + level);
    }
    double low = 0;
    double high = 9;
    while (true) {
      double z = (low + high) / 2;
      if (z <= low || z >= high) {
        return z;
      }
      if (Math.exp(-z * z / 2 - LOG_SQRT_2PI) * ratio(z) < level / 2) {
        low = z;
      } else {
        high = z;
      }
    }
  }

  /// {@return the probability of at most z}
  static double cdf(double z) {
    if (Math.abs(z) > 9) {
      return z < 0 ? 0 : 1;
    }
    return 0.5 + Math.exp(-z * z / 2 - LOG_SQRT_2PI) * ratio(z);
  }

  /// The probability of 0 to z, divided by the density at z: `z + z³/3 + z⁵/(3·5) + …` (G.
  /// Marsaglia, *Evaluating the normal distribution*, 2004).
  private static double ratio(double z) {
    double term = z;
    double sum = 0;
    for (int k = 3; sum + term != sum; k += 2) {
      sum += term;
      term *= z * z / k;
    }
    return sum;
  }
}
