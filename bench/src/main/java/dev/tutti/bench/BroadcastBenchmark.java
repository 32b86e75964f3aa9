package dev.tutti.bench;

import dev.tutti.engine.Fn;
import dev.tutti.engine.Tensor;
import org.openjdk.jmh.annotations.Param;

/// A sum whose second operand is a scalar, a row, a column or the members' own.
public class BroadcastBenchmark extends KernelBenchmark {
  /// How the second operand is repeated.
  @Param({"scalar", "row", "column", "leads"})
  public String pattern;

  @Override
  KernelCall call() {
    Tensor x = KernelCall.uniform(10, 100, 1000);
    Tensor y =
        switch (pattern) {
          case "scalar" -> Tensor.scalar(2);
          case "row" -> KernelCall.uniform(1000);
          case "column" -> KernelCall.uniform(100, 1);
          default -> KernelCall.uniform(10, 1, 1000);
        };
    return KernelCall.of(Fn.ADD, x, y);
  }
}
