package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// All axes but the batch's joined to one: `[N, H, W, C] → [N, H·W·C]`, or `[N, C·H·W]` in
/// PyTorch's order. Weights of a linear layer that follows a convolution depend on this order: to
/// load PyTorch's weights, or to give each group of a packed layer the features of its own
/// channels, use [Order#CHANNELS_FIRST]. PyTorch's `nn.Flatten`.
public record Flatten(Order order) implements Layer {
  /// In which order the features of an image or a sequence are counted.
  public enum Order {
    /// Row, column, channel: as stored, no copy.
    CHANNELS_LAST,
    /// Channel, row, column: PyTorch's.
    CHANNELS_FIRST
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return (order == Order.CHANNELS_FIRST ? channelsFirst(x) : x).flatten(1);
  }

  /// `[N, …, C] → [N, C, …]`.
  private static Tensor channelsFirst(Tensor x) {
    int[] axes = new int[x.rank()];
    for (int i = 2; i < axes.length; i++) {
      axes[i] = i - 1;
    }
    if (axes.length < 3) {
      return x;
    }
    axes[1] = axes.length - 1;
    return x.permute(axes);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
