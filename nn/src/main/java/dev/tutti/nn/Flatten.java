package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// All axes but the batch's joined to one: `[N, H, W, C] → [N, H·W·C]`, or `[N, C·H·W]` in
/// PyTorch's order. Weights of a linear layer that follows a convolution depend on this order: to
/// load PyTorch's weights, or to give each group of a packed layer the features of its own
/// channels, use [Order#CHANNELS_FIRST].
public record Flatten(Order order) implements Layer {
  /// In which order the features of an image are counted.
  public enum Order {
    /// Row, column, channel: as stored, no copy.
    CHANNELS_LAST,
    /// Channel, row, column: PyTorch's.
    CHANNELS_FIRST
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    boolean image = x.rank() == 4 && order == Order.CHANNELS_FIRST;
    return (image ? x.permute(0, 3, 1, 2) : x).flatten(1);
  }
}
