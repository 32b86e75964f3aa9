package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The short functions of one operand.
///
/// Loop nest: for every vector of a run, one load, one or two operations, one store: `o[oo + i] =
/// f(a[ao + i])` for `0 <= i < n`, n a multiple of the lanes.
final class UnaryLoops {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private UnaryLoops() {}

  static void neg(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector.fromArray(F, a, ao + i).neg().intoArray(o, oo + i);
    }
  }

  static void abs(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector.fromArray(F, a, ao + i).abs().intoArray(o, oo + i);
    }
  }

  /// ±1 with the sign of x; ±0 and NaN stay.
  static void sign(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = x.blend(1, x.compare(VectorOperators.GT, 0));
      y.blend(-1, x.compare(VectorOperators.LT, 0)).intoArray(o, oo + i);
    }
  }

  static void sqrt(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector.fromArray(F, a, ao + i).sqrt().intoArray(o, oo + i);
    }
  }

  static void rsqrt(float[] a, int ao, float[] o, int oo, int n) {
    FloatVector one = FloatVector.broadcast(F, 1);
    for (int i = 0; i < n; i += L) {
      one.div(FloatVector.fromArray(F, a, ao + i).sqrt()).intoArray(o, oo + i);
    }
  }

  /// Values that are not above 0 become +0, but a NaN stays.
  static void relu(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      VectorMask<Float> below = x.compare(VectorOperators.LE, 0);
      x.blend(0, below).intoArray(o, oo + i);
    }
  }
}
