package dev.tutti.bench;

import dev.tutti.engine.Ints;
import dev.tutti.engine.Normalize;
import dev.tutti.engine.Reduce;
import dev.tutti.engine.Tensor;
import org.openjdk.jmh.annotations.Param;

/// Reductions along the last axis and across rows, and standardisation.
public class ReduceBenchmark extends KernelBenchmark {
  /// What is computed.
  @Param({"SUM", "MAX", "ARGMAX", "CUMSUM", "NORMALIZE"})
  public String kind;

  /// The axis, counted from the end.
  @Param({"1", "2"})
  public int axis;

  @Override
  KernelCall call() {
    Tensor x = KernelCall.uniform(1000, 1000);
    return kind.equals("NORMALIZE")
        ? KernelCall.of(new Normalize(Ints.of(axis), 1e-5), x)
        : KernelCall.of(new Reduce(Reduce.Kind.valueOf(kind), Ints.of(axis), false), x);
  }
}
