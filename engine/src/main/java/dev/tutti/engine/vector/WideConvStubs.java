package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Tiles of a product whose factors are runs of `a`, written by
/// `src/generate/java/WideConvTiles.java`.
///
/// Sums start at 0. For every run g, for every q below `run`: load V vectors of row `bs[g] + q` of
/// b, for each of R rows broadcast `a[base + rows[r + i] + starts[g] + q]`, one fma each. Row i of
/// c starts at `co + cs[r + i]`, its second vector `last` further on. The range checks of an index
/// that grows by one from a start known not to be negative are hoisted out of the inner loop. The
/// same code as [WideConvRuns], for shorter runs: a copy, since C2 optimises for the trip counts
/// that it has profiled.
final class WideConvStubs {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private WideConvStubs() {}

  static void tile8x2(
      float[] a,
      int base,
      int[] starts,
      int[] bs,
      int run,
      int[] rows,
      int r,
      float[] b,
      int bo,
      float[] c,
      int[] cs,
      int co,
      int last) {
    int r0 = base + rows[r];
    int r1 = base + rows[r + 1];
    int r2 = base + rows[r + 2];
    int r3 = base + rows[r + 3];
    int r4 = base + rows[r + 4];
    int r5 = base + rows[r + 5];
    int r6 = base + rows[r + 6];
    int r7 = base + rows[r + 7];
    FloatVector s00 = FloatVector.zero(S);
    FloatVector s01 = FloatVector.zero(S);
    FloatVector s10 = FloatVector.zero(S);
    FloatVector s11 = FloatVector.zero(S);
    FloatVector s20 = FloatVector.zero(S);
    FloatVector s21 = FloatVector.zero(S);
    FloatVector s30 = FloatVector.zero(S);
    FloatVector s31 = FloatVector.zero(S);
    FloatVector s40 = FloatVector.zero(S);
    FloatVector s41 = FloatVector.zero(S);
    FloatVector s50 = FloatVector.zero(S);
    FloatVector s51 = FloatVector.zero(S);
    FloatVector s60 = FloatVector.zero(S);
    FloatVector s61 = FloatVector.zero(S);
    FloatVector s70 = FloatVector.zero(S);
    FloatVector s71 = FloatVector.zero(S);
    int n = Math.min(run, WideConvProduct.SHORT);
    for (int g = 0; g < starts.length; g++) {
      int t = starts[g];
      int start = bo + bs[g] * 2 * L;
      int u0 = r0 + t & Integer.MAX_VALUE;
      int u1 = r1 + t & Integer.MAX_VALUE;
      int u2 = r2 + t & Integer.MAX_VALUE;
      int u3 = r3 + t & Integer.MAX_VALUE;
      int u4 = r4 + t & Integer.MAX_VALUE;
      int u5 = r5 + t & Integer.MAX_VALUE;
      int u6 = r6 + t & Integer.MAX_VALUE;
      int u7 = r7 + t & Integer.MAX_VALUE;
      for (int q = 0; q < n; q++) {
        int at = start + q * 2 * L;
        FloatVector b0 = FloatVector.fromArray(S, b, at);
        FloatVector b1 = FloatVector.fromArray(S, b, at + L);
        FloatVector a0 = FloatVector.broadcast(S, a[u0 + q]);
        s00 = a0.fma(b0, s00);
        s01 = a0.fma(b1, s01);
        FloatVector a1 = FloatVector.broadcast(S, a[u1 + q]);
        s10 = a1.fma(b0, s10);
        s11 = a1.fma(b1, s11);
        FloatVector a2 = FloatVector.broadcast(S, a[u2 + q]);
        s20 = a2.fma(b0, s20);
        s21 = a2.fma(b1, s21);
        FloatVector a3 = FloatVector.broadcast(S, a[u3 + q]);
        s30 = a3.fma(b0, s30);
        s31 = a3.fma(b1, s31);
        FloatVector a4 = FloatVector.broadcast(S, a[u4 + q]);
        s40 = a4.fma(b0, s40);
        s41 = a4.fma(b1, s41);
        FloatVector a5 = FloatVector.broadcast(S, a[u5 + q]);
        s50 = a5.fma(b0, s50);
        s51 = a5.fma(b1, s51);
        FloatVector a6 = FloatVector.broadcast(S, a[u6 + q]);
        s60 = a6.fma(b0, s60);
        s61 = a6.fma(b1, s61);
        FloatVector a7 = FloatVector.broadcast(S, a[u7 + q]);
        s70 = a7.fma(b0, s70);
        s71 = a7.fma(b1, s71);
      }
    }
    int c0 = co + cs[r];
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + last);
    int c1 = co + cs[r + 1];
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + last);
    int c2 = co + cs[r + 2];
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + last);
    int c3 = co + cs[r + 3];
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + last);
    int c4 = co + cs[r + 4];
    s40.intoArray(c, c4);
    s41.intoArray(c, c4 + last);
    int c5 = co + cs[r + 5];
    s50.intoArray(c, c5);
    s51.intoArray(c, c5 + last);
    int c6 = co + cs[r + 6];
    s60.intoArray(c, c6);
    s61.intoArray(c, c6 + last);
    int c7 = co + cs[r + 7];
    s70.intoArray(c, c7);
    s71.intoArray(c, c7 + last);
  }

  static void tile4x2(
      float[] a,
      int base,
      int[] starts,
      int[] bs,
      int run,
      int[] rows,
      int r,
      float[] b,
      int bo,
      float[] c,
      int[] cs,
      int co,
      int last) {
    int r0 = base + rows[r];
    int r1 = base + rows[r + 1];
    int r2 = base + rows[r + 2];
    int r3 = base + rows[r + 3];
    FloatVector s00 = FloatVector.zero(S);
    FloatVector s01 = FloatVector.zero(S);
    FloatVector s10 = FloatVector.zero(S);
    FloatVector s11 = FloatVector.zero(S);
    FloatVector s20 = FloatVector.zero(S);
    FloatVector s21 = FloatVector.zero(S);
    FloatVector s30 = FloatVector.zero(S);
    FloatVector s31 = FloatVector.zero(S);
    int n = Math.min(run, WideConvProduct.SHORT);
    for (int g = 0; g < starts.length; g++) {
      int t = starts[g];
      int start = bo + bs[g] * 2 * L;
      int u0 = r0 + t & Integer.MAX_VALUE;
      int u1 = r1 + t & Integer.MAX_VALUE;
      int u2 = r2 + t & Integer.MAX_VALUE;
      int u3 = r3 + t & Integer.MAX_VALUE;
      for (int q = 0; q < n; q++) {
        int at = start + q * 2 * L;
        FloatVector b0 = FloatVector.fromArray(S, b, at);
        FloatVector b1 = FloatVector.fromArray(S, b, at + L);
        FloatVector a0 = FloatVector.broadcast(S, a[u0 + q]);
        s00 = a0.fma(b0, s00);
        s01 = a0.fma(b1, s01);
        FloatVector a1 = FloatVector.broadcast(S, a[u1 + q]);
        s10 = a1.fma(b0, s10);
        s11 = a1.fma(b1, s11);
        FloatVector a2 = FloatVector.broadcast(S, a[u2 + q]);
        s20 = a2.fma(b0, s20);
        s21 = a2.fma(b1, s21);
        FloatVector a3 = FloatVector.broadcast(S, a[u3 + q]);
        s30 = a3.fma(b0, s30);
        s31 = a3.fma(b1, s31);
      }
    }
    int c0 = co + cs[r];
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + last);
    int c1 = co + cs[r + 1];
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + last);
    int c2 = co + cs[r + 2];
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + last);
    int c3 = co + cs[r + 3];
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + last);
  }

  static void tile8x1(
      float[] a,
      int base,
      int[] starts,
      int[] bs,
      int run,
      int[] rows,
      int r,
      float[] b,
      int bo,
      float[] c,
      int[] cs,
      int co,
      int last) {
    int r0 = base + rows[r];
    int r1 = base + rows[r + 1];
    int r2 = base + rows[r + 2];
    int r3 = base + rows[r + 3];
    int r4 = base + rows[r + 4];
    int r5 = base + rows[r + 5];
    int r6 = base + rows[r + 6];
    int r7 = base + rows[r + 7];
    FloatVector s00 = FloatVector.zero(S);
    FloatVector s10 = FloatVector.zero(S);
    FloatVector s20 = FloatVector.zero(S);
    FloatVector s30 = FloatVector.zero(S);
    FloatVector s40 = FloatVector.zero(S);
    FloatVector s50 = FloatVector.zero(S);
    FloatVector s60 = FloatVector.zero(S);
    FloatVector s70 = FloatVector.zero(S);
    int n = Math.min(run, WideConvProduct.SHORT);
    for (int g = 0; g < starts.length; g++) {
      int t = starts[g];
      int start = bo + bs[g] * L;
      int u0 = r0 + t & Integer.MAX_VALUE;
      int u1 = r1 + t & Integer.MAX_VALUE;
      int u2 = r2 + t & Integer.MAX_VALUE;
      int u3 = r3 + t & Integer.MAX_VALUE;
      int u4 = r4 + t & Integer.MAX_VALUE;
      int u5 = r5 + t & Integer.MAX_VALUE;
      int u6 = r6 + t & Integer.MAX_VALUE;
      int u7 = r7 + t & Integer.MAX_VALUE;
      for (int q = 0; q < n; q++) {
        int at = start + q * L;
        FloatVector b0 = FloatVector.fromArray(S, b, at);
        FloatVector a0 = FloatVector.broadcast(S, a[u0 + q]);
        s00 = a0.fma(b0, s00);
        FloatVector a1 = FloatVector.broadcast(S, a[u1 + q]);
        s10 = a1.fma(b0, s10);
        FloatVector a2 = FloatVector.broadcast(S, a[u2 + q]);
        s20 = a2.fma(b0, s20);
        FloatVector a3 = FloatVector.broadcast(S, a[u3 + q]);
        s30 = a3.fma(b0, s30);
        FloatVector a4 = FloatVector.broadcast(S, a[u4 + q]);
        s40 = a4.fma(b0, s40);
        FloatVector a5 = FloatVector.broadcast(S, a[u5 + q]);
        s50 = a5.fma(b0, s50);
        FloatVector a6 = FloatVector.broadcast(S, a[u6 + q]);
        s60 = a6.fma(b0, s60);
        FloatVector a7 = FloatVector.broadcast(S, a[u7 + q]);
        s70 = a7.fma(b0, s70);
      }
    }
    int c0 = co + cs[r];
    s00.intoArray(c, c0);
    int c1 = co + cs[r + 1];
    s10.intoArray(c, c1);
    int c2 = co + cs[r + 2];
    s20.intoArray(c, c2);
    int c3 = co + cs[r + 3];
    s30.intoArray(c, c3);
    int c4 = co + cs[r + 4];
    s40.intoArray(c, c4);
    int c5 = co + cs[r + 5];
    s50.intoArray(c, c5);
    int c6 = co + cs[r + 6];
    s60.intoArray(c, c6);
    int c7 = co + cs[r + 7];
    s70.intoArray(c, c7);
  }
}
