package dev.tutti.nn;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// The largest value of each window: `[N, H, W, C] → [N, OH, OW, C]`, PyTorch's `nn.MaxPool2d`. The
/// gradient of a tie goes to the first maximum.
public record MaxPool2d(int kernel, int stride, int padding) implements Layer {
  /// Checks that no window can lie in the padding alone, as PyTorch does.
  public MaxPool2d {
    requirePadding("max_pool2d", kernel, padding);
  }

  /// Windows that touch without overlapping.
  public MaxPool2d(int kernel) {
    this(kernel, kernel, 0);
  }

  static void requirePadding(String op, int kernel, int padding) {
    if (padding > kernel / 2) {
      throw new ShapeError(
          op + ": padding " + padding + " is more than half the kernel of " + kernel);
    }
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return x.maxPool2d(Window.of(kernel, kernel).stride(stride).padding(padding));
  }
}
