package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Transposes L short rows so that lanes are rows, and back.
///
/// Loop nest: for every column, one gathered vector of the L rows; back, for every L elements of
/// the rows, one gathered vector. Registers of 128 bits (some machines have no gathers for them)
/// and groups of fewer rows are copied element by element.
final class RowTransposes {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// The longest rows.
  static final int LONGEST = 48;

  /// For rows of c elements, `TO_LANES[c][l]` is the start of row l.
  private static final int[][] TO_LANES = new int[LONGEST + 1][L];

  /// For rows of c elements, `TO_ROWS[c][r · c + i]` is the place of element i of lane r.
  private static final int[][] TO_ROWS = new int[LONGEST + 1][];

  static {
    for (int c = 0; c <= LONGEST; c++) {
      TO_ROWS[c] = new int[c * L];
      for (int r = 0; r < L; r++) {
        TO_LANES[c][r] = r * c;
        for (int i = 0; i < c; i++) {
          TO_ROWS[c][r * c + i] = i * L + r;
        }
      }
    }
  }

  private RowTransposes() {}

  /// `t[i · L + r] = x[at + r · c + i]` for `i < c` and L rows r.
  static void toLanes(float[] x, int at, int c, float[] t) {
    if (Transposes.GATHERS) {
      Transposes.gather(x, at, TO_LANES[c], c, t, 0, L);
      return;
    }
    for (int r = 0; r < L; r++) {
      toLane(x, at + r * c, c, t, r);
    }
  }

  /// `t[i · L + r] = x[at + i]` for `i < c`.
  static void toLane(float[] x, int at, int c, float[] t, int r) {
    for (int i = 0; i < c; i++) {
      t[i * L + r] = x[at + i];
    }
  }

  /// `o[at + r · c + i] = t[i · L + r]` for `i < c` and `r < count`.
  static void toRows(float[] t, int c, float[] o, int at, int count) {
    if (Transposes.GATHERS && count == L) {
      gatherRows(t, c, o, at, TO_ROWS[c]);
      return;
    }
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < c; i++) {
        o[at + r * c + i] = t[i * L + r];
      }
    }
  }

  private static void gatherRows(float[] t, int c, float[] o, int at, int[] elements) {
    for (int i = 0; i < c * L; i += L) {
      FloatVector.fromArray(F, t, 0, elements, i).intoArray(o, at + i);
    }
  }
}
