package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;

/// Deep evidential regression (Amini et al., 2020) as an objective of a network with outputs `[…,
/// 4T]`, the [NormalInverseGamma] distributions of targets `[…, T]`; see
/// [EvidentialLosses#regression].
///
/// @param lambda λ ≥ 0, the weight of evidence for wrong values
public record EvidentialRegression(double lambda) implements Objective {
  /// Checks λ.
  public EvidentialRegression {
    if (!(lambda >= 0) || Double.isInfinite(lambda)) {
      throw new IllegalArgumentException("evidential: lambda must be at least 0, got " + lambda);
    }
  }

  /// λ = 0.01.
  public EvidentialRegression() {
    this(0.01);
  }

  /// {@return what outputs `[…, 4T]` predict, each parameter `[…, T]`}
  public NormalInverseGamma of(Tensor output) {
    return NormalInverseGamma.of(output);
  }

  @Override
  public Tensor of(Tensor output, Tensor target) {
    return EvidentialLosses.regression(
        NormalInverseGamma.of(output), target, lambda, Reduction.MEAN);
  }

  @Override
  public boolean isMean() {
    return true;
  }
}
