package dev.tutti.nn;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;

/// A standardising layer that may keep running statistics of its channels.
interface RunningStatistics extends ChannelNorm {
  /// PyTorch's default for the weight of a new batch.
  double MOMENTUM = 0.1;

  /// {@return the running mean of each channel, null when the layer keeps no statistics}
  Tensor runningMean();

  /// {@return the running unbiased variance of each channel, or null}
  Tensor runningVar();

  @Override
  default Tensor perChannel() {
    return runningMean() != null ? runningMean() : ChannelNorm.super.perChannel();
  }

  /// {@return the value on `x [N, positions, C]`: by each example's own statistics, which in
  /// training move the running ones a share `factor`, a scalar, of the way; in a prediction by the
  /// running ones, if there are any}
  default Tensor standardised(Tensor x, Tensor factor, Ctx ctx) {
    boolean tracks = runningMean() != null;
    if (tracks && !ctx.training()) {
      return scaled(x, ctx.read(runningMean()), ctx.read(runningVar()));
    }
    Moments m = Moments.of(x);
    if (tracks) {
      double n = x.dim(1);
      move(runningMean(), m.mean().detach().mean(0), factor, ctx);
      move(runningVar(), m.var().detach().mean(0).mul(n / (n - 1)), factor, ctx);
    }
    return scaled(x, m.mean(), m.var());
  }

  private static void move(Tensor state, Tensor to, Tensor factor, Ctx ctx) {
    Tensor kept = ctx.read(state).mul(factor.neg().add(1));
    ctx.write(state, kept.add(to.mul(factor)));
  }

  /// {@return a scalar of the input's type}
  static Tensor scalar(double value, Tensor x) {
    return Tensor.full(x.dtype(), value, Shape.SCALAR);
  }

  /// {@return an int32 scalar 0, where batches are counted}
  static Tensor counter() {
    return Tensor.full(DType.INT32, 0, Shape.SCALAR);
  }
}
