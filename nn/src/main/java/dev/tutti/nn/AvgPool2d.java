package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// The mean of each window, padding counted as zeros: `[N, H, W, C] → [N, OH, OW, C]`, PyTorch's
/// `nn.AvgPool2d`.
///
/// @param window kernel, stride and padding
/// @param ceilMode whether a last window may stick out at the bottom and right; cells beyond the
///   padding count neither in the sum nor in the divisor
/// @param countPadding whether padding counts in the divisor (PyTorch's `count_include_pad`)
public record AvgPool2d(Window window, boolean ceilMode, boolean countPadding) implements Layer {
  /// Checks that no window can be in the padding alone, as PyTorch does.
  public AvgPool2d {
    Pooling.requirePadding("avg_pool2d", window);
  }

  /// Square windows.
  public AvgPool2d(int kernel, int stride, int padding, boolean countPadding) {
    this(Window.of(kernel, kernel).stride(stride).padding(padding), false, countPadding);
  }

  /// Square windows that touch without overlapping.
  public AvgPool2d(int kernel) {
    this(kernel, kernel, 0, true);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Inputs.requireImages("avg_pool2d", x);
    Window out = ceilMode ? Pooling.sticksOut(window, x.dim(-3), x.dim(-2)) : window;
    if (out.equals(window) || !countPadding) {
      return x.avgPool2d(out, countPadding);
    }
    // The zeros of the padding become cells of the image, and those beyond do not count.
    Tensor padded = x.pad(-3, window.top(), window.bottom(), 0);
    padded = padded.pad(-2, window.left(), window.right(), 0);
    Window beyond = out.padding(0, out.bottom() - window.bottom(), 0, out.right() - window.right());
    return padded.avgPool2d(beyond, false);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
