package dev.tutti.engine.vector;

/// The steps of `Centred`, from which mean and variance follow, for one number each.
final class Centre {
  /// The largest difference between a mean and its rounded value, as a share of the mean; as in
  /// `Centred`.
  private static final float ROUNDING = 0x1p-20f;

  private Centre() {}

  /// {@return what differences are taken from: the first value, if that is as near to the mean as
  /// its sum is, else the mean that the sum gives}
  static float of(float first, float mean) {
    return Math.abs(first - mean) <= Math.abs(mean) * ROUNDING ? first : mean;
  }

  /// {@return the variance, given the mean of the differences and that of their squares}
  static float variance(float shift, float squares) {
    return Math.max(squares - shift * shift, 0);
  }
}
