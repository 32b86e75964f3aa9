package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// [Dropout] of whole channels of `[N, L, C]`: all positions of a channel of an example go or stay
/// together. PyTorch's `nn.Dropout1d`.
///
/// @param p in `[0, 1)`
public record Dropout1d(double p) implements Layer {
  /// Checks the probability.
  public Dropout1d {
    Dropout.requireProbability("dropout1d", p);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return Dropout.ofChannels("dropout1d", "[N, L, C]", 3, x, p, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
