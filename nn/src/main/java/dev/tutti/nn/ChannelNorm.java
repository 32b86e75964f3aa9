package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// What layers share that standardise channels, the last axis, by statistics over positions: `(x −
/// mean) / √(spread + eps) · weight + bias`.
interface ChannelNorm extends Layer {
  /// PyTorch's default for what is added to the variance.
  double EPS = 1e-5;

  /// {@return the factor of each channel `[C]`, or null for none}
  Tensor weight();

  /// {@return what is added to each channel `[C]`, or null for nothing}
  Tensor bias();

  /// {@return what is added to the variance}
  double eps();

  /// {@return a tensor that has one element per channel, or null if the layer has none}
  default Tensor perChannel() {
    return weight() != null ? weight() : bias();
  }

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
  default Tensor scaled(Tensor x, Tensor mean, Tensor spread) {
    Tensor factor = spread.add(eps()).rsqrt();
    Tensor shift = bias() == null ? Tensor.full(x.dtype(), 0, Shape.of(x.dim(-1))) : bias();
    return x.rescale(mean, weight() == null ? factor : factor.mul(weight()), shift);
  }

  /// Raises [ShapeError] unless `x` has a rank in this range and as many channels as the layer.
  default void requireChannels(String op, String shapes, int minRank, int maxRank, Tensor x) {
    if (x.rank() < minRank || x.rank() > maxRank) {
      throw new ShapeError(op + ": needs an input of " + shapes + ", got " + x.shape());
    }
    Tensor own = perChannel();
    if (own != null && x.dim(-1) != own.dim(-1)) {
      throw new ShapeError(
          op + ": the layer has " + own.dim(-1) + " channels, the input is " + x.shape());
    }
  }
}
