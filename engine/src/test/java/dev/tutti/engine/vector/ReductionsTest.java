package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Ints;
import dev.tutti.engine.Reduce;
import dev.tutti.engine.Shape;
import org.junit.jupiter.api.Test;

class ReductionsTest {
  private static void same(Reduce.Kind kind, Array x, int... axes) {
    Reduce r = new Reduce(kind, Ints.of(axes), axes.length % 2 == 0);
    Against.reference(r, (in, out) -> Reductions.run(r, in, out), x);
  }

  @Test
  void runsOfAllLengths() {
    for (int n : Against.LENGTHS) {
      same(Reduce.Kind.SUM, Against.normal(n, n), 1);
      same(Reduce.Kind.SUM, Against.normal(n, 3, n), 1);
      same(Reduce.Kind.SUM, Against.odd(n, 6, n), 1);
      same(Reduce.Kind.SUM, Against.normal(n, 9, n), 1);
    }
    int[] long1 = {1023, 1024, 1025, 2048, 2049, 3072, 3073, 4095, 4096, 4097, 5000, 8192, 9300};
    for (int n : long1) {
      same(Reduce.Kind.SUM, Against.normal(n, 2, n), 1);
    }
  }

  @Test
  void rowsOfAllLengths() {
    for (int inner : new int[] {2, 3, 6, 8, 10, 15, 16, 17, 24, 40, 64, 65, 71, 128}) {
      for (int rows : new int[] {1, 2, 63, 64, 65, 128, 300}) {
        same(Reduce.Kind.SUM, Against.normal(rows, rows, inner), 2);
      }
      same(Reduce.Kind.SUM, Against.odd(inner, 2, 70, inner), 2);
    }
    same(Reduce.Kind.SUM, Against.normal(1, 600, 6), 2);
    same(Reduce.Kind.SUM, Against.normal(2, 600, 20), 2);
  }

  @Test
  void groupsOfAxes() {
    Array x = Against.normal(1, 3, 5, 1, 4, 6);
    int[][] axes = {
      {1}, {2}, {3}, {4}, {5}, {2, 1}, {3, 1}, {5, 3, 1}, {4, 2}, {5, 4, 3, 2}, {5, 4, 3, 2, 1}
    };
    for (int[] a : axes) {
      same(Reduce.Kind.SUM, x, a);
    }
    same(Reduce.Kind.SUM, Against.odd(1, 1, 1), 2, 1);
    same(Reduce.Kind.SUM, Against.normal(1, 0, 3), 2);
    same(Reduce.Kind.SUM, Against.normal(1, 3, 0), 2);
  }

  @Test
  void manyElementsInTasks() {
    same(Reduce.Kind.SUM, Against.normal(1, 4, 1 << 17), 1);
    same(Reduce.Kind.SUM, Against.normal(1, 4, 1 << 13, 16), 2);
  }

  @Test
  void firstMaxima() {
    for (Reduce.Kind kind : new Reduce.Kind[] {Reduce.Kind.MAX, Reduce.Kind.ARGMAX}) {
      for (int n : Against.LENGTHS) {
        if (n > 0) {
          for (int seed = 0; seed < 4; seed++) {
            Array odd = Against.odd(seed, n);
            same(kind, odd, 1);
            for (int i = 0; i < n; i++) {
              float v = odd.floats()[3 + i];
              odd.floats()[3 + i] = v == v && v <= 0 ? v : 0; // ties of zeros
            }
            same(kind, odd, 1);
          }
          same(kind, Against.normal(n, 3, n), 1);
          same(kind, Against.odd(n, 2, 5, n), 2);
          same(kind, Against.odd(n, n, 1, 3), 3);
        }
      }
      same(kind, Against.normal(1, 0, 3), 1);
    }
  }

  @Test
  void othersAreLeftToTheReference() {
    Reduce sum = new Reduce(Reduce.Kind.SUM, Ints.of(1), false);
    Reduce scan = new Reduce(Reduce.Kind.CUMSUM, Ints.of(1), false);
    assertFalse(Reductions.takes(sum, new Array[] {Against.ints(1, 4, 3)}));
    assertFalse(Reductions.takes(sum, new Array[] {Array.allocate(DType.FLOAT64, Shape.of(3))}));
    assertFalse(Reductions.takes(scan, new Array[] {Against.normal(1, 3)}));
  }
}
