package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The innermost loops of [Sums].
///
/// Loop nest: for `0 <= i < n`, one vector at `i · step` from each start, added to an accumulator
/// of its own, which starts at 0 and is stored at the end.
final class SumLoops {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;

  private static final int L = Lanes.COUNT;

  private static final int CHAIN = 16;

  private SumLoops() {}

  /// lanes[to + j · apart …] = the sum over the vectors that start at p, q, r and s.
  static void four(
      boolean squares,
      float[] a,
      int p,
      int q,
      int r,
      int s,
      int n,
      int step,
      float[] lanes,
      int to,
      int apart) {
    if (squares) {
      fourSquares(a, p, q, r, s, n, step, lanes, to, apart);
    } else {
      fourSums(a, p, q, r, s, n, step, lanes, to, apart);
    }
  }

  private static void fourSums(
      float[] a, int p, int q, int r, int s, int n, int step, float[] lanes, int to, int apart) {
    FloatVector w = FloatVector.zero(F);
    FloatVector x = w;
    FloatVector y = w;
    FloatVector z = w;
    for (int i = 0; i < n; i++) {
      w = w.add(FloatVector.fromArray(F, a, p + i * step));
      x = x.add(FloatVector.fromArray(F, a, q + i * step));
      y = y.add(FloatVector.fromArray(F, a, r + i * step));
      z = z.add(FloatVector.fromArray(F, a, s + i * step));
    }
    w.intoArray(lanes, to);
    x.intoArray(lanes, to + apart);
    y.intoArray(lanes, to + 2 * apart);
    z.intoArray(lanes, to + 3 * apart);
  }

  private static void fourSquares(
      float[] a, int p, int q, int r, int s, int n, int step, float[] lanes, int to, int apart) {
    FloatVector w = FloatVector.zero(F);
    FloatVector x = w;
    FloatVector y = w;
    FloatVector z = w;
    for (int i = 0; i < n; i++) {
      FloatVector pp = FloatVector.fromArray(F, a, p + i * step);
      FloatVector qq = FloatVector.fromArray(F, a, q + i * step);
      FloatVector rr = FloatVector.fromArray(F, a, r + i * step);
      FloatVector ss = FloatVector.fromArray(F, a, s + i * step);
      w = w.add(pp.mul(pp));
      x = x.add(qq.mul(qq));
      y = y.add(rr.mul(rr));
      z = z.add(ss.mul(ss));
    }
    w.intoArray(lanes, to);
    x.intoArray(lanes, to + apart);
    y.intoArray(lanes, to + 2 * apart);
    z.intoArray(lanes, to + 3 * apart);
  }

  /// lanes[to …] = the sum over the vectors that start at `at`.
  static void one(boolean squares, float[] a, int at, int n, int step, float[] lanes, int to) {
    if (squares) {
      oneSquare(a, at, n, step, lanes, to);
    } else {
      oneSum(a, at, n, step, lanes, to);
    }
  }

  private static void oneSum(float[] a, int at, int n, int step, float[] lanes, int to) {
    FloatVector x = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      x = x.add(FloatVector.fromArray(F, a, at + i * step));
    }
    x.intoArray(lanes, to);
  }

  private static void oneSquare(float[] a, int at, int n, int step, float[] lanes, int to) {
    FloatVector x = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      FloatVector v = FloatVector.fromArray(F, a, at + i * step);
      x = x.add(v.mul(v));
    }
    x.intoArray(lanes, to);
  }

  /// to[o …] = the sum of the four chains of 16 vectors that start at `at`, `at + apart`, …, each
  /// vector `step` after the one before: the first two and the last two, then both.
  static void chains(boolean squares, float[] a, int at, int apart, int step, float[] to, int o) {
    if (squares) {
      chainsOfSquares(a, at, at + apart, at + 2 * apart, at + 3 * apart, step, to, o);
    } else {
      chainsOfSums(a, at, at + apart, at + 2 * apart, at + 3 * apart, step, to, o);
    }
  }

  private static void chainsOfSums(
      float[] a, int p, int q, int r, int s, int step, float[] to, int o) {
    FloatVector w = FloatVector.zero(F);
    FloatVector x = w;
    FloatVector y = w;
    FloatVector z = w;
    for (int i = 0; i < CHAIN; i++) {
      w = w.add(FloatVector.fromArray(F, a, p + i * step));
      x = x.add(FloatVector.fromArray(F, a, q + i * step));
      y = y.add(FloatVector.fromArray(F, a, r + i * step));
      z = z.add(FloatVector.fromArray(F, a, s + i * step));
    }
    w.add(x).add(y.add(z)).intoArray(to, o);
  }

  private static void chainsOfSquares(
      float[] a, int p, int q, int r, int s, int step, float[] to, int o) {
    FloatVector w = FloatVector.zero(F);
    FloatVector x = w;
    FloatVector y = w;
    FloatVector z = w;
    for (int i = 0; i < CHAIN; i++) {
      FloatVector pp = FloatVector.fromArray(F, a, p + i * step);
      FloatVector qq = FloatVector.fromArray(F, a, q + i * step);
      FloatVector rr = FloatVector.fromArray(F, a, r + i * step);
      FloatVector ss = FloatVector.fromArray(F, a, s + i * step);
      w = w.add(pp.mul(pp));
      x = x.add(qq.mul(qq));
      y = y.add(rr.mul(rr));
      z = z.add(ss.mul(ss));
    }
    w.add(x).add(y.add(z)).intoArray(to, o);
  }

  /// a[to + i] += a[from + i] for `0 <= i < n`.
  static void add(float[] a, int to, int from, int n) {
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector.fromArray(F, a, to + i)
          .add(FloatVector.fromArray(F, a, from + i))
          .intoArray(a, to + i);
    }
    for (; i < n; i++) {
      a[to + i] += a[from + i];
    }
  }
}
