package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;

/// How the losses of a batch's elements are combined, PyTorch's `reduction`.
public enum Reduction {
  /// Their mean, a scalar.
  MEAN,
  /// Their sum, a scalar.
  SUM,
  /// Their sum divided by the size of the first axis, a scalar: `batchmean` of PyTorch's `kl_div`.
  BATCH_MEAN,
  /// They stay as they are.
  NONE;

  /// {@return the losses reduced}
  public Tensor apply(Tensor losses) {
    return switch (this) {
      case MEAN -> losses.mean();
      case SUM -> losses.sum();
      case BATCH_MEAN -> losses.sum().div(losses.dim(0));
      case NONE -> losses;
    };
  }
}
