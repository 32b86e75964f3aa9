package dev.tutti.nn;

import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;

/// Instance normalisation of `[N, H, W, C]`, PyTorch's `nn.InstanceNorm2d`; see [InstanceNorm].
///
/// @param weight `[C]`, or null for none
/// @param bias `[C]`, or null for none
/// @param runningMean `[C]`, or null without running statistics
/// @param runningVar `[C]`, or null
/// @param numBatchesTracked an int32 scalar that stays 0, as in PyTorch, or null
/// @param momentum the weight of a new batch in the running statistics
/// @param eps added to the variance
public record InstanceNorm2d(
    Tensor weight,
    Tensor bias,
    @State Tensor runningMean,
    @State Tensor runningVar,
    @State Tensor numBatchesTracked,
    double momentum,
    double eps)
    implements InstanceNorm {
  /// Checks that running statistics are all there or all null.
  public InstanceNorm2d {
    Standardise.requireAllOrNone("instance_norm2d", runningMean, runningVar, numBatchesTracked);
  }

  /// {@return a layer with PyTorch's defaults: neither parameters nor running statistics, eps 1e-5}
  public static InstanceNorm2d init(int channels) {
    return init(channels, false, false);
  }

  /// {@return a layer with initial values as PyTorch's, momentum 0.1 and eps 1e-5}
  ///
  /// @param affine whether there are weight and bias
  /// @param tracks whether there are running statistics (PyTorch's `track_running_stats`)
  public static InstanceNorm2d init(int channels, boolean affine, boolean tracks) {
    return new InstanceNorm2d(
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
    Standardise.requireChannels(this, "instance_norm2d", "[N, H, W, C]", 4, 4, x);
    return Standardise.overPositions(this, "instance_norm2d", x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
