package dev.tutti.nn;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// What layers that standardise their input share: the affine map behind it, and running statistics
/// in PyTorch's terms.
interface Standardized extends Layer {
  /// {@return the factor of each feature, or null for none}
  Tensor weight();

  /// {@return what is added to each feature, or null for nothing}
  Tensor bias();

  /// {@return what is added to the variance}
  double eps();

  /// {@return `y · weight + bias`, as far as there are any}
  default Tensor affine(Tensor y) {
    Tensor scaled = weight() == null ? y : y.mul(weight());
    return bias() == null ? scaled : scaled.add(bias());
  }

  /// A standardising layer with running statistics over the channels, the last axis.
  interface Tracking extends Standardized {
    /// {@return the running mean of each channel, null when the layer keeps no statistics}
    Tensor runningMean();

    /// {@return the running unbiased variance of each channel, or null}
    Tensor runningVar();

    /// {@return `(x − running mean) / √(running var + eps) · weight + bias`}
    default Tensor withRunning(Tensor x, Ctx ctx) {
      Tensor scale = ctx.read(runningVar()).add(eps()).rsqrt();
      return affine(x.sub(ctx.read(runningMean())).mul(scale));
    }

    /// Moves the running statistics a share `factor`, a scalar, of the way to `mean` and `var`.
    default void move(Ctx ctx, Tensor mean, Tensor var, Tensor factor) {
      toward(ctx, runningMean(), mean, factor);
      toward(ctx, runningVar(), var, factor);
    }

    private static void toward(Ctx ctx, Tensor state, Tensor value, Tensor factor) {
      Tensor kept = factor.neg().add(1).mul(ctx.read(state));
      ctx.write(state, kept.add(factor.mul(value)));
    }

    /// Raises [ShapeError] unless `x` has one of two ranks and the channels of the parameters.
    default void check(String op, String shapes, int minRank, int maxRank, Tensor x) {
      if (x.rank() < minRank || x.rank() > maxRank) {
        throw new ShapeError(op + ": needs an input of " + shapes + ", got " + x.shape());
      }
      Tensor features = weight() != null ? weight() : runningMean();
      if (features != null && x.dim(-1) != features.dim(-1)) {
        throw new ShapeError(
            op + ": the layer has " + features.dim(-1) + " channels, the input is " + x.shape());
      }
    }
  }

  /// {@return an int32 scalar 0, where batches are counted}
  static Tensor counter() {
    return Tensor.full(DType.INT32, 0, Shape.SCALAR);
  }
}
