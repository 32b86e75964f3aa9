package dev.tutti.nn;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.stream.IntStream;

/// The mean of each channel over all positions: `[N, …, C] → [N, C]`, as at the end of most
/// convolutional networks; in PyTorch `nn.AdaptiveAvgPool2d(1)` and `nn.Flatten`.
public record GlobalAvgPool() implements Layer {
  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    if (x.rank() < 3) {
      throw new ShapeError("global_avg_pool: needs an input of [N, …, C], got " + x.shape());
    }
    return x.mean(IntStream.range(1, x.rank() - 1).toArray());
  }
}
