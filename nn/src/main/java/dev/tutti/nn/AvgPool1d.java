package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// The mean of each window, padding counted as zeros: `[N, L, C] → [N, OL, C]`, PyTorch's
/// `nn.AvgPool1d`.
///
/// @param ceilMode whether a last window may stick out at the end; cells beyond the padding count
///   neither in the sum nor in the divisor
/// @param countPadding whether padding counts in the divisor (PyTorch's `count_include_pad`)
public record AvgPool1d(int kernel, int stride, int padding, boolean ceilMode, boolean countPadding)
    implements Layer {
  /// Checks that no window can be in the padding alone, as PyTorch does.
  public AvgPool1d {
    Pooling.requirePadding("avg_pool1d", Pooling.inOneRow(kernel, stride, padding, 1));
  }

  /// Windows that touch without overlapping.
  public AvgPool1d(int kernel) {
    this(kernel, kernel, 0, false, true);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Window row = Pooling.inOneRow(kernel, stride, padding, 1);
    return Sequences.apply("avg_pool1d", new AvgPool2d(row, ceilMode, countPadding), x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
