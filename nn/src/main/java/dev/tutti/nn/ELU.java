package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// x if it is positive, else α · (eˣ − 1): PyTorch's `nn.ELU` (Clevert et al., *Fast and accurate
/// deep network learning by exponential linear units*, 2016). The derivative at 0 is α.
///
/// @param alpha minus the limit for x → −∞
public record ELU(double alpha) implements Layer {
  /// PyTorch's default, α = 1.
  public ELU() {
    this(1);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    // For large x, eˣ would be infinite, and its cotangent 0 · ∞.
    Tensor negative = x.minimum(x.constant(0));
    return Tensor.where(x.gt(0), x, negative.expm1().mul(alpha));
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
