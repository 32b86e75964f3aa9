package dev.tutti.nn;

import dev.tutti.engine.ChannelsLast;
import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// How channels are standardised, whatever the statistics are taken over.
final class Standardise {
  private Standardise() {}

  /// Mean and biased variance of each channel `[N, C]` over the positions of `x [N, positions, C]`.
  record Moments(Tensor mean, Tensor var) {
    static Moments of(Tensor x) {
      Tensor both = x.moments();
      Shape each = Shape.of(x.dim(0), x.dim(2));
      return new Moments(both.slice(1, 0, 1).reshape(each), both.slice(1, 1, 2).reshape(each));
    }
  }

  /// {@return `(x − mean) / √(spread + eps) · weight + bias` for `x [N, positions, C]`}
  ///
  /// @param mean `[N, C]` or `[C]`
  /// @param spread a variance or mean square, `[N, C]` or `[C]`
  static Tensor scaled(ChannelNorm layer, Tensor x, Tensor mean, Tensor spread) {
    Tensor factor = spread.add(layer.eps()).rsqrt();
    return x.rescale(
        mean,
        layer.weight() == null ? factor : factor.mul(layer.weight()),
        layer.bias() == null ? zeros(x) : layer.bias());
  }

  /// {@return zeros of the shape and type of `t`}
  static Tensor zerosLike(Tensor t) {
    return Tensor.full(t.dtype(), 0, t.shape());
  }

  /// {@return a zero for each channel}
  static Tensor zeros(Tensor x) {
    return Tensor.full(x.dtype(), 0, Shape.of(x.dim(-1)));
  }

  /// {@return the layer's value on `x [N, positions, C]`: by each example's own statistics, which
  /// in training move the running ones a share `factor`, a scalar, of the way; in a prediction by
  /// the running ones, if there are any}
  static Tensor apply(RunningStatistics layer, Tensor x, Tensor factor, Ctx ctx) {
    boolean tracks = layer.runningMean() != null;
    if (tracks && !ctx.training()) {
      return scaled(layer, x, ctx.read(layer.runningMean()), ctx.read(layer.runningVar()));
    }
    Moments m = Moments.of(x);
    if (tracks) {
      double n = x.dim(1);
      move(layer.runningMean(), m.mean.detach().mean(0), factor, ctx);
      move(layer.runningVar(), m.var.detach().mean(0).mul(n / (n - 1)), factor, ctx);
    }
    return scaled(layer, x, m.mean, m.var);
  }

  /// Moves a state a share of the way. Each form of the step keeps its end to the last bit, so that
  /// a state that has arrived stays: `from + (to − from) · factor`, or from the other end if that
  /// is nearer.
  private static void move(Tensor state, Tensor to, Tensor factor, Ctx ctx) {
    Tensor from = ctx.read(state);
    Tensor way = to.sub(from);
    Tensor near = from.add(way.mul(factor));
    Tensor far = to.sub(way.mul(factor.neg().add(1)));
    ctx.write(state, Tensor.where(factor.lt(0.5), near, far));
  }

  /// {@return a batch normalisation's value on an input of any rank}
  static Tensor overBatch(BatchNorm layer, String op, Tensor x, Ctx ctx) {
    int channels = x.dim(-1);
    if (ctx.trains() && x.size() < 2 * channels) {
      throw new ShapeError(
          op + ": training needs more than one value per channel, got an input of " + x.shape());
    }
    Tensor factor = null;
    if (layer.numBatchesTracked() != null && ctx.training()) {
      Tensor count = ctx.read(layer.numBatchesTracked()).add(1);
      ctx.write(layer.numBatchesTracked(), count);
      factor =
          layer.momentum() == null
              ? x.constant(1).div(count.cast(x.dtype()))
              : x.constant(layer.momentum());
    }
    return apply(layer, x.reshape(1, -1, channels), factor, ctx).reshape(x.shape());
  }

  /// {@return an instance normalisation's value on an input of any rank}
  static Tensor overPositions(InstanceNorm layer, String op, Tensor x, Ctx ctx) {
    int channels = x.dim(-1);
    boolean own = layer.runningMean() == null || ctx.training();
    if (own && x.size() < 2 * x.dim(0) * channels) {
      throw new ShapeError(
          op + ": needs more than one position per example, got an input of " + x.shape());
    }
    Tensor rows = x.reshape(x.dim(0), -1, channels);
    return apply(layer, rows, x.constant(layer.momentum()), ctx).reshape(x.shape());
  }

  /// Checks that running statistics are all there or all null.
  static void requireAllOrNone(String op, Tensor mean, Tensor var, Tensor count) {
    if ((mean == null) != (var == null) || (mean == null) != (count == null)) {
      throw new IllegalArgumentException(
          "%s: running mean, variance and count must be all given or all null, got %s, %s and %s"
              .formatted(op, shape(mean), shape(var), shape(count)));
    }
  }

  private static Shape shape(Tensor t) {
    return t == null ? null : t.shape();
  }

  /// {@return an int32 scalar 0, a counter of batches}
  static Tensor counter() {
    return Tensor.full(DType.INT32, 0, Shape.SCALAR);
  }

  /// Raises [ShapeError] unless `x` has a rank in this range and as many channels as the layer.
  static void requireChannels(
      ChannelNorm layer, String op, String shapes, int minRank, int maxRank, Tensor x) {
    Inputs.requireRank(op, shapes, minRank, maxRank, x);
    Tensor running = layer instanceof RunningStatistics r ? r.runningMean() : null;
    for (Tensor own : new Tensor[] {running, layer.weight(), layer.bias()}) {
      if (own != null && own.dim(-1) != x.dim(-1)) {
        throw new ShapeError(
            op
                + ": the layer has "
                + own.dim(-1)
                + " channels, the input is "
                + x.shape()
                + ChannelsLast.hint(x.shape(), own.dim(-1)));
      }
    }
  }
}
