package dev.tutti.nn;

import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;

/// Instance normalisation (Ulyanov, Vedaldi and Lempitsky, 2016) of `[N, …, C]`, PyTorch's
/// `nn.InstanceNorm1d`, `nn.InstanceNorm2d` and `nn.InstanceNorm3d`: `y = (x − mean) / √(var + eps)
/// · weight + bias` with mean and biased variance of each channel of each example over its
/// positions.
///
/// PyTorch's default is without weight and bias and without running statistics. With them, a
/// training pass moves `running = (1 − momentum) · running + momentum · s`, where `s` is the mean
/// over the examples of their means or unbiased variances, and a prediction standardises by the
/// running statistics instead of the example's own. The counter stays 0: PyTorch's layer has this
/// buffer and does not count either.
///
/// @param weight `[C]`, or null for none
/// @param bias `[C]`, or null for none
/// @param runningMean `[C]`, or null without running statistics
/// @param runningVar `[C]`, or null
/// @param numBatchesTracked an int32 scalar that stays 0, as in PyTorch, or null
/// @param momentum the weight of a new batch in the running statistics
/// @param eps added to the variance
public record InstanceNorm(
    Tensor weight,
    Tensor bias,
    @State Tensor runningMean,
    @State Tensor runningVar,
    @State Tensor numBatchesTracked,
    double momentum,
    double eps)
    implements RunningStatistics {
  /// Checks that running statistics are all there or all null.
  public InstanceNorm {
    Standardise.requireAllOrNone("instance_norm", runningMean, runningVar, numBatchesTracked);
  }

  /// {@return a layer with PyTorch's defaults: neither parameters nor running statistics, eps 1e-5}
  public static InstanceNorm init(int channels) {
    return init(channels, false, false);
  }

  /// {@return a layer with initial values as PyTorch's, momentum 0.1 and eps 1e-5}
  ///
  /// @param affine whether there are weight and bias
  /// @param tracks whether there are running statistics (PyTorch's `track_running_stats`)
  public static InstanceNorm init(int channels, boolean affine, boolean tracks) {
    return new InstanceNorm(
        affine ? Tensor.ones(channels) : null,
        affine ? Tensor.zeros(channels) : null,
        tracks ? Tensor.zeros(channels) : null,
        tracks ? Tensor.ones(channels) : null,
        tracks ? Standardise.counter() : null,
        MOMENTUM,
        EPS);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Standardise.requireChannels(this, "instance_norm", "[N, …, C]", 3, Integer.MAX_VALUE, x);
    return Standardise.overPositions(this, "instance_norm", x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
