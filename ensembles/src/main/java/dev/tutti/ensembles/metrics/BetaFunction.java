package dev.tutti.ensembles.metrics;

/// The logarithm of the gamma function and the regularised incomplete beta function.
final class BetaFunction {
  private static final double TINY = 1e-300;
  private static final double EPS = 1e-16;
  private static final int MOST = 10_000; // terms

  /// Coefficients of Stirling's series, 1/12 and so on (Abramowitz, Stegun 6.1.41).
  private static final double[] STIRLING = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360, 1.0 / 156
  };

  private BetaFunction() {}

  /// {@return log Γ(x) of x > 0}
  static double logGamma(double x) {
    double shift = 0;
    double at = x;
    while (at < 12) { // where the series has the precision of a double
      shift += Math.log(at);
      at += 1;
    }
    double series = 0;
    double power = 1 / at;
    for (double c : STIRLING) {
      series += c * power;
      power /= at * at;
    }
    return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }

  /// {@return I_x(a, b), by the continued fraction of Abramowitz, Stegun 26.5.8 in Lentz's form}
  static double regularized(double x, double a, double b) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    double front =
        Math.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
    return x < (a + 1) / (a + b + 2)
        ? front * fraction(x, a, b) / a
        : 1 - front * fraction(1 - x, b, a) / b;
  }

  private static double fraction(double x, double a, double b) {
    double c = 1;
    double d = 1 / nonZero(1 - (a + b) * x / (a + 1));
    double value = d;
    for (int m = 1; m < MOST; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / nonZero(1 + even * d);
      c = nonZero(1 + even / c);
      value *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / nonZero(1 + odd * d);
      c = nonZero(1 + odd / c);
      double change = d * c;
      value *= change;
      if (Math.abs(change - 1) < EPS) {
        break;
      }
    }
    return value;
  }

  private static double nonZero(double x) {
    return Math.abs(x) < TINY ? TINY : x;
  }
}
