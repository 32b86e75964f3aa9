package dev.tutti.bench;

import dev.tutti.engine.Pool;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;
import org.openjdk.jmh.annotations.Param;

/// 2×2 pooling of 512 images of 24×24, and its gradient.
public class PoolBenchmark extends KernelBenchmark {
  /// Which kernel.
  @Param({"max", "max_input", "average", "average_input"})
  public String kind;

  /// The number of channels.
  @Param({"6", "32"})
  public int channels;

  @Override
  KernelCall call() {
    Window two = Window.of(2, 2).stride(2);
    Tensor x = KernelCall.uniform(512, 24, 24, channels);
    Tensor g = KernelCall.uniform(512, 12, 12, channels);
    return switch (kind) {
      case "max" -> KernelCall.of(new Pool.Max(two), x);
      case "max_input" -> KernelCall.of(new Pool.MaxInput(two), x, g);
      case "average" -> KernelCall.of(new Pool.Average(two, true), x);
      default -> KernelCall.of(new Pool.AverageInput(two, true, 24, 24), g);
    };
  }
}
