package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Mapped calls reuse the arrays of earlier calls, without a visible effect.
class StepMemoryTest {
  private static final int N = 40;

  private record Net(Tensor w, Tensor b) {}

  private static Net net(int seed) {
    return new Net(floats(seed, 3, N, N), floats(seed + 1, 3, N));
  }

  private static Net step(Net net, Tensor x) {
    Net g =
        Transforms.grad((Net n) -> x.linear(n.w(), n.b()).tanh().mul(n.w().sum()).mean())
            .apply(net);
    return new Net(net.w().sub(g.w().mul(0.1)), net.b().sub(g.b().mul(0.1)));
  }

  /// All states of a run are kept; each is what the member reaches alone, without any mapping.
  @Property(tries = 10)
  void everyResultStays(@ForAll @IntRange(min = 0, max = 1000) int seed) {
    Tensor x = floats(seed + 2, 7, N);
    List<Net> mapped = new ArrayList<>(List.of(net(seed)));
    for (int i = 0; i < 6; i++) {
      Net before = mapped.getLast();
      mapped.add(Transforms.vmap((Net n) -> step(n, x)).apply(before));
    }
    for (int m = 0; m < 3; m++) {
      Net alone = new Net(net(seed).w().get(m), net(seed).b().get(m));
      for (Net state : mapped) {
        Expect.sameBits("w", alone.w(), state.w().get(m));
        Expect.sameBits("b", alone.b(), state.b().get(m));
        alone = step(alone, x);
      }
    }
  }

  /// A result that is a view of an intermediate value, and one returned twice.
  @Test
  void viewsStay() {
    Function<Tensor, List<Tensor>> f =
        Transforms.vmap((Tensor t) -> {
          Tensor y = t.mul(3);
          return List.of(y.reshape(N * N), y, y.detach(), y.slice(0, 0, 1));
        });
    Tensor in = floats(5, 2, N, N);
    List<Tensor> first = f.apply(in);
    List<Tensor> before = first.stream().map(StepMemoryTest::copy).toList();
    f.apply(in.add(1));
    f.apply(in.add(2));
    for (int i = 0; i < first.size(); i++) {
      Expect.sameBits("result " + i, before.get(i), first.get(i));
    }
  }

  /// The tape of a derivative around the map keeps values of the map.
  @Test
  void aTapeFurtherOutKeepsItsValues() {
    Tensor xs = floats(7, 3, N, N);
    Tensor p = floats(8, N, N);
    Function<Tensor, Tensor> slope =
        Transforms.grad((Tensor w) -> {
          Tensor first = Transforms.vmap((Tensor x) -> x.mul(2).mul(w)).apply(xs);
          Transforms.vmap((Tensor x) -> x.mul(5).add(1).exp()).apply(xs);
          return first.mul(first).sum();
        });
    Tensor twice = xs.mul(2);
    Expect.sameBits(
        "slope",
        Transforms.grad(
                (Tensor w) -> {
                  Tensor y = twice.mul(w);
                  return y.mul(y).sum();
                })
            .apply(p),
        slope.apply(p));
  }

  @Test
  void nestedMapsStay() {
    Tensor xs = floats(9, 3, 4, N, N);
    Tensor constant = floats(10, 4, N, N);
    Function<Tensor, Tensor> f =
        Transforms.vmap((Tensor x) -> {
          Tensor inner = Transforms.vmap((Tensor c) -> c.mul(c).add(c)).apply(constant);
          Tensor other = Transforms.vmap((Tensor c) -> c.exp().mul(c)).apply(constant);
          return Transforms.vmap((Tensor t) -> t.mul(t)).apply(x).mul(inner).add(other);
        });
    Tensor inner = constant.mul(constant).add(constant);
    Tensor other = constant.exp().mul(constant);
    for (int i = 0; i < 3; i++) {
      Expect.sameBits("call " + i, xs.mul(xs).mul(inner).add(other), f.apply(xs));
    }
  }

  @Test
  void whatLeavesTheMapCannotBeUsed() {
    List<Tensor> leak = new ArrayList<>();
    Transforms.vmap(
            (Tensor t) -> {
              leak.add(t.mul(2).detach());
              return t;
            })
        .apply(floats(1, 2, N, N));
    Expect.error(
        "this tensor left its vmap over 2; return it from the function",
        () -> leak.getFirst().add(1));
  }

  @Test
  void aFailureInTheMiddleDoesNoHarm() {
    Tensor in = floats(11, 2, N, N);
    Function<Tensor, Tensor> good = Transforms.vmap((Tensor t) -> t.mul(t).sub(t));
    Tensor expected = copy(good.apply(in));
    Expect.error(
        "add: cannot broadcast [40, 40] with [7] (inside vmap over 2)",
        () -> Transforms.vmap((Tensor t) -> t.mul(9).add(Tensor.ones(7))).apply(in));
    Expect.sameBits("after the failure", expected, good.apply(in));
  }

  @Test
  void aCallTakesTheArraysOfTheOneBefore() {
    List<Object> storages = new ArrayList<>();
    Function<Tensor, Tensor> f =
        Transforms.vmap((Tensor t) -> {
          Tensor y = t.mul(t);
          storages.add(((Array) ((Tracer) y).value).storage());
          return y.add(t);
        });
    Tensor in = floats(12, 2, N, N);
    Tensor first = f.apply(in);
    Tensor second = f.apply(in);
    assertSame(storages.get(0), storages.get(1));
    assertNotSame(((Array) first).storage(), ((Array) second).storage());
  }

  /// A training loop inside one call is not kept in memory as a whole.
  @Test
  void moreThanTheLimitIsLeftToTheGarbageCollector() {
    int n = 1 << 22;
    int passes = (int) (Runtime.getRuntime().maxMemory() / 4 / n) + 2;
    Function<Tensor, Tensor> f =
        Transforms.vmap((Tensor t) -> {
          Tensor y = t;
          for (int i = 0; i < passes; i++) {
            y = y.neg();
          }
          return y;
        });
    Tensor ones = Tensor.ones(1, n);
    Expect.sameBits("negated", passes % 2 == 0 ? ones : ones.neg(), f.apply(ones));
  }

  @Test
  void aDonatedStateIsWrittenOver() {
    Function<Tensor, Tensor> f = Transforms.vmap((Tensor t) -> t.mul(2)).donate();
    Tensor state = Transforms.vmap((Tensor t) -> t.add(1)).apply(floats(13, 2, N, N));
    Tensor expected = state.mul(2).mul(2).mul(2);
    Tensor first = f.apply(state);
    Expect.error(
        "this tensor [2, 40, 40] was donated to a mapped call; use what the call returned, or leave"
            + " out donate()",
        state::toFloats);
    Object storage = ((Array) first).storage();
    Tensor third = f.apply(f.apply(first));
    Expect.sameBits("third", expected, third);
    assertSame(storage, ((Array) third).storage()); // two arrays take turns
  }

  @Test
  void aTensorInTwoPlacesIsDonatedOnce() {
    Tensor state = floats(17, 2, N, N).add(1);
    Tensor expected = state.add(state);
    Function<List<Tensor>, List<Tensor>> f =
        Transforms.vmap(
                (List<Tensor> t) -> {
                  Tensor y = t.get(0).add(t.get(1));
                  return List.of(y, y);
                })
            .donate();
    List<Tensor> twice = f.apply(f.apply(List.of(state, state)));
    Expect.sameBits("twice", expected.add(expected), twice.get(1));
  }

  /// The view is made inside a call and leaves it with the result.
  @Test
  void aReturnedViewOfTheArgumentStays() {
    Tensor state = Transforms.vmap((Tensor t) -> t.add(1)).apply(floats(18, 2, N, N));
    Tensor flat = Transforms.vmap((Tensor t) -> t.reshape(N * N)).apply(state);
    Tensor before = copy(flat);
    Transforms.vmap((Tensor t) -> t.mul(2)).donate().apply(state);
    Transforms.vmap((Tensor t) -> t.mul(7).add(1)).apply(floats(19, 2, N, N));
    Expect.sameBits("the view", before, flat);
  }

  private record Net2(@Shared Tensor base, Tensor w) {}

  @Test
  void sharedComponentsAreNotDonated() {
    Tensor base = Transforms.vmap((Tensor t) -> t.add(1)).apply(floats(20, 4, N));
    Tensor w = Transforms.vmap((Tensor t) -> t.add(1)).apply(floats(21, 4, 4, N));
    Tensor expected = w.add(base);
    Function<Net2, Tensor> f = Transforms.vmap((Net2 n) -> n.w().add(n.base())).donate().chunk(2);
    Expect.sameBits("chunks", expected, f.apply(new Net2(base, w)));
    Expect.sameBits("again", expected, f.apply(new Net2(base, w)));
  }

  @Test
  void whatOthersSeeIsNotWrittenOver() {
    Tensor state = floats(14, 2, N, N).add(1);
    Tensor row = state.get(1);
    Tensor before = copy(row);
    Function<List<Tensor>, List<Tensor>> f =
        Transforms.vmap((List<Tensor> t) -> List.of(t.get(0).add(t.get(1)), t.get(1))).donate();
    Tensor frozen = floats(15, 2, N, N);
    Tensor frozenBefore = copy(frozen);
    List<Tensor> now = f.apply(f.apply(List.of(state, frozen)));
    Transforms.vmap((Tensor t) -> t.mul(7).mul(t).add(t)).apply(floats(16, 2, N, N));
    Expect.sameBits("a view", before, row);
    Expect.sameBits("a result that was an argument", frozenBefore, now.get(1));
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
