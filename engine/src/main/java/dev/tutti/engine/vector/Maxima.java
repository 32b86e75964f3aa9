package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.Reduce;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The first maximum along an axis, a NaN being the largest: its value or its index.
///
/// Loop nest along the last axis: for every run, for every vector, a maximum; then a scan for the
/// first element that equals it (which decides between +0 and −0). Along other axes: for every
/// vector of columns, for every row, a compare and two blends (value and index).
final class Maxima {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final VectorSpecies<Integer> I = Lanes.INTS;
  private static final int L = Lanes.COUNT;

  private Maxima() {}

  /// Entries `first … end − 1` of the outer axis of `[outer, n, inner]`.
  static void along(
      Reduce.Kind kind, float[] a, int offset, int n, int inner, int first, int end, Array out) {
    for (int o = first; o < end; o++) {
      int at = offset + o * n * inner;
      if (inner >= L) {
        columns(kind, a, at, n, inner, out, o * inner);
        continue;
      }
      for (int i = 0; i < inner; i++) {
        int best = inner == 1 && n >= 4 * L ? index(a, at, n) : index(a, at + i, inner, n);
        set(kind, out, o * inner + i, best, a, at + i + best * inner);
      }
    }
  }

  private static void set(Reduce.Kind kind, Array out, int at, int index, float[] a, int from) {
    if (kind == Reduce.Kind.ARGMAX) {
      out.ints()[at] = index;
    } else {
      out.floats()[at] = a[from];
    }
  }

  private static int index(float[] a, int at, int step, int n) {
    int best = 0;
    float top = a[at];
    for (int j = 1; j < n; j++) {
      float v = a[at + j * step];
      if (v > top || v != v && top == top) {
        best = j;
        top = v;
      }
    }
    return best;
  }

  private static int index(float[] a, int at, int n) {
    float[] lanes = Scratch.floats(Slots.PAD, L);
    largest(a, at, n & -L, lanes);
    float top = lanes[0];
    for (int l = 1; l < L; l++) {
      top = Math.max(top, lanes[l]);
    }
    for (int i = n & -L; i < n; i++) {
      top = Math.max(top, a[at + i]);
    }
    int found = top == top ? find(a, at, n & -L, top) : -1;
    if (found >= 0) {
      return found;
    }
    for (int i = top == top ? n & -L : 0; i < n; i++) {
      float v = a[at + i];
      if (v == top || v != v) {
        return i;
      }
    }
    return 0;
  }

  private static void largest(float[] a, int at, int n, float[] lanes) {
    FloatVector top = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < n; i += L) {
      top = top.max(FloatVector.fromArray(F, a, at + i));
    }
    top.intoArray(lanes, 0);
  }

  private static int find(float[] a, int at, int n, float value) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> equal =
          FloatVector.fromArray(F, a, at + i).compare(VectorOperators.EQ, value);
      if (equal.anyTrue()) {
        return i + equal.firstTrue();
      }
    }
    return -1;
  }

  private static void columns(
      Reduce.Kind kind, float[] a, int at, int n, int inner, Array out, int to) {
    for (int c = 0; c < inner; c += L) {
      int column = Math.min(c, inner - L);
      if (kind == Reduce.Kind.ARGMAX) {
        indices(a, at + column, n, inner, out.ints(), to + column);
      } else {
        values(a, at + column, n, inner, out.floats(), to + column);
      }
    }
  }

  private static void values(float[] a, int at, int n, int step, float[] o, int to) {
    FloatVector top = FloatVector.fromArray(F, a, at);
    for (int j = 1; j < n; j++) {
      FloatVector v = FloatVector.fromArray(F, a, at + j * step);
      VectorMask<Float> stays =
          v.compare(VectorOperators.LE, top).or(top.compare(VectorOperators.NE, top));
      top = v.blend(top, stays);
    }
    top.intoArray(o, to);
  }

  private static void indices(float[] a, int at, int n, int step, int[] o, int to) {
    FloatVector top = FloatVector.fromArray(F, a, at);
    IntVector best = IntVector.zero(I);
    for (int j = 1; j < n; j++) {
      FloatVector v = FloatVector.fromArray(F, a, at + j * step);
      VectorMask<Float> stays =
          v.compare(VectorOperators.LE, top).or(top.compare(VectorOperators.NE, top));
      top = v.blend(top, stays);
      best = IntVector.broadcast(I, j).blend(best, stays.cast(I));
    }
    best.intoArray(o, to);
  }
}
