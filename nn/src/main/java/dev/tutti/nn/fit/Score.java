package dev.tutti.nn.fit;

import dev.tutti.engine.DType;
import dev.tutti.engine.Tensor;

/// The quality of a network on a data set.
///
/// @param loss the objective, NaN if nothing counts
/// @param accuracy the fraction of right classes, NaN if targets are not class labels, or if there
///   is one output for two classes, whose threshold the objective knows
public record Score(double loss, double accuracy) {
  /// {@return how many rows of `scores` `[B, C]` are largest at their label, a scalar; null if
  /// targets are not class labels}
  static Tensor right(Tensor scores, Tensor target) {
    boolean classes =
        target.dtype() == DType.INT32 && scores.rank() == target.rank() + 1 && scores.dim(-1) > 1;
    return classes ? scores.argmax(-1).eq(target).sum() : null;
  }
}
