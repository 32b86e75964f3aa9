package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Methods of [Tensor] that are compositions and so have no row in [OpCases].
class TensorTest {
  private static final Tensor X = Tensor.of(new float[] {-1, 0, 2, 3, 5, 8}, 2, 3);

  @Test
  void comparesWithNumbersAndTensors() {
    Expect.sameBits(Tensor.of(new float[] {1, 1, 0, 0, 0, 0}, 2, 3), X.lt(2));
    Expect.sameBits(Tensor.of(new float[] {0, 0, 1, 0, 0, 0}, 2, 3), X.eq(2));
    Expect.sameBits(Tensor.of(new float[] {0, 0, 0, 1, 1, 1}, 2, 3), X.gt(2));
    Expect.sameBits(Tensor.of(new float[] {0, 0, 1, 1, 1, 1}, 2, 3), X.ge(Tensor.of(2f, 2f, 2f)));
  }

  @Test
  void largestOfAll() {
    Expect.sameBits(Tensor.scalar(8), X.max());
    Expect.sameBits(
        Tensor.of(new float[] {0, 0, 0, 0, 0, 1}, 2, 3),
        Transforms.grad((Tensor t) -> t.max()).apply(X));
  }

  @Test
  void splitIsUndoneByConcat() {
    Tensor[] parts = X.split(1, 3);
    assertEquals(3, parts.length);
    Expect.sameBits(Tensor.of(new float[] {0, 5}, 2, 1), parts[1]);
    Expect.sameBits(X, Tensor.concat(1, parts));
  }

  /// Kept elements are scaled by 1 / (1 − p), so the mean stays; the key decides which they are.
  @Test
  void dropoutKeepsTheMean() {
    Tensor ones = Tensor.ones(100_000);
    Tensor dropped = ones.dropout(0.25, Key.of(3));
    for (float v : dropped.toFloats()) {
      assertTrue(v == 0 || v == 1 / 0.75f, () -> "element " + v);
    }
    // six standard deviations of the mean of 100,000 draws
    assertEquals(1, dropped.mean().item(), 6 * Math.sqrt(0.25 / 0.75 / 100_000));
    Expect.sameBits(dropped, ones.dropout(0.25, Key.of(3)));
  }

  /// The largest draw rounds to the upper end, which the interval leaves out.
  @Test
  void uniformStaysBelowItsUpperEnd() {
    Tensor draws = Key.of(7).uniform(1, 2, Shape.of(1 << 24));
    assertEquals(Math.nextDown(2f), draws.max().item());
  }

  /// Slope ½ and curvature ¼ at 0, where the two terms of the sum have kinks.
  @Test
  void softplusIsSmooth() {
    Tensor x = Tensor.of(new double[] {0, 1, -1, 800, -800});
    double log = Math.log1p(Math.exp(-1));
    double[] values = {Math.log(2), 1 + log, log, 800, 0};
    double sigmoid = 1 / (1 + Math.exp(-1));
    double[] slopes = {0.5, sigmoid, 1 - sigmoid, 1, 0};
    double curvature = sigmoid * (1 - sigmoid);
    double[] curvatures = {0.25, curvature, curvature, 0, 0};
    Function<Tensor, Tensor> slope = Transforms.grad((Tensor t) -> t.softplus().sum());
    assertArrayEquals(values, x.softplus().toDoubles(), 1e-15);
    assertArrayEquals(slopes, slope.apply(x).toDoubles(), 1e-15);
    Tensor second = Transforms.grad((Tensor t) -> slope.apply(t).sum()).apply(x);
    assertArrayEquals(curvatures, second.toDoubles(), 1e-15);
    Tensor mapped = Transforms.vmap((Tensor t) -> slope.apply(t)).apply(x);
    Expect.sameBits(slope.apply(x), mapped);
  }
}
