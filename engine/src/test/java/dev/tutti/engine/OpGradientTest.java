package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Derivative rules against central differences in float64, to first and second order.
class OpGradientTest {
  /// With functions and third derivatives of order 1, truncation h²/6 and rounding 2⁻⁵³/h are both
  /// near 1e-11 here, far below the tolerances.
  private static final double H = 1e-5;

  /// Of the sum of absolute terms of the directional derivative.
  private static final double FIRST_ORDER = 1e-6;

  /// Of the largest second derivative.
  private static final double SECOND_ORDER = 1e-4;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#differentiable")
  void firstOrder(OpCase c) {
    Tensor[] in = c.inputs(DType.FLOAT64, 0);
    List<Tensor> at = OpCase.pick(in, c.varied());
    List<Tensor> dir = direction(at);
    Function<List<Tensor>, Tensor> f = scalar(c, in);
    List<Tensor> gradient = Transforms.grad(f).apply(at);
    double expected =
        (f.apply(step(at, dir, H)).item() - f.apply(step(at, dir, -H)).item()) / (2 * H);
    double actual = 0;
    double magnitude = 0;
    for (int i = 0; i < at.size(); i++) {
      assertEquals(at.get(i).shape(), gradient.get(i).shape());
      assertEquals(DType.FLOAT64, gradient.get(i).dtype());
      Tensor terms = gradient.get(i).mul(dir.get(i));
      actual += terms.sum().item();
      magnitude += terms.abs().sum().item();
    }
    assertEquals(expected, actual, FIRST_ORDER * magnitude + Double.MIN_VALUE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#differentiable")
  void secondOrder(OpCase c) {
    Tensor[] in = c.inputs(DType.FLOAT64, 0);
    List<Tensor> at = OpCase.pick(in, c.varied());
    List<Tensor> dir = direction(at);
    Function<List<Tensor>, List<Tensor>> gradient = Transforms.grad(scalar(c, in));
    List<Tensor> ahead = gradient.apply(step(at, dir, H));
    List<Tensor> behind = gradient.apply(step(at, dir, -H));
    Transforms.Pushforward<List<Tensor>> forward = Transforms.jvp(gradient, at, dir);
    // The second derivative is symmetric: its product with a direction is also a gradient.
    List<Tensor> twice = Transforms.grad((List<Tensor> x) -> dot(gradient.apply(x), dir)).apply(at);
    double most = largest(forward.tangent());
    // If terms cancel, the rounding of the gradient itself is left in the difference.
    double rounding = 0x1p-45 * largest(forward.value()) / H;
    for (int i = 0; i < at.size(); i++) {
      Tensor expected = ahead.get(i).sub(behind.get(i)).div(2 * H);
      near(expected, forward.tangent().get(i), SECOND_ORDER * most + rounding, "jvp of grad");
      near(expected, twice.get(i), SECOND_ORDER * most + rounding, "grad of grad");
    }
  }

  @Test
  void detachHasNoGradientAndCastCastsIt() {
    Tensor x = Tensor.of(new double[] {1.5, -2.5});
    Tensor g = Tensor.of(new double[] {3, 0.1});
    Expect.sameBits(
        "detach",
        Tensor.of(new double[] {0, 0}),
        Transforms.grad((Tensor t) -> t.detach().mul(g).sum()).apply(x));
    Expect.sameBits(
        "cast",
        Tensor.of(new double[] {3, 0.1f}),
        Transforms.grad((Tensor t) -> t.cast(DType.FLOAT32).mul(g.cast(DType.FLOAT32)).sum())
            .apply(x));
  }

  private static Function<List<Tensor>, Tensor> scalar(OpCase c, Tensor[] in) {
    return varied -> c.scalar(DType.FLOAT64, OpCase.with(in, c.varied(), varied));
  }

  private static List<Tensor> direction(List<Tensor> at) {
    SplittableRandom random = new SplittableRandom(5);
    return Tree.map(
        at,
        t -> {
          double[] d = random.doubles(t.size(), -1, 1).toArray();
          return Tensor.of(d).reshape(t.shape());
        });
  }

  private static List<Tensor> step(List<Tensor> at, List<Tensor> dir, double h) {
    return Tree.zip(at, dir, (x, d) -> x.add(d.mul(h)));
  }

  private static Tensor dot(List<Tensor> a, List<Tensor> b) {
    List<Tensor> sums = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      sums.add(a.get(i).mul(b.get(i)).sum());
    }
    return sums.stream().reduce(Tensor::add).orElseThrow();
  }

  private static double largest(List<Tensor> tree) {
    double most = 0;
    for (Tensor t : tree) {
      for (double v : t.toDoubles()) {
        assertTrue(Double.isFinite(v), "not finite: " + v);
        most = Math.max(most, Math.abs(v));
      }
    }
    return most;
  }

  private static void near(Tensor expected, Tensor actual, double tolerance, String what) {
    assertEquals(expected.shape(), actual.shape(), what);
    double[] a = expected.toDoubles();
    double[] b = actual.toDoubles();
    for (int i = 0; i < a.length; i++) {
      if (!(Math.abs(a[i] - b[i]) <= tolerance)) {
        fail(what + ": element " + i + " is " + b[i] + ", not " + a[i] + " ± " + tolerance);
      }
    }
  }
}
