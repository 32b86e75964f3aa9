package dev.tutti.nn;

import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;

/// Batch normalisation of `[N, C]` or `[N, L, C]` over all axes but the channels, PyTorch's
/// `nn.BatchNorm1d`; see [BatchNorm].
///
/// @param weight `[C]`, or null for none
/// @param bias `[C]`, or null for none
/// @param runningMean `[C]`, or null without running statistics
/// @param runningVar `[C]`, or null
/// @param numBatchesTracked the number of training passes, an int32 scalar, or null
/// @param momentum the weight of a new batch in the running statistics; null for the mean over all
///   batches
/// @param eps added to the variance
public record BatchNorm1d(
    Tensor weight,
    Tensor bias,
    @State Tensor runningMean,
    @State Tensor runningVar,
    @State Tensor numBatchesTracked,
    Double momentum,
    double eps)
    implements BatchNorm {
  /// Checks that running statistics are all there or all null.
  public BatchNorm1d {
    Standardise.requireAllOrNone("batch_norm1d", runningMean, runningVar, numBatchesTracked);
  }

  /// {@return a layer with PyTorch's defaults: weight 1, bias 0, running mean 0 and variance 1,
  /// momentum 0.1 and eps 1e-5}
  public static BatchNorm1d init(int channels) {
    return init(channels, MOMENTUM, EPS, true);
  }

  /// {@return a layer with initial values as PyTorch's}
  ///
  /// @param affine whether there are weight and bias
  public static BatchNorm1d init(int channels, Double momentum, double eps, boolean affine) {
    return new BatchNorm1d(
        affine ? Tensor.ones(channels) : null,
        affine ? Tensor.zeros(channels) : null,
        Tensor.zeros(channels),
        Tensor.ones(channels),
        Standardise.counter(),
        momentum,
        eps);
  }

  @Override
  public BatchNorm1d collecting() {
    return runningMean == null
        ? this
        : new BatchNorm1d(
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
    Standardise.requireChannels(this, "batch_norm1d", "[N, C] or [N, L, C]", 2, 3, x);
    return Standardise.overBatch(this, "batch_norm1d", x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
