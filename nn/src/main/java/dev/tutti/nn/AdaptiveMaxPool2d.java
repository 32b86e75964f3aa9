package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// Pooling to a fixed number of cells: `[N, H, W, C] → [N, height, width, C]`, PyTorch's
/// `nn.AdaptiveMaxPool2d`. Cell `i` of `n` takes the largest value of rows `⌊i·H/n⌋ … ⌈(i+1)·H/n⌉ −
/// 1`. The gradient of a tie goes to the first maximum.
public record AdaptiveMaxPool2d(int height, int width) implements Layer {
  /// Checks that there are cells.
  public AdaptiveMaxPool2d {
    Pooling.requireCells("adaptive_max_pool2d", height, width);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Inputs.requireImages("adaptive_max_pool2d", x);
    Window window = Pooling.equalCells(x, height, width);
    return window != null ? x.maxPool2d(window) : alongAxis(alongAxis(x, -2, width), -3, height);
  }

  private static Tensor alongAxis(Tensor x, int axis, int cells) {
    return Pooling.adaptive(x, axis, cells, part -> part.max(axis, true));
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
