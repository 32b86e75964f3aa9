package dev.tutti.bench;

import dev.tutti.engine.Softmax;
import dev.tutti.engine.Tensor;
import org.openjdk.jmh.annotations.Param;

/// The softmax family on rows.
public class SoftmaxBenchmark extends KernelBenchmark {
  /// Which of them.
  @Param({"SOFTMAX", "LOG_SUM_EXP", "CROSS_ENTROPY"})
  public String kind;

  /// The number of classes of a million elements.
  @Param({"10", "1000"})
  public int classes;

  @Override
  KernelCall call() {
    int rows = 1_000_000 / classes;
    Tensor x = KernelCall.uniform(rows, classes);
    Softmax softmax = Softmax.valueOf(kind);
    return softmax == Softmax.CROSS_ENTROPY
        ? KernelCall.of(softmax, x, KernelCall.numbers(classes, rows))
        : KernelCall.of(softmax, x);
  }
}
