package dev.tutti.ensembles.train;

import dev.tutti.engine.DType;
import dev.tutti.engine.Tensor;

/// The quality of a network on a data set.
///
/// @param loss the objective, NaN if nothing counts
/// @param accuracy the fraction of right classes, NaN if targets are not class labels
record Score(double loss, double accuracy) {
  /// {@return how many rows of outputs `[B, C]` are largest at their label, a scalar; null if
  /// targets are not class labels}
  static Tensor right(Tensor output, Tensor target) {
    boolean classes = target.dtype() == DType.INT32 && output.rank() == target.rank() + 1;
    return classes ? output.argmax(-1).eq(target).sum() : null;
  }
}
