package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// The largest value of each window: `[N, H, W, C] → [N, OH, OW, C]`, PyTorch's `nn.MaxPool2d`. The
/// gradient of a tie goes to the first maximum.
///
/// @param window kernel, stride, padding (of −∞) and dilation
/// @param ceilMode whether a last window may stick out at the bottom and right, so that every cell
///   is in one
public record MaxPool2d(Window window, boolean ceilMode) implements Layer {
  /// Checks that no window can be in the padding alone, as PyTorch does.
  public MaxPool2d {
    Pooling.requirePadding("max_pool2d", window);
  }

  /// Square windows.
  public MaxPool2d(int kernel, int stride, int padding) {
    this(Window.of(kernel, kernel).stride(stride).padding(padding), false);
  }

  /// Square windows that touch without overlapping.
  public MaxPool2d(int kernel) {
    this(kernel, kernel, 0);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Inputs.requireImages("max_pool2d", x);
    return x.maxPool2d(ceilMode ? Pooling.sticksOut(window, x.dim(-3), x.dim(-2)) : window);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
