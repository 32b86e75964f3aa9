package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The innermost loops of [Sums].
///
/// Loop nest: for `0 <= i < n`, one vector at `i · step` from each start, added to an accumulator
/// of its own, which starts at 0 and is stored at the end. The loops with centres first subtract a
/// vector of `centre` and add the squares of the differences to a second set of accumulators.
final class SumLoops {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// The rows of a chain.
  private static final int CHAIN = 16;

  /// The distance from the accumulators of sums to those of squares, which [Sums] needs for both.
  static final int SQUARES = 256;

  private SumLoops() {}

  /// `lanes[to + j · apart …]` = the sum over the vectors that start at p, q, r and s.
  static void four(
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

  /// The same about `centre[co + j · apart …]`; `lanes[SQUARES + to + j · apart …]` are the
  /// squares'.
  static void four(
      float[] centre,
      int co,
      int apart,
      float[] a,
      int p,
      int q,
      int r,
      int s,
      int n,
      int step,
      float[] lanes,
      int to) {
    FloatVector pc = FloatVector.fromArray(F, centre, co);
    FloatVector qc = FloatVector.fromArray(F, centre, co + apart);
    FloatVector rc = FloatVector.fromArray(F, centre, co + 2 * apart);
    FloatVector sc = FloatVector.fromArray(F, centre, co + 3 * apart);
    FloatVector w = FloatVector.zero(F);
    FloatVector x = w;
    FloatVector y = w;
    FloatVector z = w;
    FloatVector ww = w;
    FloatVector xx = w;
    FloatVector yy = w;
    FloatVector zz = w;
    for (int i = 0; i < n; i++) {
      FloatVector pp = FloatVector.fromArray(F, a, p + i * step).sub(pc);
      FloatVector qq = FloatVector.fromArray(F, a, q + i * step).sub(qc);
      FloatVector rr = FloatVector.fromArray(F, a, r + i * step).sub(rc);
      FloatVector ss = FloatVector.fromArray(F, a, s + i * step).sub(sc);
      w = w.add(pp);
      x = x.add(qq);
      y = y.add(rr);
      z = z.add(ss);
      ww = ww.add(pp.mul(pp));
      xx = xx.add(qq.mul(qq));
      yy = yy.add(rr.mul(rr));
      zz = zz.add(ss.mul(ss));
    }
    w.intoArray(lanes, to);
    x.intoArray(lanes, to + apart);
    y.intoArray(lanes, to + 2 * apart);
    z.intoArray(lanes, to + 3 * apart);
    ww.intoArray(lanes, SQUARES + to);
    xx.intoArray(lanes, SQUARES + to + apart);
    yy.intoArray(lanes, SQUARES + to + 2 * apart);
    zz.intoArray(lanes, SQUARES + to + 3 * apart);
  }

  /// `lanes[to …]` = the sum over the vectors that start at `at`.
  static void one(float[] a, int at, int n, int step, float[] lanes, int to) {
    FloatVector x = FloatVector.zero(F);
    for (int i = 0; i < n; i++) {
      x = x.add(FloatVector.fromArray(F, a, at + i * step));
    }
    x.intoArray(lanes, to);
  }

  /// The same about `centre[co …]`; `lanes[SQUARES + to …]` are the squares'.
  static void one(
      float[] centre, int co, float[] a, int at, int n, int step, float[] lanes, int to) {
    FloatVector c = FloatVector.fromArray(F, centre, co);
    FloatVector x = FloatVector.zero(F);
    FloatVector xx = x;
    for (int i = 0; i < n; i++) {
      FloatVector v = FloatVector.fromArray(F, a, at + i * step).sub(c);
      x = x.add(v);
      xx = xx.add(v.mul(v));
    }
    x.intoArray(lanes, to);
    xx.intoArray(lanes, SQUARES + to);
  }

  /// `to[o …]` = the sum of the four chains of 16 vectors that start at p, p + apart, …: of the
  /// first two and of the last two, then of both.
  static void chains(float[] a, int p, int apart, int step, float[] to, int o) {
    int q = p + apart;
    int r = q + apart;
    int s = r + apart;
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

  /// The same about `centre[co …]`; `to[squares …]` are the squares'.
  static void chains(
      float[] centre,
      int co,
      float[] a,
      int p,
      int apart,
      int step,
      float[] to,
      int o,
      int squares) {
    int q = p + apart;
    int r = q + apart;
    int s = r + apart;
    FloatVector c = FloatVector.fromArray(F, centre, co);
    FloatVector w = FloatVector.zero(F);
    FloatVector x = w;
    FloatVector y = w;
    FloatVector z = w;
    FloatVector ww = w;
    FloatVector xx = w;
    FloatVector yy = w;
    FloatVector zz = w;
    for (int i = 0; i < CHAIN; i++) {
      FloatVector pp = FloatVector.fromArray(F, a, p + i * step).sub(c);
      FloatVector qq = FloatVector.fromArray(F, a, q + i * step).sub(c);
      FloatVector rr = FloatVector.fromArray(F, a, r + i * step).sub(c);
      FloatVector ss = FloatVector.fromArray(F, a, s + i * step).sub(c);
      w = w.add(pp);
      x = x.add(qq);
      y = y.add(rr);
      z = z.add(ss);
      ww = ww.add(pp.mul(pp));
      xx = xx.add(qq.mul(qq));
      yy = yy.add(rr.mul(rr));
      zz = zz.add(ss.mul(ss));
    }
    w.add(x).add(y.add(z)).intoArray(to, o);
    ww.add(xx).add(yy.add(zz)).intoArray(to, squares);
  }

  /// `a[to + i] += a[from + i]` for `0 <= i < n`.
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
