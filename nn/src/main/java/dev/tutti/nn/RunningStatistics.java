package dev.tutti.nn;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;

/// A standardising layer that may keep running statistics of its channels, the last axis.
interface RunningStatistics extends Standardized {
  /// PyTorch's default for the weight of a new batch.
  double MOMENTUM = 0.1;

  /// {@return the running mean of each channel, null when the layer keeps no statistics}
  Tensor runningMean();

  /// {@return the running unbiased variance of each channel, or null}
  Tensor runningVar();

  @Override
  default Tensor perChannel() {
    return runningMean() != null ? runningMean() : Standardized.super.perChannel();
  }

  /// {@return whether this pass standardises by the running statistics}
  default boolean usesRunning(Ctx ctx) {
    return !ctx.training() && runningMean() != null;
  }

  /// {@return `(x − running mean) / √(running var + eps) · weight + bias`}
  default Tensor byRunning(Tensor x, Ctx ctx) {
    Tensor scale = ctx.read(runningVar()).add(eps()).rsqrt();
    return affine(x.sub(ctx.read(runningMean())).mul(scale));
  }

  /// Moves the running statistics a share `factor`, a scalar, of the way to the mean over axis 0 of
  /// `x [N, values, C]`'s means and unbiased variances.
  default void track(Tensor x, Tensor factor, Ctx ctx) {
    int n = x.dim(1);
    Tensor mean = x.sum(1, true).div(n);
    Tensor centred = x.sub(mean);
    Tensor var = centred.mul(centred).sum(1, true).div(n - 1);
    move(runningMean(), mean.mean(0, 1), factor, ctx);
    move(runningVar(), var.mean(0, 1), factor, ctx);
  }

  private static void move(Tensor state, Tensor to, Tensor factor, Ctx ctx) {
    Tensor kept = ctx.read(state).mul(factor.neg().add(1));
    ctx.write(state, kept.add(to.mul(factor)));
  }

  /// {@return a scalar of this layer's type}
  default Tensor scalar(double value) {
    return Tensor.full(runningMean().dtype(), value, Shape.SCALAR);
  }

  /// {@return an int32 scalar 0, where batches are counted}
  static Tensor counter() {
    return Tensor.full(DType.INT32, 0, Shape.SCALAR);
  }
}
