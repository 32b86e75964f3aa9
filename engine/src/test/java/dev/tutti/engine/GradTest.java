package dev.tutti.engine;

import static dev.tutti.engine.Transforms.grad;
import static dev.tutti.engine.Transforms.jvp;
import static dev.tutti.engine.Transforms.valueAndGrad;
import static dev.tutti.engine.Transforms.vjp;
import static dev.tutti.engine.Transforms.vmap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Values, gradients and directional derivatives of functions of trees, and what their errors say.
class GradTest {
  private final Values values = new Values(3);

  private record Net(Tensor w, Tensor labels, @State Tensor mean, List<Tensor> more, String name) {}

  private record State2(@State Net inner) {}

  // ---- the function's result ----

  @Test
  void theResultMustBeAScalarTensor() {
    Expect.error(
        "grad: the function must return a scalar, got [32]; take mean() or sum()",
        () -> grad((Tensor t) -> t.mul(2)).apply(Tensor.ones(32)));
    Expect.error(
        "grad: the function must return a scalar, got [1]; take mean() or sum()",
        () -> grad((Tensor t) -> new Loss<>(t, null)).apply(Tensor.ones(1)));
    Expect.error(
        "grad: the function must return a scalar tensor or a Loss, got a Double",
        () -> grad((Tensor t) -> t.sum().item()).apply(Tensor.ones(3)));
    Expect.error(
        "grad: the function must return a scalar tensor or a Loss, got null",
        () -> grad((Tensor t) -> null).apply(Tensor.ones(3)));
    Expect.error(
        "grad: the function must return floats, got int32",
        () -> grad((Tensor t) -> t.argmax(0)).apply(Tensor.ones(3)));
  }

  @Test
  void valueAndAuxComeAlong() {
    Tensor x = Tensor.of(1f, 2f, 3f);
    Transforms.ValueAndGrad<Tensor, Loss<Map<String, Tensor>>> both =
        valueAndGrad((Tensor t) -> new Loss<>(t.mul(t).sum(), Map.of("twice", t.mul(2)))).apply(x);
    assertEquals(14, both.value().value().item());
    Expect.values(both.value().aux().get("twice"), 2, 4, 6);
    Expect.values(both.grad(), 2, 4, 6);
    // the aux tensors have left the trace: they are plain values
    Expect.values(both.value().aux().get("twice").add(1), 3, 5, 7);
    assertNull(valueAndGrad((Tensor t) -> new Loss<>(t.sum(), null)).apply(x).value().aux());
  }

  // ---- what takes a gradient ----

  @Test
  void intAndStateLeavesHaveZeros() {
    Net net =
        new Net(
            values.normal(2, 3),
            Tensor.of(new int[] {2, 0}),
            values.normal(3),
            List.of(Tensor.scalar(2), Tensor.of(new double[] {5})),
            "net");
    Net g =
        grad((Net n) -> n.w.add(n.mean).crossEntropy(n.labels).mean().mul(n.more.getFirst()).sum())
            .apply(net);
    assertEquals("net", g.name);
    Expect.sameBits(Tensor.of(new int[2]), g.labels);
    Expect.sameBits(Tensor.zeros(3), g.mean);
    Expect.sameBits("not read", Tensor.full(DType.FLOAT64, 0, Shape.of(1)), g.more.get(1));
    Expect.close(
        new double[] {net.w.add(net.mean).crossEntropy(net.labels).mean().item()},
        new double[] {1},
        1e-6,
        g.more.getFirst().reshape(1));
    assertEquals(Shape.of(2, 3), g.w.shape());
    assertEquals(0, g.w.sum().item(), 1e-6); // softmax minus one-hot, summed
    Net inner = grad((State2 s) -> s.inner.w.sum()).apply(new State2(net)).inner;
    Expect.sameBits("under a state component", Tensor.zeros(2, 3), inner.w);
  }

  @Test
  void anArgumentThatIsNotReadHasZeros() {
    Expect.values(grad((Tensor t) -> Tensor.scalar(3)).apply(Tensor.ones(2)), 0, 0);
    Expect.values(grad((Tensor t) -> t.floor().sum()).apply(Tensor.of(1.5f, 2.5f)), 0, 0);
    Expect.values(
        grad((Tensor t) -> t.take(Tensor.of(new int[] {0})).sum()).apply(Tensor.ones(2, 1)), 1, 0);
  }

  @Test
  void aLeakedTensorSaysSo() {
    List<Tensor> leaked = new ArrayList<>();
    grad(
            (Tensor t) -> {
              leaked.add(t);
              return t.sum();
            })
        .apply(Tensor.ones(2));
    Expect.error(
        "this tensor left its grad; return it from the function", () -> leaked.getFirst().exp());
    assertEquals(1, leaked.getFirst().toFloats()[0]); // its value is known, reading it is harmless
  }

  // ---- detach ----

  @Test
  void detachStopsEveryDerivative() {
    Tensor x = Tensor.of(3f);
    Expect.values(grad((Tensor t) -> t.detach().mul(t).sum()).apply(x), 3);
    Function<Tensor, Tensor> f = t -> t.detach().mul(t).mul(t).sum();
    Expect.values(grad(f).apply(x), 18);
    Function<Tensor, Tensor> second = t -> grad(f).apply(t).sum();
    // d/dt (2 · stop(t) · t): the inner gradient's factor stays stopped
    Expect.values(grad(second).apply(x), 6);
    Function<Tensor, Tensor> outer =
        t -> grad((Tensor u) -> u.mul(u).mul(t.detach()).sum()).apply(t).sum();
    Expect.values(grad(outer).apply(x), 6);
  }

  // ---- vjp and jvp ----

  @Test
  void aPullbackMayBeCalledAgain() {
    Tensor x = Tensor.of(1f, 2f);
    Transforms.Pullback<Tensor, List<Tensor>> both =
        vjp((Tensor t) -> List.of(t.mul(t), t.sum(), Tensor.scalar(7)), x);
    Expect.values(both.value().get(0), 1, 4);
    Tensor zero = Tensor.scalar(0);
    Tensor one = Tensor.scalar(1);
    Expect.values(both.pull().apply(List.of(Tensor.of(1f, 10f), zero, one)), 2, 40);
    Expect.values(both.pull().apply(List.of(Tensor.of(0f, 0f), one, zero)), 1, 1);
    Expect.values(both.pull().apply(List.of(Tensor.of(1f, 10f), zero, one)), 2, 40);
  }

  @Test
  void cotangentsAndDirectionsMustFit() {
    Tensor x = Tensor.ones(2, 3);
    Function<Tensor, List<Tensor>> f = t -> List.of(t.sum(new int[] {0}), t);
    Function<List<Tensor>, Tensor> pull = vjp(f, x).pull();
    Expect.error(
        "vjp: the cotangent of 0 is float32[2], the value is float32[3]",
        () -> pull.apply(List.of(Tensor.ones(2), x)));
    Expect.error(
        "vjp: the cotangent of 1 is float64[2, 3], the value is float32[2, 3]",
        () -> pull.apply(List.of(Tensor.ones(3), x.cast(DType.FLOAT64))));
    Expect.error(
        "vjp: trees differ: one has leaf 1, the other no more leaves",
        () -> pull.apply(List.of(Tensor.ones(3))));
    Expect.error(
        "jvp: the direction of the tensor is float32[3], the argument is float32[2, 3]",
        () -> jvp(f, x, Tensor.ones(3)));
  }

  private static Tensor smooth(List<Tensor> t) {
    Tensor h = t.get(0).matmul(t.get(1)).tanh();
    return h.mul(h.sigmoid()).sum(new int[] {0}).add(t.get(1).exp().sum(new int[] {0}));
  }

  @Test
  void jvpIsTheDirectionalDerivative() {
    List<Tensor> at = Tree.map(List.of(values.normal(4, 3), values.normal(3, 2)), GradTest::wide);
    List<Tensor> dir = Tree.map(List.of(values.normal(4, 3), values.normal(3, 2)), GradTest::wide);
    Transforms.Pushforward<Tensor> pushed = jvp(GradTest::smooth, at, dir);
    Expect.sameBits(smooth(at), pushed.value());
    double h = 1e-5;
    Tensor high = smooth(Tree.zip(at, dir, (x, d) -> x.add(d.mul(h))));
    Tensor low = smooth(Tree.zip(at, dir, (x, d) -> x.sub(d.mul(h))));
    double[] difference = high.sub(low).div(2 * h).toDoubles();
    // h² times third derivatives, and 2⁻⁵³ / h of rounding: both below 1e-9 for values of order 10
    Expect.close(difference, new double[] {100, 100}, 1e-10, pushed.tangent());
  }

  private static Tensor wide(Tensor t) {
    return t.cast(DType.FLOAT64);
  }

  @Test
  void jvpOfIntsAndConstantsIsZero() {
    Tensor x = Tensor.of(1f, 3f, 2f);
    Transforms.Pushforward<List<Tensor>> pushed =
        jvp((Tensor t) -> List.of(t.argmax(0), Tensor.scalar(2), t.mul(t)), x, Tensor.ones(3));
    Expect.sameBits(Tensor.of(new int[1]).reshape(), pushed.tangent().get(0));
    Expect.sameBits(Tensor.scalar(0), pushed.tangent().get(1));
    Expect.values(pushed.tangent().get(2), 2, 6, 4);
  }

  // ---- nesting ----

  /// ∇(½ xᵀ A x + b x) = A x + b for symmetric A, and its Jacobian is A.
  @Test
  void hessianOfAQuadratic() {
    Tensor half = values.whole(4, 5, 5);
    Tensor a = half.add(half.transpose());
    Tensor b = values.whole(4, 5);
    Function<Tensor, Tensor> f =
        t -> t.dot(a.matmul(t.unsqueeze(-1)).flatten(0)).mul(0.5).add(b.dot(t));
    Tensor x = values.whole(4, 5);
    Expect.equal(a.matmul(x.unsqueeze(-1)).flatten(0).add(b).toDoubles(), grad(f).apply(x));
    Tensor basis = Tensor.arange(5).oneHot(5);
    Tensor hessian = vmap((Tensor e) -> jvp(grad(f), x, e).tangent()).apply(basis);
    Expect.equal(a.toDoubles(), hessian);
    Transforms.Pullback<Tensor, Tensor> pullback = vjp(grad(f), x);
    Expect.equal(a.toDoubles(), vmap((Tensor e) -> pullback.pull().apply(e)).apply(basis));
  }

  /// d/dx Σ_i d/dy_i (Σ x y³) = 3 Σ y², through a map over x and over the inner gradients.
  @Test
  void gradOfVmapOfGrad() {
    Tensor y = Tensor.of(1f, 2f, 3f);
    Function<Tensor, Tensor> slope =
        s -> grad((Tensor t) -> t.mul(t).mul(t).mul(s).sum()).apply(y).sum();
    Tensor xs = Tensor.of(1f, -2f, 5f, 0f);
    Expect.values(grad((Tensor t) -> vmap(slope).apply(t).sum()).apply(xs), 42, 42, 42, 42);
    Function<Tensor, Tensor> each = t -> vmap(grad((Tensor u) -> u.mul(u).mul(u))).apply(t).sum();
    Expect.values(grad(each).apply(y), 6, 12, 18);
    Tensor rows = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Expect.values(vmap(grad(each)).apply(rows), 6, 12, 18, 24, 30, 36);
  }

  @Test
  void gradientsOfHigherOrder() {
    Function<Tensor, Tensor> f = t -> t.mul(t).mul(t).mul(t);
    Tensor x = Tensor.scalar(2);
    Function<Tensor, Tensor> d1 = grad(f);
    Function<Tensor, Tensor> d2 = grad(d1);
    Function<Tensor, Tensor> d3 = grad(d2);
    assertEquals(32, d1.apply(x).item());
    assertEquals(48, d2.apply(x).item());
    assertEquals(48, d3.apply(x).item());
    assertEquals(24, grad(d3).apply(x).item());
    assertEquals(0, grad(grad(d3)).apply(x).item());
  }

  /// The outer variable is a constant to the inner gradient.
  @Test
  void capturedVariablesAreConstants() {
    Tensor x = Tensor.scalar(5);
    Function<Tensor, Tensor> f = t -> t.mul(grad((Tensor u) -> t.mul(u)).apply(Tensor.scalar(1)));
    assertEquals(10, grad(f).apply(x).item());
  }

  @Test
  void powersOfZero() {
    Tensor x = Tensor.of(0f, 0f, 0f);
    Tensor y = Tensor.of(0f, 1f, 2f);
    Expect.values(grad((Tensor t) -> t.pow(y).sum()).apply(x), 0, 1, 0);
  }
}
