package dev.tutti.bench;

import dev.tutti.engine.Tensor;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The first linear layer of an MNIST network for every member of an ensemble: one product over the
/// member axis, `[M, 64, 784] x [M, 784, 128]`, against a loop over the members.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MemberMatMulBenchmark {
  /// The number of members, M.
  @Param({"1", "4"})
  public int members;

  private Tensor inputs;
  private Tensor weights;

  /// Draws inputs and weights from [-1, 1).
  @Setup
  public void draw() {
    SplittableRandom random = new SplittableRandom(1);
    inputs = uniform(random, members, 64, 784);
    weights = uniform(random, members, 784, 128);
  }

  private static Tensor uniform(SplittableRandom random, int... dims) {
    float[] values = new float[dims[0] * dims[1] * dims[2]];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return Tensor.of(values, dims);
  }

  /// All members at once.
  @Benchmark
  public Tensor batched() {
    return inputs.matmul(weights);
  }

  /// One member after another.
  @Benchmark
  public Tensor[] loop() {
    Tensor[] outputs = new Tensor[members];
    for (int m = 0; m < members; m++) {
      outputs[m] = inputs.get(m).matmul(weights.get(m));
    }
    return outputs;
  }
}
