package dev.tutti.nn.loss;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// The parameters of distributions in a network's outputs `[…, k · T]`: T of the first kind, then T
/// of the next.
final class Parameters {
  private Parameters() {}

  /// {@return the part of kind `i` of `kinds`, `[…, T]`}
  ///
  /// @param what the kinds in words, for errors
  static Tensor part(String op, Tensor output, int i, int kinds, String what) {
    int last = output.rank() == 0 ? 0 : output.dim(-1);
    if (last == 0 || last % kinds != 0) {
      throw new ShapeError(
          "%s: output %s needs a last axis of %d · T: %s for each of T targets"
              .formatted(op, output.shape(), kinds, what));
    }
    int targets = last / kinds;
    return output.slice(-1, i * targets, (i + 1) * targets);
  }

  /// Checks that targets have the shape of what is predicted for them.
  static void requireTargets(String op, Tensor predicted, Tensor target) {
    if (!predicted.shape().equals(target.shape())) {
      throw new ShapeError(
          "%s: targets %s for predictions of %s".formatted(op, target.shape(), predicted.shape()));
    }
  }

  /// Checks that a least value is positive.
  static void requirePositive(String op, double eps) {
    if (!(eps > 0) || Double.isInfinite(eps)) {
      throw new IllegalArgumentException(op + ": eps must be positive, got " + eps);
    }
  }
}
