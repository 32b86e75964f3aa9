package dev.tutti.nn;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// Batch normalisation (Ioffe and Szegedy, 2015) of channels, the last axis: `y = (x − mean) /
/// √(var
/// + eps) · weight + bias`.
///
/// In training, mean and biased variance are those of the batch over all axes but the last, and the
/// running statistics move towards them: `running = (1 − momentum) · running + momentum · batch`,
/// the batch's variance there unbiased (divided by n − 1). A prediction uses the running
/// statistics; without them (all three null, PyTorch's `track_running_stats=False`) it uses the
/// batch's too.
public sealed interface BatchNorm extends RunningStatistics permits BatchNorm1d, BatchNorm2d {
  /// {@return the number of training passes, an int32 scalar, or null}
  Tensor numBatchesTracked();

  /// {@return the weight of a new batch in the running statistics; null for 1 / (number of
  /// batches), which makes them the mean over all batches}
  Double momentum();

  /// {@return this layer with statistics of no batch yet, which become the mean over all batches
  /// that it is trained on: to collect those of parameters that training did not pass through}
  BatchNorm collecting();

  /// {@return the layer's value on an input whose rank and channels were checked}
  ///
  /// @throws ShapeError in training with one value per channel, which has no variance
  default Tensor normalized(String op, Tensor x, Ctx ctx) {
    int channels = x.dim(-1);
    if (ctx.training() && x.size() < 2 * channels) {
      throw new ShapeError(
          op + ": training needs more than one value per channel, got an input of " + x.shape());
    }
    Tensor rows = x.reshape(1, -1, channels);
    return standardised(rows, counted(x, ctx), ctx).reshape(x.shape());
  }

  /// {@return the share of a training batch, which is counted here, in the running statistics}
  private Tensor counted(Tensor x, Ctx ctx) {
    if (numBatchesTracked() == null || !ctx.training()) {
      return null;
    }
    Tensor count = ctx.read(numBatchesTracked()).add(1);
    ctx.write(numBatchesTracked(), count);
    return momentum() == null
        ? RunningStatistics.scalar(1, x).div(count.cast(x.dtype()))
        : RunningStatistics.scalar(momentum(), x);
  }
}
