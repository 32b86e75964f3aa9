package dev.tutti.nn;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// What layers require of the axes of their input.
final class Inputs {
  private Inputs() {}

  /// Raises [ShapeError] unless `x` is a batch of images `[N, H, W, C]`.
  static void requireImages(String op, Tensor x) {
    requireRank(op, "[N, H, W, C]", 4, 4, x);
  }

  /// Raises [ShapeError] unless `x` is a batch of sequences `[N, L, C]`.
  static void requireSequences(String op, Tensor x) {
    requireRank(op, "[N, L, C]", 3, 3, x);
  }

  /// Raises [ShapeError] unless `x` has a rank in this range.
  ///
  /// @param shapes what fits
  static void requireRank(String op, String shapes, int least, int most, Tensor x) {
    if (x.rank() < least || x.rank() > most) {
      throw new ShapeError(op + ": needs an input of " + shapes + ", got " + x.shape());
    }
  }
}
