package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.stream.IntStream;

/// Batch normalisation (Ioffe and Szegedy, 2015) of channels, the last axis: `y = (x − mean) /
/// √(var
/// + eps) · weight + bias`.
///
/// In training, mean and biased variance are those of the batch over all axes but the last, and the
/// running statistics move towards them: `running = (1 − momentum) · running + momentum · batch`,
/// the batch's variance there unbiased (divided by n − 1). A prediction uses the running
/// statistics; without them (all three null, PyTorch's `track_running_stats=False`) it uses the
/// batch's too.
public sealed interface BatchNorm extends Standardized.Tracking permits BatchNorm1d, BatchNorm2d {
  /// PyTorch's default momentum.
  double MOMENTUM = 0.1;

  /// PyTorch's default for what is added to the variance.
  double EPS = 1e-5;

  /// {@return the number of training passes, an int32 scalar, or null}
  Tensor numBatchesTracked();

  /// {@return the weight of a new batch in the running statistics; null for 1 / (number of
  /// batches), which makes them the mean over all batches}
  Double momentum();

  /// {@return the layer's value on an input whose rank and channels were checked}
  ///
  /// @throws ShapeError in training with one value per channel, which has no variance
  default Tensor normalized(String op, Tensor x, Ctx ctx) {
    boolean tracks = runningMean() != null;
    if (!ctx.training() && tracks) {
      return withRunning(x, ctx);
    }
    int[] axes = IntStream.range(0, x.rank() - 1).toArray();
    int n = x.dim(-1) == 0 ? 0 : x.size() / x.dim(-1);
    if (ctx.training() && n < 2) {
      throw new ShapeError(
          op + ": training needs more than one value per channel, got an input of " + x.shape());
    }
    if (ctx.training() && tracks) {
      track(x.detach(), axes, n, ctx);
    }
    return affine(x.normalize(eps(), axes));
  }

  private void track(Tensor x, int[] axes, int n, Ctx ctx) {
    Tensor mean = x.mean(axes);
    Tensor centred = x.sub(mean);
    Tensor var = centred.mul(centred).sum(axes).div(n - 1);
    Tensor count = ctx.read(numBatchesTracked()).add(1);
    ctx.write(numBatchesTracked(), count);
    Tensor one = Tensor.full(x.dtype(), 1, Shape.SCALAR);
    move(ctx, mean, var, momentum() == null ? one.div(count.cast(x.dtype())) : one.mul(momentum()));
  }
}
