package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Array;
import dev.tutti.engine.Columns;
import org.junit.jupiter.api.Test;

class ColumnKernelsTest {
  private static void same(Columns p, Array... in) {
    assertTrue(ColumnKernels.takes(in));
    Against.reference(p, (operands, out) -> ColumnKernels.run(p, operands, out), in);
  }

  private static void all(Array x, Array g, int columns) {
    Array mean = Against.normal(columns, columns);
    same(Columns.MOMENTS, x);
    same(Columns.RESCALE, x, mean, Against.normal(7, columns), Against.normal(8, columns));
    same(Columns.COLUMN_SUMS, g, x, mean);
  }

  @Test
  void anyNumberOfRowsAndColumns() {
    for (int rows : new int[] {2, 63, 64, 65, 300}) {
      for (int columns : new int[] {2, 3, 6, 15, 16, 17, 40, 64, 70, 256, 513}) {
        all(
            Against.normal(columns, rows, columns),
            Against.normal(~columns, rows, columns),
            columns);
        all(Against.odd(columns, rows, columns), Against.odd(~columns, rows, columns), columns);
      }
    }
  }

  /// Cut into tasks: by rows, and by matrices.
  @Test
  void largeMatrices() {
    all(Against.normal(1, 20_000, 24), Against.normal(2, 20_000, 24), 24);
    all(Against.normal(1, 40, 500, 24), Against.normal(2, 40, 500, 24), 24);
  }

  @Test
  void matricesAndVectorsOfTheirOwn() {
    Array x = Against.normal(1, 3, 1, 70, 18);
    Array v = Against.normal(2, 2, 18);
    same(Columns.MOMENTS, x);
    same(Columns.RESCALE, x, v, Against.normal(3, 3, 1, 18), Against.normal(4, 18));
    same(Columns.COLUMN_SUMS, x, Against.normal(5, 2, 70, 18), v);
  }

  @Test
  void singleRowsAndColumnsAreLeftToTheReference() {
    assertFalse(ColumnKernels.takes(new Array[] {Against.normal(1, 5, 1)}));
    assertFalse(ColumnKernels.takes(new Array[] {Against.normal(1, 1, 5)}));
    assertFalse(ColumnKernels.takes(new Array[] {Against.normal(1, 0, 5)}));
  }
}
