package dev.tutti.bench;

import dev.tutti.engine.MatMul;
import dev.tutti.engine.Tensor;
import org.openjdk.jmh.annotations.Param;

/// Matrix products, one per member if there are several.
public class MatMulBenchmark extends KernelBenchmark {
  /// Members, M, N, K; `at` if the first operand is stored transposed, `bt` for the second.
  @Param({
    "1x64x64x64",
    "1x512x512x512",
    "1x64x10x128",
    "1x8192x64x288",
    "10x64x128x784",
    "10x784x128x64 at",
    "10x64x784x128 bt"
  })
  public String shape;

  @Override
  KernelCall call() {
    String[] s = shape.split("[x ]");
    boolean at = s[s.length - 1].equals("at");
    boolean bt = s[s.length - 1].equals("bt");
    int members = Integer.parseInt(s[0]);
    int m = Integer.parseInt(s[1]);
    int n = Integer.parseInt(s[2]);
    int k = Integer.parseInt(s[3]);
    Tensor a = KernelCall.uniform(members, at ? k : m, at ? m : k);
    Tensor b = KernelCall.uniform(members, bt ? n : k, bt ? k : n);
    return KernelCall.of(new MatMul(at, bt), a, b);
  }
}
