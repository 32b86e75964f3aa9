package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// The largest value of each window: `[N, H, W, C] → [N, OH, OW, C]`, PyTorch's `nn.MaxPool2d`. The
/// gradient of a tie goes to the first maximum.
public record MaxPool2d(int kernel, int stride, int padding) implements Layer {
  /// Windows that touch without overlapping.
  public MaxPool2d(int kernel) {
    this(kernel, kernel, 0);
  }

  @Override
  public Tensor apply(Tensor x) {
    return x.maxPool2d(Window.of(kernel, kernel).stride(stride).padding(padding));
  }
}
