package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The functions of two and three operands.
///
/// Loop nest: for every vector of a run, a load of each operand, one operation, one store: `o[oo +
/// i] = f(a[ao + i], b[bo + i])` for `0 <= i < n`, n a multiple of the lanes. Comparisons give 1 or
/// 0.
final class BinaryLoops {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private BinaryLoops() {}

  static void add(float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      x.add(y).intoArray(o, oo + i);
    }
  }

  static void sub(float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      x.sub(y).intoArray(o, oo + i);
    }
  }

  static void mul(float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      x.mul(y).intoArray(o, oo + i);
    }
  }

  static void div(float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      x.div(y).intoArray(o, oo + i);
    }
  }

  static void max(float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      x.max(y).intoArray(o, oo + i);
    }
  }

  static void min(float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      x.min(y).intoArray(o, oo + i);
    }
  }

  static void lt(float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    FloatVector zero = FloatVector.zero(F);
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      zero.blend(1, x.compare(VectorOperators.LT, y)).intoArray(o, oo + i);
    }
  }

  static void le(float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    FloatVector zero = FloatVector.zero(F);
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      zero.blend(1, x.compare(VectorOperators.LE, y)).intoArray(o, oo + i);
    }
  }

  static void eq(float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    FloatVector zero = FloatVector.zero(F);
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      zero.blend(1, x.compare(VectorOperators.EQ, y)).intoArray(o, oo + i);
    }
  }

  /// `o[oo + i] = a[ao + i] > 0 ? b[bo + i] : 0`.
  static void gate(float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    FloatVector zero = FloatVector.zero(F);
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      zero.blend(y, x.compare(VectorOperators.GT, 0)).intoArray(o, oo + i);
    }
  }

  /// `o[oo + i] = m[mo + i] != 0 ? a[ao + i] : b[bo + i]`; a NaN counts as not 0.
  static void where(
      float[] m, int mo, float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> not = FloatVector.fromArray(F, m, mo + i).compare(VectorOperators.EQ, 0);
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector y = FloatVector.fromArray(F, b, bo + i);
      x.blend(y, not).intoArray(o, oo + i);
    }
  }
}
