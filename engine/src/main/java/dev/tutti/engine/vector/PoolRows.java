package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The loops of pooling over one row of positions.
///
/// Loop nest: for every vector of channels, for every position of the row, the loads of a vector of
/// channels of each cell, one operation, one store. If there are fewer channels than lanes, a
/// vector also reads channels of the next pixel. Their results are overwritten when the next
/// position is stored, so positions must ascend, and every array needs room for a vector after its
/// end: it is a scratch row, or an operand for which [#fits] is true.
final class PoolRows {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private PoolRows() {}

  /// {@return whether a vector of `c` channels at `last`, the row's last pixel, ends inside `a`}
  static boolean fits(float[] a, int last, int c) {
    return c >= L || last + L <= a.length;
  }

  /// {@return the start of vector number `i / L` of c channels; the last overlaps the one before}
  private static int channel(int i, int c) {
    return c < L ? 0 : Math.min(i, c - L);
  }

  /// `o[x · c …] = max(a[at + x · step …], b[bt + x · step …])`.
  static void max(
      float[] a, int at, int aStep, float[] b, int bt, int bStep, float[] o, int c, int n) {
    for (int i = 0; i < c; i += L) {
      int ch = channel(i, c);
      maxima(a, at + ch, aStep, b, bt + ch, bStep, o, ch, c, n);
    }
  }

  private static void maxima(
      float[] a, int at, int aStep, float[] b, int bt, int bStep, float[] o, int oo, int c, int n) {
    for (int x = 0; x < n; x++) {
      FloatVector v = FloatVector.fromArray(F, a, at + x * aStep);
      v.max(FloatVector.fromArray(F, b, bt + x * bStep)).intoArray(o, oo + x * c);
    }
  }

  /// `o[x · c …] = a[x · c …] + b[bt + x · step …]`.
  static void add(float[] a, float[] b, int bt, int bStep, float[] o, int c, int n) {
    for (int i = 0; i < c; i += L) {
      int ch = channel(i, c);
      sums(a, ch, c, b, bt + ch, bStep, o, ch, c, n);
    }
  }

  private static void sums(
      float[] a, int at, int aStep, float[] b, int bt, int bStep, float[] o, int oo, int c, int n) {
    for (int x = 0; x < n; x++) {
      FloatVector v = FloatVector.fromArray(F, a, at + x * aStep);
      v.add(FloatVector.fromArray(F, b, bt + x * bStep)).intoArray(o, oo + x * c);
    }
  }

  /// The mean of 2×2 cells with both strides 2: rows at `top` and `bottom`.
  static void mean(float[] a, int top, int bottom, float[] o, int c, int n) {
    for (int i = 0; i < c; i += L) {
      int ch = channel(i, c);
      means(a, top + ch, bottom + ch, o, ch, c, n);
    }
  }

  private static void means(float[] a, int top, int bottom, float[] o, int oo, int c, int n) {
    FloatVector zero = FloatVector.zero(F);
    for (int x = 0; x < n; x++) {
      FloatVector s = zero.add(FloatVector.fromArray(F, a, top + 2 * x * c));
      s = s.add(FloatVector.fromArray(F, a, top + (2 * x + 1) * c));
      s = s.add(FloatVector.fromArray(F, a, bottom + 2 * x * c));
      s = s.add(FloatVector.fromArray(F, a, bottom + (2 * x + 1) * c));
      s.div(4).intoArray(o, oo + x * c);
    }
  }

  /// `o[0 … c − 1]` += the sum of n pixels at `at`, `at + step`, …, one after another.
  static void accumulate(float[] a, int at, int step, float[] o, int c, int n) {
    for (int i = 0; i < c; i += L) {
      int ch = channel(i, c);
      if (i == ch) {
        pixels(a, at + ch, step, o, ch, o, ch, n);
      } else { // the overlap already holds sums: only the new channels may be stored
        float[] lanes = Scratch.floats(Slots.PAD, L);
        pixels(a, at + ch, step, o, ch, lanes, 0, n);
        System.arraycopy(lanes, i - ch, o, i, c - i);
      }
    }
  }

  private static void pixels(
      float[] a, int at, int step, float[] from, int start, float[] o, int oo, int n) {
    FloatVector s = FloatVector.fromArray(F, from, start);
    for (int x = 0; x < n; x++) {
      s = s.add(FloatVector.fromArray(F, a, at + x * step));
    }
    s.intoArray(o, oo);
  }

  /// `o[i] = a[i] / divisor` for `0 <= i < n`, and up to a vector more.
  static void divide(float[] a, float divisor, float[] o, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector.fromArray(F, a, i).div(divisor).intoArray(o, i);
    }
  }

  /// `o[(x · times + k) · c …] = 0 + a[at + x · c …] / divisor` for every position and `k < times`.
  static void spread(float[] a, int at, float divisor, float[] o, int times, int c, int n) {
    for (int i = 0; i < c; i += L) {
      int ch = channel(i, c);
      spreads(a, at + ch, divisor, o, ch, times, c, n);
    }
  }

  private static void spreads(
      float[] a, int at, float divisor, float[] o, int oo, int times, int c, int n) {
    FloatVector zero = FloatVector.zero(F);
    for (int x = 0; x < n; x++) {
      FloatVector v = zero.add(FloatVector.fromArray(F, a, at + x * c).div(divisor));
      for (int k = 0; k < times; k++) {
        v.intoArray(o, oo + (x * times + k) * c);
      }
    }
  }

  /// Cotangents of 2×2 maxima with both strides 2: every element of `g` goes to the first largest
  /// of its four cells, the others become 0. `p` receives the upper row, `q` the lower one.
  static void route(
      float[] a, int top, int bottom, float[] g, int go, float[] p, float[] q, int c, int n) {
    for (int i = 0; i < c; i += L) {
      int ch = channel(i, c);
      routes(a, top + ch, bottom + ch, g, go + ch, p, q, ch, c, n);
    }
  }

  private static void routes(
      float[] a,
      int top,
      int bottom,
      float[] g,
      int go,
      float[] p,
      float[] q,
      int oo,
      int c,
      int n) {
    FloatVector zero = FloatVector.zero(F);
    for (int x = 0; x < n; x++) {
      int left = 2 * x * c;
      int right = left + c;
      FloatVector best = FloatVector.fromArray(F, a, top + left);
      FloatVector v = FloatVector.fromArray(F, a, top + right);
      VectorMask<Float> stays =
          v.compare(VectorOperators.LE, best).or(best.compare(VectorOperators.NE, best));
      best = v.blend(best, stays);
      FloatVector lower = FloatVector.fromArray(F, a, bottom + left);
      v = FloatVector.fromArray(F, a, bottom + right);
      VectorMask<Float> lowerStays =
          v.compare(VectorOperators.LE, lower).or(lower.compare(VectorOperators.NE, lower));
      lower = v.blend(lower, lowerStays);
      VectorMask<Float> up =
          lower.compare(VectorOperators.LE, best).or(best.compare(VectorOperators.NE, best));
      FloatVector slope = zero.add(FloatVector.fromArray(F, g, go + x * c));
      FloatVector above = zero.blend(slope, up);
      FloatVector below = slope.blend(zero, up);
      zero.blend(above, stays).intoArray(p, oo + left);
      above.blend(zero, stays).intoArray(p, oo + right);
      zero.blend(below, lowerStays).intoArray(q, oo + left);
      below.blend(zero, lowerStays).intoArray(q, oo + right);
    }
  }
}
