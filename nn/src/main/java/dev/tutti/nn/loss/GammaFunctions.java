package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;

/// The logarithm of the gamma function and its derivative, of positive arguments.
///
/// Both are Stirling's series at z = x + 8, where nine terms leave less than 2⁻⁵³, taken back to x
/// by Γ(x + 1) = x · Γ(x).
final class GammaFunctions {
  private static final int SHIFT = 8;

  /// B(2n) / (2n · (2n − 1)) for the Bernoulli numbers B(2), B(4), ….
  private static final double[] LOG_GAMMA = {
    1.0 / 12,
    -1.0 / 360,
    1.0 / 1260,
    -1.0 / 1680,
    1.0 / 1188,
    -691.0 / 360360,
    1.0 / 156,
    -3617.0 / 122400,
    43867.0 / 244188
  };

  /// B(2n) / 2n.
  private static final double[] DIGAMMA = {
    1.0 / 12,
    -1.0 / 120,
    1.0 / 252,
    -1.0 / 240,
    1.0 / 132,
    -691.0 / 32760,
    1.0 / 12,
    -3617.0 / 8160,
    43867.0 / 14364
  };

  private GammaFunctions() {}

  /// {@return log Γ(x)} The absolute error is a few roundings of max(10, |log Γ(x)|).
  static Tensor lgamma(Tensor x) {
    return Transforms.customVjp(GammaFunctions::stirling, (v, y, g) -> g.mul(digamma(v))).apply(x);
  }

  private static Tensor stirling(Tensor x) {
    Tensor z = x.add(SHIFT);
    Tensor ratios = x.div(z); // Γ(x) / Γ(z) = 1 / ∏ (x + i), here over powers of z
    for (int i = 1; i < SHIFT; i++) {
      ratios = ratios.mul(x.add(i).div(z));
    }
    Tensor series = series(LOG_GAMMA, z).mul(z).sub(z).add(0.5 * Math.log(2 * Math.PI));
    return x.sub(0.5).mul(z.log()).sub(ratios.log()).add(series);
  }

  /// {@return ψ(x), the derivative of log Γ} The absolute error is a few roundings of max(3,
  /// |ψ(x)|).
  static Tensor digamma(Tensor x) {
    Tensor z = x.add(SHIFT);
    Tensor sum = inverse(x).add(inverse(z).mul(0.5)).add(series(DIGAMMA, z));
    for (int i = 1; i < SHIFT; i++) {
      sum = sum.add(inverse(x.add(i)));
    }
    return z.log().sub(sum);
  }

  private static Tensor inverse(Tensor x) {
    return x.constant(1).div(x);
  }

  /// `Σ c[n] · z^(−2 (n + 1))`.
  private static Tensor series(double[] c, Tensor z) {
    Tensor w = inverse(z.mul(z));
    Tensor sum = w.mul(c[c.length - 1]);
    for (int n = c.length - 2; n >= 0; n--) {
      sum = sum.add(c[n]).mul(w);
    }
    return sum;
  }
}
