package dev.tutti.ensembles.train;

import dev.tutti.engine.DType;
import dev.tutti.engine.Tensor;

/// How a network does on a data set.
///
/// @param loss the mean objective
/// @param accuracy the fraction of right classes, NaN where targets are no classes
record Score(double loss, double accuracy) {
  /// {@return how many rows of outputs `[B, C]` are largest at their label, a scalar; null where
  /// targets are no classes}
  static Tensor right(Tensor output, Tensor target) {
    boolean classes = target.dtype() == DType.INT32 && output.rank() == target.rank() + 1;
    return classes ? output.argmax(-1).eq(target).sum() : null;
  }

  /// A running sum over batches, in their order.
  static final class Sum {
    private long examples;
    private double loss;
    private double right;

    /// @param batchLoss the mean objective of `n` examples
    void add(int n, double batchLoss, double batchRight) {
      examples += n;
      loss += n * batchLoss;
      right += batchRight;
    }

    Score score() {
      return new Score(loss / examples, right / examples);
    }
  }
}
