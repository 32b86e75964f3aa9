package dev.tutti.bench;

import dev.tutti.engine.OptimizerStep;
import dev.tutti.engine.Tensor;
import org.openjdk.jmh.annotations.Param;

/// The pieces of optimiser steps on ten members' parameters, hyper-parameters their own.
public class StepBenchmark extends KernelBenchmark {
  /// Which piece.
  @Param({"AXPY", "EMA", "EMA_SQUARE", "ADAM"})
  public String step;

  @Override
  KernelCall call() {
    Tensor p = KernelCall.uniform(10, 100_000);
    Tensor v = KernelCall.positive(10, 100_000);
    Tensor own = KernelCall.positive(10, 1);
    OptimizerStep s = OptimizerStep.valueOf(step);
    return s == OptimizerStep.ADAM
        ? KernelCall.of(s, p, p, v, own, own, own)
        : KernelCall.of(s, p, v, own);
  }
}
