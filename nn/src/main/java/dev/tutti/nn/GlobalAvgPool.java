package dev.tutti.nn;

import dev.tutti.engine.Tensor;
import java.util.stream.IntStream;

/// The mean of each channel over all positions: `[N, …, C] → [N, C]`, as at the end of most
/// convolutional networks; in PyTorch `nn.AdaptiveAvgPool2d(1)` and `nn.Flatten`.
public record GlobalAvgPool() implements Layer {
  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Inputs.requireRank("global_avg_pool", "[N, …, C]", 3, Integer.MAX_VALUE, x);
    return x.mean(IntStream.range(1, x.rank() - 1).toArray());
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
