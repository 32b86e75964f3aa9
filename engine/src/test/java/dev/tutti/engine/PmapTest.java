package dev.tutti.engine;

import static dev.tutti.engine.Transforms.checkpoint;
import static dev.tutti.engine.Transforms.grad;
import static dev.tutti.engine.Transforms.pmap;
import static dev.tutti.engine.Transforms.valueAndGrad;
import static dev.tutti.engine.Transforms.vmap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `pmap`, threads, and that neither changes a bit.
@ResourceLock("dev.tutti.engine.Parallel")
class PmapTest {
  private final int threadsBefore = Parallel.threads();
  private final Values values = new Values(9);

  private record Net(Tensor kernel, Tensor w, @Shared Tensor base, Key key) {}

  @AfterEach
  void restoreThreads() {
    Parallel.threads(threadsBefore);
  }

  private Net net(int members) {
    return new Net(
        values.normal(members, 3, 3, 2, 4),
        values.normal(members, 36, 5),
        values.normal(36, 5),
        Key.of(4).split(members));
  }

  private static Function<Net, Tensor> loss(Tensor x) {
    return n -> {
      Tensor noise = n.key.normal(5);
      Tensor h = x.conv2d(n.kernel, Window.of(3, 3), 1).relu().maxPool2d(Window.of(2, 2));
      Tensor logits = h.flatten(1).matmul(n.w.add(n.base)).add(noise);
      return logits.crossEntropy(Tensor.of(new int[] {1, 0, 4})).mean();
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void sameBitsAsVmapAndAsALoop(int threads) {
    Tensor x = values.normal(3, 6, 6, 2);
    Net members = net(5);
    Function<Net, Tensor> f = loss(x);
    Parallel.threads(threads);
    Tensor mapped = pmap(f).apply(members);
    Expect.sameBits(vmap(f).apply(members), mapped);
    Expect.sameBits(mapped, pmap(f).chunk(1).apply(members));
    for (int i = 0; i < 5; i++) {
      Expect.sameBits(f.apply(Tree.get(members, i)), mapped.get(i));
    }
    record Trained(Tensor kernel, Tensor w) {}
    Function<Net, Trained> step =
        n -> {
          Net g = grad(checkpoint(f)).apply(n);
          return new Trained(n.kernel.sub(g.kernel.mul(0.1)), n.w.sub(g.w.mul(0.1)));
        };
    Expect.sameLeaves(vmap(step).apply(members), pmap(step).apply(members));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void insideGradItIsVmap(int threads) {
    Tensor x = values.normal(3, 6, 6, 2);
    Net members = net(5);
    Parallel.threads(threads);
    Expect.sameLeaves(
        valueAndGrad((Net n) -> vmap(loss(x)).apply(n).sum()).apply(members),
        valueAndGrad((Net n) -> pmap(loss(x)).apply(n).sum()).apply(members));
    Expect.sameBits(
        vmap(vmap((Tensor t) -> t.softmax())).apply(x),
        vmap(pmap((Tensor t) -> t.softmax())).apply(x));
    Expect.sameBits(
        vmap(vmap((Tensor t) -> t.softmax())).apply(x),
        pmap(pmap((Tensor t) -> t.softmax())).apply(x));
  }

  @Test
  void everyThreadGetsAShard() {
    Parallel.threads(3);
    Set<String> shards = ConcurrentHashMap.newKeySet();
    Function<Tensor, Tensor> f =
        t -> {
          shards.add(t.toString());
          assertEquals(true, Parallel.inTask());
          return t;
        };
    Tensor x = values.normal(8, 2);
    Expect.sameBits(x, pmap(f).apply(x));
    assertEquals(Set.of("float32[2] vmap over 2", "float32[2] vmap over 3"), shards);
    assertEquals(Shape.of(0, 2), pmap((Tensor t) -> t.exp()).apply(Tensor.zeros(0, 2)).shape());
  }

  /// A map outside may be captured: it has no tape.
  @Test
  void aMappedTensorMayBeCaptured() {
    Parallel.threads(3);
    Tensor x = values.normal(4, 2);
    Tensor y = values.normal(5, 2);
    Function<Tensor, Tensor> f = t -> pmap((Tensor u) -> u.mul(t)).apply(y);
    Expect.sameBits(vmap((Tensor t) -> y.mul(t)).apply(x), vmap(f).apply(x));
  }

  @Test
  void aDifferentiatedTensorMustBePassed() {
    Parallel.threads(3);
    Tensor y = values.normal(5, 2);
    Expect.error(
        "grad: a tensor that grad differentiates was captured by a function running in another"
            + " thread; pass it in the argument of pmap",
        () ->
            grad((Tensor t) -> pmap((Tensor u) -> u.mul(t)).apply(y).sum()).apply(Tensor.ones(2)));
  }

  @Test
  void errorsNamePmap() {
    Expect.error(
        "pmap: the tensor is a scalar and has no axis to map",
        () -> pmap((Tensor t) -> t).apply(Tensor.scalar(1)));
    Expect.error(
        "matmul: inner axes differ: [2, 3] · [2, 3] (3 vs 2) (inside vmap over 1)",
        () -> {
          Parallel.threads(4);
          pmap((Tensor t) -> t.matmul(t)).apply(Tensor.zeros(4, 2, 3));
        });
  }

  /// Of several failures the one of the lowest shard comes out, as it is.
  @Test
  void failuresComeOutAsTheyAre() {
    Parallel.threads(4);
    RuntimeException[] thrown = new RuntimeException[4];
    for (int i = 0; i < 4; i++) {
      thrown[i] = new IllegalStateException("shard " + i);
    }
    RuntimeException seen =
        assertThrows(
            RuntimeException.class,
            () ->
                Parallel.run(
                    4,
                    i -> {
                      if (i > 0) {
                        throw thrown[i];
                      }
                    }));
    assertSame(thrown[1], seen);
    Error error = new AssertionError("an error, not an exception");
    assertSame(
        error,
        assertThrows(
            AssertionError.class,
            () ->
                pmap(
                        (Tensor t) -> {
                          throw error;
                        })
                    .apply(Tensor.zeros(4))));
    // the pool continues to work
    Expect.sameBits(Tensor.ones(4), pmap((Tensor t) -> t.add(1)).apply(Tensor.zeros(4)));
  }

  /// Kernels cut large operands over threads: the bits of the plain order all the same, with sizes
  /// beyond every block of the kernels.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void threadsChangeNoBitOfAKernel(int threads) {
    Parallel.threads(threads);
    Tensor a = values.normal(37, 531);
    Tensor b = values.normal(531, 1100);
    float[] fa = a.toFloats();
    float[] fb = b.toFloats();
    float[] product = new float[37 * 1100];
    for (int i = 0; i < 37; i++) {
      for (int k = 0; k < 531; k++) {
        for (int j = 0; j < 1100; j++) {
          int at = i * 1100 + j;
          product[at] = Math.fma(fa[i * 531 + k], fb[k * 1100 + j], product[at]);
        }
      }
    }
    Tensor wanted = Tensor.of(product, 37, 1100);
    Expect.sameBits(wanted, a.matmul(b));
    Expect.sameBits(wanted, a.transpose().matmul(b.transpose(), true, true));
    Expect.sameBits(wanted.transpose(), b.transpose().matmul(a.transpose()));
    Expect.sameBits(wanted, a.linear(b, Tensor.zeros(1100)));

    Tensor x = values.normal(3, 21, 19, 40);
    Tensor w = values.normal(3, 3, 40, 18);
    Window window = Window.of(3, 3).padding(1);
    Transforms.Pullback<Net, Tensor> all =
        Transforms.vjp((Net n) -> n.w.conv2d(n.kernel, window, 1), new Net(w, x, null, null));
    Tensor y = all.value();
    Net g = all.pull().apply(y);
    for (int i = 0; i < 3; i++) {
      Tensor image = x.slice(0, i, i + 1);
      Transforms.Pullback<Tensor, Tensor> one =
          Transforms.vjp((Tensor t) -> t.conv2d(w, window, 1), image);
      Expect.sameBits("image " + i, one.value(), y.slice(0, i, i + 1));
      Tensor dx = one.pull().apply(one.value());
      Expect.sameBits("image " + i, dx, g.w.slice(0, i, i + 1));
    }
    Parallel.threads(1);
    Tensor alone = x.bind(new Conv.Weight(window, 1), y);
    Expect.sameBits(alone, g.kernel);
  }

  @Test
  void threadsMustBePositive() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Parallel.threads(0));
    assertEquals("threads must be between 1 and 32767, got 0", e.getMessage());
  }

  /// Lambdas of other languages, and generics, let checked exceptions through.
  @Test
  void aCheckedExceptionComesOutToo() {
    Parallel.threads(3);
    for (int i = 0; i < 20; i++) {
      Throwable thrown =
          assertThrows(
              java.io.IOException.class,
              () -> Parallel.run(6, task -> PmapTest.<RuntimeException>raise(task)));
      assertEquals("task 0", thrown.getMessage());
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void raise(int task) throws E {
    throw (E) new java.io.IOException("task " + task);
  }
}
