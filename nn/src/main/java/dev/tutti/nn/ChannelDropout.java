package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// [Dropout] of whole channels of `[N, …, C]`: all positions of a channel of an example go or stay
/// together. PyTorch's `nn.Dropout1d`, `nn.Dropout2d` and `nn.Dropout3d`.
///
/// @param p in `[0, 1)`
public record ChannelDropout(double p) implements Layer {
  /// Checks the probability.
  public ChannelDropout {
    Dropout.requireProbability("channel_dropout", p);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return Dropout.ofChannels(x, p, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
