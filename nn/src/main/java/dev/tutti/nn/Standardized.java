package dev.tutti.nn;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// What layers that standardise their input share: the affine map behind it.
interface Standardized extends Layer {
  /// PyTorch's default for what is added to the variance.
  double EPS = 1e-5;

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

  /// {@return a tensor that has one element per channel, or null if the layer has none}
  default Tensor perChannel() {
    return weight() != null ? weight() : bias();
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
