package dev.tutti.engine.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Transposed copies of matrices.
final class Transposes {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// Whether to gather: some machines with registers of 128 bits cannot.
  static final boolean GATHERS = L >= 8;

  private Transposes() {}

  /// `to[to + c · toStep + r] = from[at + r · step + c]` for r < rows, c < columns; what is left of
  /// each row of `toStep` becomes 0.
  ///
  /// For L rows, for every column: gather a vector; the rest, and without gathers everything,
  /// element by element.
  static void transpose(
      float[] from, int at, int step, int rows, int columns, float[] to, int start, int toStep) {
    int[] lanes = new int[L];
    for (int l = 0; l < L; l++) {
      lanes[l] = l * step;
    }
    int r = 0;
    for (; GATHERS && r + L <= rows; r += L) {
      gather(from, at + r * step, lanes, columns, to, start + r, toStep);
    }
    for (int c = 0; c < columns; c++) {
      for (int rest = r; rest < rows; rest++) {
        to[start + c * toStep + rest] = from[at + rest * step + c];
      }
      Arrays.fill(to, start + c * toStep + rows, start + (c + 1) * toStep, 0);
    }
  }

  /// `to[start + c · toStep + l] = from[at + lanes[l] + c]` for c < columns and every lane l.
  static void gather(
      float[] from, int at, int[] lanes, int columns, float[] to, int start, int toStep) {
    for (int c = 0; c < columns; c++) {
      FloatVector.fromArray(S, from, at + c, lanes, 0).intoArray(to, start + c * toStep);
    }
  }
}
