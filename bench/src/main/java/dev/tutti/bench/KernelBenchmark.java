package dev.tutti.bench;

import dev.tutti.engine.Array;
import dev.tutti.engine.Backend;
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

/// A kernel on the reference backend (plain loops) and on the one that this JVM chooses.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public abstract class KernelBenchmark {
  /// Which backend runs the kernel.
  @Param({"reference", "active"})
  public String backend;

  private Backend runs;
  private KernelCall call;

  /// {@return the call that is measured, of the subclass's parameters}
  abstract KernelCall call();

  /// Finds the backend and draws the inputs.
  @Setup
  public void prepare() {
    runs = KernelCall.backend(backend);
    call = call();
  }

  /// One call.
  @Benchmark
  public Array kernel() {
    return call.run(runs);
  }
}
