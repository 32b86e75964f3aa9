package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// Pooling to a fixed number of cells: `[N, L, C] → [N, length, C]`, PyTorch's
/// `nn.AdaptiveAvgPool1d`; see [AdaptiveAvgPool2d].
public record AdaptiveAvgPool1d(int length) implements Layer {
  /// Checks that there are cells.
  public AdaptiveAvgPool1d {
    Pooling.requireCells("adaptive_avg_pool1d", 1, length);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return Sequences.apply("adaptive_avg_pool1d", new AdaptiveAvgPool2d(1, length), x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
