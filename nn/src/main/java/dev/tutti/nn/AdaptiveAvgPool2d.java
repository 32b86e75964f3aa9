package dev.tutti.nn;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// Averages to a fixed number of cells: `[N, H, W, C] → [N, height, width, C]`, PyTorch's
/// `nn.AdaptiveAvgPool2d`. Cell `i` of `n` averages rows `⌊i·H/n⌋ … ⌈(i+1)·H/n⌉ − 1`; `(1, 1)` is
/// global average pooling.
public record AdaptiveAvgPool2d(int height, int width) implements Layer {
  /// Checks that there are cells.
  public AdaptiveAvgPool2d {
    if (height < 1 || width < 1) {
      throw new ShapeError(
          "adaptive_avg_pool2d: needs at least 1×1 cells, got " + height + "×" + width);
    }
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    int h = x.dim(-3);
    int w = x.dim(-2);
    if (h % height == 0 && w % width == 0) {
      Window window = Window.of(h / height, w / width).stride(h / height, w / width);
      return x.avgPool2d(window, true);
    }
    return alongAxis(alongAxis(x, -3, height), -2, width);
  }

  private static Tensor alongAxis(Tensor x, int axis, int cells) {
    int n = x.dim(axis);
    Tensor[] means = new Tensor[cells];
    for (int i = 0; i < cells; i++) {
      int from = i * n / cells;
      int to = Math.ceilDiv((i + 1) * n, cells);
      means[i] = x.slice(axis, from, to).sum(axis, true).div(to - from);
    }
    return Tensor.concat(axis, means);
  }
}
