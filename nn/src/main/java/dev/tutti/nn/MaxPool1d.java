package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// The largest value of each window: `[N, L, C] → [N, OL, C]`, PyTorch's `nn.MaxPool1d`. The
/// gradient of a tie goes to the first maximum.
///
/// @param ceilMode whether a last window may stick out at the end, so that every cell is in one
public record MaxPool1d(int kernel, int stride, int padding, int dilation, boolean ceilMode)
    implements Layer {
  /// Checks that no window can be in the padding alone, as PyTorch does.
  public MaxPool1d {
    Pooling.requirePadding("max_pool1d", Pooling.inOneRow(kernel, stride, padding, dilation));
  }

  /// Windows without dilation.
  public MaxPool1d(int kernel, int stride, int padding) {
    this(kernel, stride, padding, 1, false);
  }

  /// Windows that touch without overlapping.
  public MaxPool1d(int kernel) {
    this(kernel, kernel, 0);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Window row = Pooling.inOneRow(kernel, stride, padding, dilation);
    return Sequences.apply("max_pool1d", new MaxPool2d(row, ceilMode), x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
