package dev.tutti.nn;

import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;

/// Batch normalisation (Ioffe and Szegedy, 2015) of channels, the last axis of `[N, …, C]`:
/// PyTorch's `nn.BatchNorm1d`, `nn.BatchNorm2d` and `nn.BatchNorm3d`.
///
/// `y = (x − mean) / √(var + eps) · weight + bias`
///
/// In training, mean and biased variance are those of the batch over all axes but the last, and the
/// running statistics move towards them: `running = (1 − momentum) · running + momentum · batch`,
/// the batch's variance there unbiased (divided by n − 1). A prediction uses the running
/// statistics; without them (all three null, PyTorch's `track_running_stats=False`) it uses the
/// batch's too.
///
/// @param weight `[C]`, or null for none
/// @param bias `[C]`, or null for none
/// @param runningMean `[C]`, or null without running statistics
/// @param runningVar `[C]`, or null
/// @param numBatchesTracked the number of training passes, an int32 scalar, or null
/// @param momentum the weight of a new batch in the running statistics; null for the mean over all
///   batches
/// @param eps added to the variance
public record BatchNorm(
    Tensor weight,
    Tensor bias,
    @State Tensor runningMean,
    @State Tensor runningVar,
    @State Tensor numBatchesTracked,
    Double momentum,
    double eps)
    implements RunningStatistics {
  /// Checks that running statistics are all there or all null.
  public BatchNorm {
    Standardise.requireAllOrNone("batch_norm", runningMean, runningVar, numBatchesTracked);
  }

  /// {@return a layer with PyTorch's defaults: weight 1, bias 0, running mean 0 and variance 1,
  /// momentum 0.1 and eps 1e-5}
  public static BatchNorm init(int channels) {
    return init(channels, MOMENTUM, EPS, true);
  }

  /// {@return a layer with initial values as PyTorch's}
  ///
  /// @param affine whether there are weight and bias
  public static BatchNorm init(int channels, Double momentum, double eps, boolean affine) {
    return new BatchNorm(
        affine ? Tensor.ones(channels) : null,
        affine ? Tensor.zeros(channels) : null,
        Tensor.zeros(channels),
        Tensor.ones(channels),
        Standardise.counter(),
        momentum,
        eps);
  }

  /// {@return this layer with empty statistics, which become the mean over all batches that it is
  /// then trained on: to collect the statistics of parameters that training did not have}
  public BatchNorm collecting() {
    return runningMean == null
        ? this
        : new BatchNorm(
            weight,
            bias,
            Standardise.zerosLike(runningMean),
            Standardise.zerosLike(runningVar),
            Standardise.zerosLike(numBatchesTracked),
            null,
            eps);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Standardise.requireChannels(this, "batch_norm", "[N, …, C]", 2, Integer.MAX_VALUE, x);
    return Standardise.overBatch(this, "batch_norm", x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
