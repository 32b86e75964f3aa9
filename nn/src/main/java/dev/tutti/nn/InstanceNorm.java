package dev.tutti.nn;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// Instance normalisation (Ulyanov, Vedaldi and Lempitsky, 2016): `y = (x − mean) / √(var + eps) ·
/// weight + bias` with mean and biased variance of each channel of each example over its positions.
///
/// PyTorch's default is without weight and bias and without running statistics. With them, a
/// training pass moves `running = (1 − momentum) · running + momentum · s`, where `s` is the mean
/// over the examples of their means or unbiased variances, and a prediction standardises by the
/// running statistics instead of the example's own.
public sealed interface InstanceNorm extends RunningStatistics
    permits InstanceNorm1d, InstanceNorm2d {
  /// {@return the number of training passes, always 0: PyTorch's layer has this buffer and does not
  /// count either; null without running statistics}
  Tensor numBatchesTracked();

  /// {@return the weight of a new batch in the running statistics}
  double momentum();

  /// {@return the layer's value on an input whose rank and channels were checked}
  ///
  /// @throws ShapeError when an example has one position, which has no variance
  default Tensor normalized(String op, Tensor x, Ctx ctx) {
    int channels = x.dim(-1);
    boolean own = ctx.training() || runningMean() == null;
    if (own && x.size() < 2 * x.dim(0) * channels) {
      throw new ShapeError(
          op + ": needs more than one position per example, got an input of " + x.shape());
    }
    Tensor rows = x.reshape(x.dim(0), -1, channels);
    Tensor factor = RunningStatistics.scalar(momentum(), x);
    return standardised(rows, factor, ctx).reshape(x.shape());
  }
}
