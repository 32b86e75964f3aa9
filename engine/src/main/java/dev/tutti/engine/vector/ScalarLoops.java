package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Functions of a run and one number.
///
/// Loop nest: for every vector of the run, one load, one operation, one store; the last elements
/// one by one. The output may be the operand.
final class ScalarLoops {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private ScalarLoops() {}

  /// `o[oo + i] = a[ao + i] - s` for `0 <= i < n`.
  static void minus(float[] a, int ao, float s, float[] o, int oo, int n) {
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector.fromArray(F, a, ao + i).sub(s).intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      o[oo + i] = a[ao + i] - s;
    }
  }

  /// `o[oo + i] = a[ao + i] * s` for `0 <= i < n`.
  static void times(float[] a, int ao, float s, float[] o, int oo, int n) {
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector.fromArray(F, a, ao + i).mul(s).intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      o[oo + i] = a[ao + i] * s;
    }
  }

  /// `o[oo + i] = a[ao + i] / s` for `0 <= i < n`.
  static void over(float[] a, int ao, float s, float[] o, int oo, int n) {
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector.fromArray(F, a, ao + i).div(s).intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      o[oo + i] = a[ao + i] / s;
    }
  }

  /// `o[oo + i] = ((a[ao + i] - s) - t) * u` for `0 <= i < n`.
  static void standardise(float[] a, int ao, float s, float t, float u, float[] o, int oo, int n) {
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector.fromArray(F, a, ao + i).sub(s).sub(t).mul(u).intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      o[oo + i] = (a[ao + i] - s - t) * u;
    }
  }
}
