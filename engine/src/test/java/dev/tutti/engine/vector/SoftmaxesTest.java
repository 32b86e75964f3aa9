package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Softmax;
import org.junit.jupiter.api.Test;

class SoftmaxesTest {
  private static void same(Softmax p, Array... in) {
    Against.reference(p, (from, out) -> Softmaxes.run(p, from, out), in);
  }

  private static final int[] CLASSES = {1, 2, 5, 10, 15, 16, 17, 32, 33, 48, 49, 64, 65, 100, 1000};

  @Test
  void rowsOfAllLengths() {
    for (int c : CLASSES) {
      for (int rows : new int[] {0, 1, 3, 16, 21}) {
        Array x = Against.normal(c + rows, rows, c);
        same(Softmax.SOFTMAX, x);
        same(Softmax.LOG_SUM_EXP, x);
        same(Softmax.CROSS_ENTROPY, x, Against.ints(c, c, rows));
      }
    }
    same(Softmax.SOFTMAX, Against.normal(1, 2, 2100));
    same(Softmax.SOFTMAX, Against.normal(1, 7));
    same(Softmax.LOG_SUM_EXP, Against.normal(1, 7));
  }

  @Test
  void infinitiesAndNaN() {
    for (int c : new int[] {2, 10, 70}) {
      for (int seed = 0; seed < 5; seed++) {
        Array x = Against.odd(seed, 20, c);
        for (int i = 0; i < 2 * c; i++) {
          x.floats()[3 + i] = i < c ? Float.NEGATIVE_INFINITY : Float.NaN;
        }
        same(Softmax.SOFTMAX, x);
        same(Softmax.LOG_SUM_EXP, x);
        same(Softmax.CROSS_ENTROPY, x, Against.ints(c, c, 20));
      }
    }
  }

  @Test
  void labelsAndLogitsBroadcast() {
    for (int c : new int[] {10, 70}) {
      same(Softmax.CROSS_ENTROPY, Against.normal(1, 4, 5, c), Against.ints(2, c, 5));
      same(Softmax.CROSS_ENTROPY, Against.normal(1, 5, c), Against.ints(2, c, 4, 5));
      same(Softmax.CROSS_ENTROPY, Against.normal(1, 4, 1, c), Against.ints(2, c, 5));
    }
  }

  @Test
  void labelsOutsideTheClassesAreErrors() {
    Array x = Against.normal(1, 2, 3);
    Array y = Array.wrap(new int[] {0, 3}, Shape.of(2));
    Array out = Array.allocate(DType.FLOAT32, Shape.of(2));
    ShapeError e =
        assertThrows(
            ShapeError.class, () -> Softmaxes.run(Softmax.CROSS_ENTROPY, new Array[] {x, y}, out));
    assertEquals("cross_entropy: label 3 at position 1 is outside 0 … 2", e.getMessage());
  }

  @Test
  void float64IsLeftToTheReference() {
    Array x = Array.allocate(DType.FLOAT64, Shape.of(2, 3));
    assertFalse(Softmaxes.takes(Softmax.SOFTMAX, new Array[] {x}));
  }
}
