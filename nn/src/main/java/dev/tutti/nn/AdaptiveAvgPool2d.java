package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// Pooling to a fixed number of cells: `[N, H, W, C] → [N, height, width, C]`, PyTorch's
/// `nn.AdaptiveAvgPool2d`. Cell `i` of `n` averages rows `⌊i·H/n⌋ … ⌈(i+1)·H/n⌉ − 1`; `(1, 1)` is
/// global average pooling.
public record AdaptiveAvgPool2d(int height, int width) implements Layer {
  /// A pooling window adds its elements one after another, which rounds as often; longer ones are
  /// summed along the axes.
  private static final int FEW = 16;

  /// Checks that there are cells.
  public AdaptiveAvgPool2d {
    Pooling.requireCells("adaptive_avg_pool2d", height, width);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Inputs.requireImages("adaptive_avg_pool2d", x);
    Window window = Pooling.equalCells(x, height, width);
    return window != null && window.kernelH() * window.kernelW() <= FEW
        ? x.avgPool2d(window, true)
        : alongAxis(alongAxis(x, -2, width), -3, height);
  }

  private static Tensor alongAxis(Tensor x, int axis, int cells) {
    return Pooling.adaptive(x, axis, cells, part -> part.sum(axis, true).div(part.dim(axis)));
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
