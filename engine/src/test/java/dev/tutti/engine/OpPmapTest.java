package dev.tutti.engine;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `pmap` against `vmap` and the loop, bit for bit, whatever the number of threads.
@ResourceLock("dev.tutti.engine.Parallel")
class OpPmapTest {
  private static final int[] THREADS = {1, 2, 3, 7};

  private int before;

  @BeforeEach
  void remember() {
    before = Parallel.threads();
  }

  @AfterEach
  void restore() {
    Parallel.threads(before);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void threadsChangeNoBit(OpCase c) {
    int everything = (1 << c.inputs().size()) - 1;
    Tensor[] in = c.stacked(DType.FLOAT32, 5, everything);
    Tensor loop = Tensor.stack(loop(c, in, everything));
    for (int threads : THREADS) {
      Parallel.threads(threads);
      Vmap<List<Tensor>, Tensor> f = Transforms.pmap(OpVmapTest.function(c, in, everything));
      OpBits.same(loop, f.apply(List.of(in)), threads + " threads");
      OpBits.same(loop, f.chunk(2).apply(List.of(in)), threads + " threads, chunks of 2");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void threadsChangeNoBitOfTheGradient(OpCase c) {
    int first = 1;
    Tensor[] in = c.stacked(DType.FLOAT32, 4, first);
    Tensor[] expected = null;
    for (int threads : THREADS) {
      Parallel.threads(threads);
      Vmap<Tensor, Tensor> f =
          Transforms.pmap(
              Transforms.grad(
                  (Tensor x) -> c.scalar(DType.FLOAT32, OpCase.with(in, List.of(0), List.of(x)))));
      Tensor gradient = f.apply(in[0]);
      expected = expected == null ? new Tensor[] {gradient} : expected;
      OpBits.same(expected[0], gradient, threads + " threads");
    }
  }

  private static Tensor[] loop(OpCase c, Tensor[] in, int mapped) {
    Tensor[] members = new Tensor[in[0].dim(0)];
    for (int m = 0; m < members.length; m++) {
      members[m] = c.apply(OpVmapTest.entry(in, mapped, m));
    }
    return members;
  }
}
