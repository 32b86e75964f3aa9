package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The number of threads changes no bit: of `pmap`, of its gradient, of a kernel that splits
/// itself.
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
  void pmapEqualsTheLoop(OpCase c) {
    int everything = (1 << c.inputs().size()) - 1;
    Tensor[] in = c.stacked(DType.FLOAT32, 5, everything);
    Tensor[] members = new Tensor[5];
    for (int m = 0; m < members.length; m++) {
      members[m] = c.apply(OpVmapTest.entry(in, everything, m));
    }
    Tensor loop = Tensor.stack(members);
    Vmap<List<Tensor>, Tensor> f = Transforms.pmap(OpVmapTest.function(c, in, everything));
    for (int threads : THREADS) {
      Parallel.threads(threads);
      Expect.sameBits(threads + " threads", loop, f.apply(List.of(in)));
      Expect.sameBits(threads + " threads, chunks of 2", loop, f.chunk(2).apply(List.of(in)));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#differentiable")
  void gradientInPmapEqualsThatInVmap(OpCase c) {
    Tensor[] in = c.stacked(DType.FLOAT32, 4, 1);
    List<Tensor> mapped = List.of(in[0]);
    Vmap<List<Tensor>, List<Tensor>> vmap =
        Transforms.vmap(OpMemberGradientTest.gradient(c, in, List.of(0)));
    Vmap<List<Tensor>, List<Tensor>> pmap =
        Transforms.pmap(OpMemberGradientTest.gradient(c, in, List.of(0)));
    List<Tensor> expected = vmap.apply(mapped);
    for (int threads : THREADS) {
      Parallel.threads(threads);
      List<Tensor> actual = pmap.apply(mapped);
      for (int i = 0; i < expected.size(); i++) {
        Expect.sameBits(threads + " threads, input " + i, expected.get(i), actual.get(i));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void kernelsGiveTheSameBits(OpCase c) {
    Tensor[] in = c.inputs(DType.FLOAT32, 0);
    sameWithAnyThreads(() -> c.apply(in));
  }

  /// Large enough for a product to be cut into pieces along either side.
  @Test
  void largeProductsGiveTheSameBits() {
    Key key = Key.of(3);
    Tensor a = key.fold(0).normal(300, 130);
    Tensor b = key.fold(1).normal(130, 70);
    sameWithAnyThreads(() -> a.matmul(b));
    sameWithAnyThreads(() -> b.matmul(a, true, true));
    Tensor bias = key.fold(2).normal(70);
    sameWithAnyThreads(() -> a.linear(b, bias));
    Tensor x = key.fold(3).normal(4, 20, 19, 8);
    Tensor w = key.fold(4).normal(3, 3, 4, 18);
    Conv.Forward conv = new Conv.Forward(Window.of(3, 3).padding(1), 2);
    Tensor y = x.bind(conv, w);
    sameWithAnyThreads(() -> x.bind(conv, w));
    sameWithAnyThreads(() -> y.bind(new Conv.Input(conv.window(), 2, 20, 19), w));
    sameWithAnyThreads(() -> x.bind(new Conv.Weight(conv.window(), 2), y));
  }

  private static void sameWithAnyThreads(Supplier<Tensor> f) {
    Parallel.threads(THREADS[0]);
    Tensor expected = f.get();
    for (int threads : THREADS) {
      Parallel.threads(threads);
      Expect.sameBits(threads + " threads", expected, f.get());
    }
  }
}
