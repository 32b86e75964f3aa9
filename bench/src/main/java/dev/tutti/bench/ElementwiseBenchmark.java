package dev.tutti.bench;

import dev.tutti.engine.Fn;
import dev.tutti.engine.Gelu;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.Tensor;
import org.openjdk.jmh.annotations.Param;

/// Elementwise functions of one, two and three inputs.
public class ElementwiseBenchmark extends KernelBenchmark {
  /// A function's name; `GELU` is the one with erf.
  @Param({
    "EXP", "LOG", "TANH", "SIGMOID", "ERF", "GELU", "RELU", "SQRT", "ADD", "MUL", "DIV", "WHERE"
  })
  public String function;

  /// The number of elements.
  @Param({"1000", "1000000"})
  public int size;

  @Override
  KernelCall call() {
    boolean gelu = function.equals("GELU");
    Primitive p = gelu ? new Gelu(false) : Fn.valueOf(function);
    Tensor[] in = new Tensor[gelu ? 1 : Fn.valueOf(function).arity()];
    for (int i = 0; i < in.length; i++) {
      in[i] = KernelCall.positive(size);
    }
    return KernelCall.of(p, in);
  }
}
