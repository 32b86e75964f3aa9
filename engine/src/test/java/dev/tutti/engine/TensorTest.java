package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
