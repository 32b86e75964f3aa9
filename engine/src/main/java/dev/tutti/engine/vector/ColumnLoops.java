package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The innermost loops of [ColumnKernels].
///
/// Loop nest: for every vector of a run, a load of each operand, the operations, one store; the
/// last elements one by one.
final class ColumnLoops {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private ColumnLoops() {}

  /// `o[oo + i] = (x[xo + i] - mean[i]) * factor[i] + shift[i]` for `0 <= i < n`.
  static void rescale(
      float[] x, int xo, float[] mean, float[] factor, float[] shift, float[] o, int oo, int n) {
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector.fromArray(F, x, xo + i)
          .sub(FloatVector.fromArray(F, mean, i))
          .mul(FloatVector.fromArray(F, factor, i))
          .add(FloatVector.fromArray(F, shift, i))
          .intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      o[oo + i] = (x[xo + i] - mean[i]) * factor[i] + shift[i];
    }
  }

  /// `o[oo + i] = g[go + i] * (x[xo + i] - mean[i])` for `0 <= i < n`.
  static void weigh(float[] g, int go, float[] x, int xo, float[] mean, float[] o, int oo, int n) {
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector.fromArray(F, x, xo + i)
          .sub(FloatVector.fromArray(F, mean, i))
          .mul(FloatVector.fromArray(F, g, go + i))
          .intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      o[oo + i] = g[go + i] * (x[xo + i] - mean[i]);
    }
  }

  /// `o[oo + i] = ((x[xo + i] - centre[i]) - shift[i]) * factor[i]` for `0 <= i < n`.
  static void standardise(
      float[] x, int xo, float[] centre, float[] shift, float[] factor, float[] o, int oo, int n) {
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector.fromArray(F, x, xo + i)
          .sub(FloatVector.fromArray(F, centre, i))
          .sub(FloatVector.fromArray(F, shift, i))
          .mul(FloatVector.fromArray(F, factor, i))
          .intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      o[oo + i] = (x[xo + i] - centre[i] - shift[i]) * factor[i];
    }
  }
}
