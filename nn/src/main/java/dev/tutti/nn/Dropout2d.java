package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// [Dropout] of whole channels of `[N, H, W, C]`: all positions of a channel of an example go or
/// stay together. PyTorch's `nn.Dropout2d`.
///
/// @param p in `[0, 1)`
public record Dropout2d(double p) implements Layer {
  /// Checks the probability.
  public Dropout2d {
    Dropout.requireProbability("dropout2d", p);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return Dropout.ofChannels("dropout2d", "[N, H, W, C]", 4, x, p, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
