package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Indexing;
import dev.tutti.engine.Ints;
import dev.tutti.engine.Layout;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import org.junit.jupiter.api.Test;

class MovesTest {
  private static void same(Layout p, Array... in) {
    assertTrue(Moves.takes(p, in));
    Against.reference(p, (from, out) -> Moves.run(p, from, out), in);
  }

  @Test
  void permutations() {
    Ints[] orders = {
      Ints.of(1, 0),
      Ints.of(0, 2, 1),
      Ints.of(2, 0, 1),
      Ints.of(1, 0, 2),
      Ints.of(2, 1, 0),
      Ints.of(0, 3, 1, 2),
      Ints.of(3, 2, 1, 0),
      Ints.of(0, 1, 2, 3)
    };
    int[][] shapes = {{2, 3, 4, 5}, {3, 1, 17, 6}, {1, 7, 70, 3}, {2, 0, 3, 4}, {1, 1, 1, 1}};
    for (Ints order : orders) {
      for (int[] s : shapes) {
        same(new Layout.Permute(order), Against.normal(1, s));
      }
    }
    same(new Layout.Permute(Ints.of(1, 0)), Against.normal(1, 130, 67));
    for (int n = 1; n < 18; n++) {
      same(new Layout.Permute(Ints.of(1, 0, 2)), Against.normal(n, 9, 3, n));
      same(new Layout.Permute(Ints.of(2, 0, 1, 3)), Against.normal(n, 2, 5, 3, n));
      same(new Layout.Expand(2, Shape.of(11, n)), Against.normal(n, 2, 11, 1));
    }
  }

  @Test
  void expansions() {
    same(new Layout.Expand(1, Shape.of(4, 9)), Against.normal(1, 3, 9));
    same(new Layout.Expand(2, Shape.of(5, 20)), Against.normal(1, 2, 5, 1));
    same(new Layout.Expand(2, Shape.of(5, 3)), Against.normal(1, 2, 1, 3));
    same(new Layout.Expand(0, Shape.of(33)), Against.normal(1));
    same(new Layout.Expand(1, Shape.of(0)), Against.normal(1, 1));
  }

  @Test
  void slicesAndReversals() {
    Ints one = Ints.of(1, 1);
    same(new Layout.Slice(Ints.of(1, 2), Ints.of(4, 20), one), Against.normal(1, 3, 5, 21));
    same(new Layout.Slice(Ints.of(0, 1), Ints.of(5, 8), Ints.of(2, 3)), Against.normal(1, 5, 9));
    same(new Layout.Slice(Ints.of(2), Ints.of(2), Ints.of(1)), Against.normal(1, 5, 9));
    same(new Layout.Reverse(Ints.of(1)), Against.normal(1, 3, 17));
    same(new Layout.Reverse(Ints.of(2)), Against.normal(1, 3, 17));
    same(new Layout.Reverse(Ints.of(3, 1)), Against.normal(1, 3, 4, 5));
  }

  @Test
  void paddingAndConcatenation() {
    Ints zero = Ints.of(0, 0);
    same(new Layout.Pad(Ints.of(1, 2), Ints.of(2, 1), zero, 0), Against.normal(1, 2, 3, 18));
    same(new Layout.Pad(Ints.of(1, 0), zero, Ints.of(1, 2), -1.5), Against.normal(1, 3, 4));
    same(new Layout.Pad(Ints.of(1), Ints.of(2), Ints.of(1), 3), Against.normal(1, 0));
    Array x = Against.normal(1, 2, 3, 4);
    same(new Layout.Concat(1), x, Against.normal(2, 2, 3, 15), Against.normal(3, 2, 3, 0));
    same(new Layout.Concat(2), x, Against.normal(2, 3, 4));
  }

  @Test
  void castsBetweenFloatsAndInts() {
    same(new Layout.Cast(DType.INT32), Against.odd(1, 65));
    same(new Layout.Cast(DType.FLOAT32), Against.ints(1, Integer.MAX_VALUE, 65));
    assertFalse(Moves.takes(new Layout.Cast(DType.FLOAT64), new Array[] {Against.normal(1, 3)}));
  }

  @Test
  void rowsByNumber() {
    Indexing.Take take = new Indexing.Take();
    Indexing.ScatterAdd add = new Indexing.ScatterAdd(7);
    for (int width : new int[] {0, 1, 10, 16, 33}) {
      Against.Kernel taking = (in, out) -> Rows.take(take, in, out);
      Against.reference(take, taking, Against.normal(1, 7, width), Against.ints(2, 7, 12));
      Against.reference(take, taking, Against.normal(1, 3, 7, width), Against.ints(2, 7, 12));
      Against.Kernel adding = (in, out) -> Rows.scatterAdd(add, in, out);
      Against.reference(add, adding, Against.odd(1, 12, width), Against.ints(2, 7, 12));
      Against.reference(add, adding, Against.normal(1, 12, width), Against.ints(2, 7, 3, 12));
    }
    Array out = Array.allocate(DType.FLOAT32, Shape.of(1, 3));
    Array wrong = Array.wrap(new int[] {7}, Shape.of(1));
    Array[] in = {Against.normal(1, 7, 3), wrong};
    ShapeError e = assertThrows(ShapeError.class, () -> Rows.take(take, in, out));
    assertEquals("take: index 7 is outside 0 … 6", e.getMessage());
  }
}
