package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// Pooling to a fixed number of cells: `[N, L, C] → [N, length, C]`, PyTorch's
/// `nn.AdaptiveMaxPool1d`; see [AdaptiveMaxPool2d].
public record AdaptiveMaxPool1d(int length) implements Layer {
  /// Checks that there are cells.
  public AdaptiveMaxPool1d {
    Pooling.requireCells("adaptive_max_pool1d", 1, length);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return Sequences.apply("adaptive_max_pool1d", new AdaptiveMaxPool2d(1, length), x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
