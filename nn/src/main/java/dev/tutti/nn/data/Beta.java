package dev.tutti.nn.data;

import dev.tutti.engine.Key;

/// Draws from Beta(alpha, alpha), as functions of a key.
///
/// `G / (G + H)` with G and H from Gamma(alpha, 1), which are drawn by rejection (Marsaglia and
/// Tsang, "A simple method for generating gamma variables", 2000). G and H stay logarithms, so that
/// a small alpha, whose gamma draws are too small for a double, gives 0 or 1 and no 0 / 0.
record Beta(String name, double alpha) {
  private static final int TRIES = 64;

  Beta {
    if (!(alpha > 0) || alpha > 1e6) {
      throw new IllegalArgumentException(
          name + ": alpha must be above 0 and at most 1e6, got " + alpha);
    }
  }

  double draw(Key key) {
    return 1 / (1 + StrictMath.exp(logGamma(key.fold(1)) - logGamma(key.fold(0))));
  }

  /// log G. For alpha below 1, `G(alpha) = G(alpha + 1) · U^(1 / alpha)`.
  private double logGamma(Key key) {
    double shape = alpha < 1 ? alpha + 1 : alpha;
    double boost = alpha < 1 ? StrictMath.log(positive(key.fold(0).uniform().item())) / alpha : 0;
    double d = shape - 1 / 3.0;
    double c = 1 / Math.sqrt(9 * d);
    float[] normals = key.fold(1).normal(TRIES).toFloats();
    float[] uniforms = key.fold(2).uniform(TRIES).toFloats();
    for (int t = 0; t < TRIES; t++) {
      double x = normals[t];
      double v = 1 + c * x;
      if (v <= 0) {
        continue;
      }
      double logV = 3 * StrictMath.log(v);
      double bound = 0.5 * x * x + d - d * v * v * v + d * logV;
      if (StrictMath.log(positive(uniforms[t])) < bound) {
        return StrictMath.log(d) + logV + boost;
      }
    }
    // More than nine tries in ten are accepted, so this is never reached.
    return StrictMath.log(d) + boost;
  }

  /// A uniform draw from [0, 1) moved to the middle of its step of 2⁻²⁴: never 0.
  private static double positive(double uniform) {
    return uniform + 0x1p-25;
  }
}
