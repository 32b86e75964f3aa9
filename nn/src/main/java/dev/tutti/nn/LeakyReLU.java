package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// x if it is positive, else slope · x: PyTorch's `nn.LeakyReLU`. The derivative at 0 is the slope.
///
/// @param negativeSlope the slope of the negative side
public record LeakyReLU(double negativeSlope) implements Layer {
  /// PyTorch's default slope, 0.01.
  public LeakyReLU() {
    this(0.01);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return Tensor.where(x.gt(0), x, x.mul(negativeSlope));
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
