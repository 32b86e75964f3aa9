package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// `reuse` changes where values lie in memory, and nothing else.
class ReuseTest {
  private static final int N = 40;

  private record Net(Tensor w, Tensor b) {}

  private static Net net(int seed) {
    return new Net(floats(seed, N, N), floats(seed + 1, N));
  }

  private static Net step(Net net, Tensor x) {
    Net g =
        Transforms.grad((Net n) -> x.linear(n.w(), n.b()).tanh().mul(n.w().sum()).mean())
            .apply(net);
    return new Net(net.w().sub(g.w().mul(0.1)), net.b().sub(g.b().mul(0.1)));
  }

  /// All states of a run are kept, and each has the bits of a run without reuse.
  @Property(tries = 10)
  void everyResultStays(@ForAll @IntRange(min = 0, max = 1000) int seed) {
    Tensor x = floats(seed + 2, 7, N);
    Function<Net, Net> reusing = Transforms.reuse((Net n) -> step(n, x));
    List<Net> states = new ArrayList<>(List.of(net(seed)));
    for (int i = 0; i < 6; i++) {
      states.add(reusing.apply(states.getLast()));
    }
    Net plain = net(seed);
    for (Net state : states) {
      Expect.sameBits("w", plain.w(), state.w());
      Expect.sameBits("b", plain.b(), state.b());
      plain = step(plain, x);
    }
  }

  @Test
  void aCallTakesTheArraysOfTheOneBefore() {
    List<Object> storages = new ArrayList<>();
    Function<Tensor, Tensor> f =
        Transforms.reuse((Tensor t) -> {
          Tensor y = t.mul(t);
          storages.add(((Array) ((Tracer) y).value).storage());
          return y.add(t);
        });
    Tensor in = floats(12, N, N);
    f.apply(in);
    f.apply(in);
    assertSame(storages.get(0), storages.get(1));
  }

  @Test
  void aDonatedStateIsWrittenOver() {
    Function<Tensor, Tensor> f = Transforms.reuse((Tensor t) -> t.mul(2)).donate();
    Tensor state = floats(13, N, N).add(1);
    Tensor expected = state.mul(8);
    Tensor first = f.apply(state);
    assertFalse(((Array) state).hasElements());
    Object storage = ((Array) first).storage();
    Tensor third = f.apply(f.apply(first));
    Expect.sameBits("third", expected, third);
    assertSame(storage, ((Array) third).storage()); // two arrays take turns
  }

  /// What others can see: views, given elements, results that were arguments.
  @Test
  void whatOthersSeeIsNotWrittenOver() {
    Tensor state = floats(14, 2, N, N).add(1);
    Tensor row = state.get(1);
    Tensor before = copy(row);
    Tensor given = floats(15, 2, N, N);
    Tensor givenBefore = copy(given);
    Function<List<Tensor>, List<Tensor>> f =
        Transforms.reuse((List<Tensor> t) -> List.of(t.get(0).add(t.get(1)), t.get(1))).donate();
    List<Tensor> now = f.apply(f.apply(List.of(state, given)));
    Transforms.reuse((Tensor t) -> t.mul(7).mul(t).add(t)).apply(floats(16, 2, N, N));
    Expect.sameBits("a view", before, row);
    Expect.sameBits("a result that was an argument", givenBefore, now.get(1));
  }

  @Test
  void valuesMayBeReadInsideAndStay() {
    List<float[]> read = new ArrayList<>();
    Function<Tensor, Tensor> f =
        Transforms.reuse((Tensor t) -> {
          Tensor y = t.mul(3);
          read.add(y.toFloats());
          return y.add(t);
        });
    Tensor in = floats(17, N, N);
    f.apply(in);
    f.apply(in.add(1));
    Expect.sameBits("read", in.mul(3), Tensor.of(read.getFirst()).reshape(N, N));
  }

  @Test
  void whatLeavesTheCallCannotBeUsed() {
    List<Tensor> leak = new ArrayList<>();
    Transforms.reuse(
            (Tensor t) -> {
              leak.add(t.mul(2));
              return t;
            })
        .apply(floats(1, N, N));
    Expect.error(
        "this tensor left its reuse; return it from the function", () -> leak.getFirst().add(1));
    Expect.error(
        "this tensor left its reuse; return it from the function",
        () -> leak.getFirst().toFloats());
    Expect.error(
        "add: cannot broadcast [40, 40] with [7] (inside reuse)",
        () -> Transforms.reuse((Tensor t) -> t.add(Tensor.ones(7))).apply(floats(1, N, N)));
  }

  /// In and around other transforms; a derivative of a function's own stays its own.
  @Test
  void nests() {
    Tensor xs = floats(18, 3, N, N);
    Function<Tensor, Tensor> square = Transforms.reuse((Tensor t) -> t.mul(t).exp());
    Function<Tensor, Tensor> plain = t -> t.mul(t).exp();
    Expect.sameBits(
        "inside vmap", Transforms.vmap(plain).apply(xs), Transforms.vmap(square).apply(xs));
    Expect.sameBits(
        "around vmap",
        Transforms.vmap(plain).apply(xs),
        Transforms.reuse((Tensor t) -> Transforms.vmap(plain).apply(t)).apply(xs));
    Expect.sameBits(
        "inside grad",
        Transforms.grad((Tensor t) -> plain.apply(t).sum()).apply(xs),
        Transforms.grad((Tensor t) -> square.apply(t).sum()).apply(xs));
    Function<Tensor, Tensor> own =
        Transforms.customVjp((Tensor t) -> t.mul(t), (in, out, g) -> g.mul(100));
    assertEquals(
        100,
        Transforms.grad((Tensor t) -> Transforms.reuse(own).apply(t).sum())
            .apply(xs)
            .toFloats()[0]);
    assertEquals(
        100,
        Transforms.reuse((Tensor t) -> Transforms.grad((Tensor s) -> own.apply(s).sum()).apply(t))
            .apply(xs)
            .toFloats()[0]);
  }

  @Test
  void differentiatesSaysWhetherAGradIsRunning() {
    List<Boolean> said = new ArrayList<>();
    Tensor outside = floats(3, N);
    Transforms.grad(
            (Tensor t) -> {
              said.add(Transforms.differentiates(t.mul(2)));
              said.add(Transforms.differentiates(outside));
              Transforms.vmap(
                      (Tensor row) -> {
                        said.add(Transforms.differentiates(row));
                        return row;
                      })
                  .apply(t);
              return t.sum();
            })
        .apply(outside);
    assertEquals(List.of(true, false, true), said);
    assertFalse(Transforms.differentiates(outside));
    Transforms.reuse(
            (Tensor t) -> {
              assertFalse(Transforms.differentiates(t));
              return t;
            })
        .apply(outside);
    assertTrue(said.getFirst());
  }

  private static Tensor copy(Tensor t) {
    return Tensor.of(t.toFloats()).reshape(t.shape());
  }

  private static Tensor floats(int seed, int... dims) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Tensor.of(values).reshape(dims);
  }
}
