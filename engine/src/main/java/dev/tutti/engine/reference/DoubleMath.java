package dev.tutti.engine.reference;

/// What float64 needs beyond [StrictMath]: the error function and what is made of it.
///
/// float64 serves gradient checks, so these are plain rather than fast. Only `StrictMath.exp` and
/// exactly rounded operations are used: the results are the same on every machine.
public final class DoubleMath {
  private static final double TWO_OVER_SQRT_PI = 0x1.20dd750429b6dp0;
  private static final double ONE_OVER_SQRT_PI = 0x1.20dd750429b6dp-1;
  private static final double SQRT_HALF = 0x1.6a09e667f3bcdp-1;

  /// Below this value the series is summed, from this value on the continued fraction.
  private static final double SPLIT = 1.25;

  /// Terms of the series: at 1.25 the next one is 2e-20.
  private static final int TERMS = 23;

  /// Depth of the continued fraction: at 1.25, the slowest case, its relative error is 6e-17.
  private static final int DEPTH = 130;

  /// From here on `1 - erf(x)` is below half an ulp of 1.
  private static final double ERF_MAX = 6;

  private DoubleMath() {}

  /// {@return the error function `2/√π ∫₀ˣ e^(-t²) dt`, with a relative error of at most 4e-16}
  ///
  /// Abramowitz and Stegun, Handbook of Mathematical Functions: the series 7.1.5 below 1.25, and
  /// one minus the continued fraction 7.1.14 above.
  public static double erf(double x) {
    double a = Math.abs(x);
    if (a >= ERF_MAX) {
      return Math.copySign(1, x);
    }
    return Math.copySign(a < SPLIT ? series(a) : 1 - complement(a), x);
  }

  /// {@return the logistic function `1 / (1 + e^-x)`}
  public static double sigmoid(double x) {
    double z = StrictMath.exp(-Math.abs(x));
    return (x < 0 ? z : 1) / (1 + z);
  }

  /// {@return the Gaussian error linear unit `x · ½ (1 + erf(x / √2))`; -∞ gives -0, the limit}
  public static double gelu(double x) {
    double phi = Math.fma(0.5, erf(x * SQRT_HALF), 0.5);
    return Math.max(x, -Double.MAX_VALUE) * phi;
  }

  /// `erf(x) = 2/√π x (1 - x² (1/3 - x²/2 (1/5 - x²/3 (1/7 - ...))))`, from the inside out.
  private static double series(double x) {
    double square = x * x;
    double sum = 0;
    for (int n = TERMS - 1; n >= 0; n--) {
      sum = 1.0 / (2 * n + 1) - square / (n + 1) * sum;
    }
    return TWO_OVER_SQRT_PI * x * sum;
  }

  /// `1 - erf(x) = e^(-x²)/√π / (x + ½/(x + 1/(x + ³⁄₂/(x + ...))))`.
  private static double complement(double x) {
    double fraction = x;
    for (int i = DEPTH; i > 0; i--) {
      fraction = x + 0.5 * i / fraction;
    }
    return ONE_OVER_SQRT_PI * gaussian(x) / fraction;
  }

  /// `e^(-x²)`, with the rounding error of x² taken into account.
  private static double gaussian(double x) {
    double square = x * x;
    double error = Math.fma(x, x, -square);
    double y = StrictMath.exp(-square);
    return Math.fma(-error, y, y);
  }
}
