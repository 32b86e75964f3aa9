package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// log(1 + exp(β · x)) / β, a smooth ReLU, and x itself if β · x exceeds the threshold: PyTorch's
/// `nn.Softplus`.
///
/// @param beta how close to the ReLU, positive
/// @param threshold the value of β · x from which the function is x
public record Softplus(double beta, double threshold) implements Layer {
  /// PyTorch's defaults, β = 1 and threshold 20.
  public Softplus() {
    this(1, 20);
  }

  /// Checks that β is positive.
  public Softplus {
    if (!(beta > 0)) {
      throw new IllegalArgumentException("softplus: beta must be positive, got " + beta);
    }
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor scaled = x.mul(beta);
    return Tensor.where(scaled.gt(threshold), x, scaled.softplus().div(beta));
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
