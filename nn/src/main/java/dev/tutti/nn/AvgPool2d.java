package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// The mean of each window, padding counted as zeros: `[N, H, W, C] → [N, OH, OW, C]`, PyTorch's
/// `nn.AvgPool2d`.
///
/// @param countPadding whether padding counts in the divisor (PyTorch's `count_include_pad`)
public record AvgPool2d(int kernel, int stride, int padding, boolean countPadding)
    implements Layer {
  /// Checks that no window can lie in the padding alone, as PyTorch does.
  public AvgPool2d {
    MaxPool2d.requirePadding("avg_pool2d", kernel, padding);
  }

  /// Windows that touch without overlapping.
  public AvgPool2d(int kernel) {
    this(kernel, kernel, 0, true);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return x.avgPool2d(Window.of(kernel, kernel).stride(stride).padding(padding), countPadding);
  }
}
