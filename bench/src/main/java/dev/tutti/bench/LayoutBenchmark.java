package dev.tutti.bench;

import dev.tutti.engine.Indexing;
import dev.tutti.engine.Ints;
import dev.tutti.engine.Layout;
import dev.tutti.engine.Tensor;
import org.openjdk.jmh.annotations.Param;

/// Moves of elements.
public class LayoutBenchmark extends KernelBenchmark {
  /// Which move.
  @Param({"transpose", "to_nchw", "concat", "slice", "pad", "take", "scatter_add"})
  public String move;

  @Override
  KernelCall call() {
    Tensor square = KernelCall.uniform(1000, 1000);
    Tensor images = KernelCall.uniform(512, 12, 12, 16);
    Tensor numbers = KernelCall.numbers(1000, 1000);
    return switch (move) {
      case "transpose" -> KernelCall.of(new Layout.Permute(Ints.of(1, 0)), square);
      case "to_nchw" -> KernelCall.of(new Layout.Permute(Ints.of(0, 3, 1, 2)), images);
      case "concat" -> KernelCall.of(new Layout.Concat(1), square, square);
      case "slice" ->
          KernelCall.of(
              new Layout.Slice(Ints.of(0, 250), Ints.of(1000, 750), Ints.of(1, 1)), square);
      case "pad" ->
          KernelCall.of(
              new Layout.Pad(Ints.of(1, 1, 0), Ints.of(1, 1, 0), Ints.of(0, 0, 0), 0), images);
      case "take" -> KernelCall.of(new Indexing.Take(), square, numbers);
      default -> KernelCall.of(new Indexing.ScatterAdd(1000), square, numbers);
    };
  }
}
