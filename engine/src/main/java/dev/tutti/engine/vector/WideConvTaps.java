package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Tiles of a product whose factors are anywhere in `a`, written by
/// `src/generate/java/WideConvTiles.java`.
///
/// For every q from `from` to `to`: load V vectors of b, for each of R rows broadcast `a[base +
/// rows[r + i] + tab[q]]`, one fma each. Sums start at e if `keep` is −1, at `e[0 …]` if it is 0.
/// Row i of c starts at `co + cs[r + i]`, its second vector `last` further on.
final class WideConvTaps {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private WideConvTaps() {}

  static void tile8x2(
      float[] a,
      int base,
      int[] tab,
      int from,
      int to,
      int[] rows,
      int r,
      float[] b,
      int bo,
      float[] e,
      int keep,
      float[] c,
      int[] cs,
      int co,
      int last) {
    int r0 = base + rows[r];
    int c0 = co + cs[r];
    int r1 = base + rows[r + 1];
    int c1 = co + cs[r + 1];
    int r2 = base + rows[r + 2];
    int c2 = co + cs[r + 2];
    int r3 = base + rows[r + 3];
    int c3 = co + cs[r + 3];
    int r4 = base + rows[r + 4];
    int c4 = co + cs[r + 4];
    int r5 = base + rows[r + 5];
    int c5 = co + cs[r + 5];
    int r6 = base + rows[r + 6];
    int c6 = co + cs[r + 6];
    int r7 = base + rows[r + 7];
    int c7 = co + cs[r + 7];
    FloatVector s00 = FloatVector.fromArray(S, e, c0 & keep);
    FloatVector s01 = FloatVector.fromArray(S, e, c0 + last & keep);
    FloatVector s10 = FloatVector.fromArray(S, e, c1 & keep);
    FloatVector s11 = FloatVector.fromArray(S, e, c1 + last & keep);
    FloatVector s20 = FloatVector.fromArray(S, e, c2 & keep);
    FloatVector s21 = FloatVector.fromArray(S, e, c2 + last & keep);
    FloatVector s30 = FloatVector.fromArray(S, e, c3 & keep);
    FloatVector s31 = FloatVector.fromArray(S, e, c3 + last & keep);
    FloatVector s40 = FloatVector.fromArray(S, e, c4 & keep);
    FloatVector s41 = FloatVector.fromArray(S, e, c4 + last & keep);
    FloatVector s50 = FloatVector.fromArray(S, e, c5 & keep);
    FloatVector s51 = FloatVector.fromArray(S, e, c5 + last & keep);
    FloatVector s60 = FloatVector.fromArray(S, e, c6 & keep);
    FloatVector s61 = FloatVector.fromArray(S, e, c6 + last & keep);
    FloatVector s70 = FloatVector.fromArray(S, e, c7 & keep);
    FloatVector s71 = FloatVector.fromArray(S, e, c7 + last & keep);
    for (int q = from; q < to; q++) {
      int at = bo + (q - from) * 2 * L;
      int t = tab[q];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector a0 = FloatVector.broadcast(S, a[r0 + t]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(S, a[r1 + t]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(S, a[r2 + t]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(S, a[r3 + t]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      FloatVector a4 = FloatVector.broadcast(S, a[r4 + t]);
      s40 = a4.fma(b0, s40);
      s41 = a4.fma(b1, s41);
      FloatVector a5 = FloatVector.broadcast(S, a[r5 + t]);
      s50 = a5.fma(b0, s50);
      s51 = a5.fma(b1, s51);
      FloatVector a6 = FloatVector.broadcast(S, a[r6 + t]);
      s60 = a6.fma(b0, s60);
      s61 = a6.fma(b1, s61);
      FloatVector a7 = FloatVector.broadcast(S, a[r7 + t]);
      s70 = a7.fma(b0, s70);
      s71 = a7.fma(b1, s71);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + last);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + last);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + last);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + last);
    s40.intoArray(c, c4);
    s41.intoArray(c, c4 + last);
    s50.intoArray(c, c5);
    s51.intoArray(c, c5 + last);
    s60.intoArray(c, c6);
    s61.intoArray(c, c6 + last);
    s70.intoArray(c, c7);
    s71.intoArray(c, c7 + last);
  }

  static void tile4x2(
      float[] a,
      int base,
      int[] tab,
      int from,
      int to,
      int[] rows,
      int r,
      float[] b,
      int bo,
      float[] e,
      int keep,
      float[] c,
      int[] cs,
      int co,
      int last) {
    int r0 = base + rows[r];
    int c0 = co + cs[r];
    int r1 = base + rows[r + 1];
    int c1 = co + cs[r + 1];
    int r2 = base + rows[r + 2];
    int c2 = co + cs[r + 2];
    int r3 = base + rows[r + 3];
    int c3 = co + cs[r + 3];
    FloatVector s00 = FloatVector.fromArray(S, e, c0 & keep);
    FloatVector s01 = FloatVector.fromArray(S, e, c0 + last & keep);
    FloatVector s10 = FloatVector.fromArray(S, e, c1 & keep);
    FloatVector s11 = FloatVector.fromArray(S, e, c1 + last & keep);
    FloatVector s20 = FloatVector.fromArray(S, e, c2 & keep);
    FloatVector s21 = FloatVector.fromArray(S, e, c2 + last & keep);
    FloatVector s30 = FloatVector.fromArray(S, e, c3 & keep);
    FloatVector s31 = FloatVector.fromArray(S, e, c3 + last & keep);
    for (int q = from; q < to; q++) {
      int at = bo + (q - from) * 2 * L;
      int t = tab[q];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector a0 = FloatVector.broadcast(S, a[r0 + t]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(S, a[r1 + t]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(S, a[r2 + t]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(S, a[r3 + t]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
    }
    s00.intoArray(c, c0);
    s01.intoArray(c, c0 + last);
    s10.intoArray(c, c1);
    s11.intoArray(c, c1 + last);
    s20.intoArray(c, c2);
    s21.intoArray(c, c2 + last);
    s30.intoArray(c, c3);
    s31.intoArray(c, c3 + last);
  }

  static void tile8x1(
      float[] a,
      int base,
      int[] tab,
      int from,
      int to,
      int[] rows,
      int r,
      float[] b,
      int bo,
      float[] e,
      int keep,
      float[] c,
      int[] cs,
      int co,
      int last) {
    int r0 = base + rows[r];
    int c0 = co + cs[r];
    int r1 = base + rows[r + 1];
    int c1 = co + cs[r + 1];
    int r2 = base + rows[r + 2];
    int c2 = co + cs[r + 2];
    int r3 = base + rows[r + 3];
    int c3 = co + cs[r + 3];
    int r4 = base + rows[r + 4];
    int c4 = co + cs[r + 4];
    int r5 = base + rows[r + 5];
    int c5 = co + cs[r + 5];
    int r6 = base + rows[r + 6];
    int c6 = co + cs[r + 6];
    int r7 = base + rows[r + 7];
    int c7 = co + cs[r + 7];
    FloatVector s00 = FloatVector.fromArray(S, e, c0 & keep);
    FloatVector s10 = FloatVector.fromArray(S, e, c1 & keep);
    FloatVector s20 = FloatVector.fromArray(S, e, c2 & keep);
    FloatVector s30 = FloatVector.fromArray(S, e, c3 & keep);
    FloatVector s40 = FloatVector.fromArray(S, e, c4 & keep);
    FloatVector s50 = FloatVector.fromArray(S, e, c5 & keep);
    FloatVector s60 = FloatVector.fromArray(S, e, c6 & keep);
    FloatVector s70 = FloatVector.fromArray(S, e, c7 & keep);
    for (int q = from; q < to; q++) {
      int at = bo + (q - from) * L;
      int t = tab[q];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector a0 = FloatVector.broadcast(S, a[r0 + t]);
      s00 = a0.fma(b0, s00);
      FloatVector a1 = FloatVector.broadcast(S, a[r1 + t]);
      s10 = a1.fma(b0, s10);
      FloatVector a2 = FloatVector.broadcast(S, a[r2 + t]);
      s20 = a2.fma(b0, s20);
      FloatVector a3 = FloatVector.broadcast(S, a[r3 + t]);
      s30 = a3.fma(b0, s30);
      FloatVector a4 = FloatVector.broadcast(S, a[r4 + t]);
      s40 = a4.fma(b0, s40);
      FloatVector a5 = FloatVector.broadcast(S, a[r5 + t]);
      s50 = a5.fma(b0, s50);
      FloatVector a6 = FloatVector.broadcast(S, a[r6 + t]);
      s60 = a6.fma(b0, s60);
      FloatVector a7 = FloatVector.broadcast(S, a[r7 + t]);
      s70 = a7.fma(b0, s70);
    }
    s00.intoArray(c, c0);
    s10.intoArray(c, c1);
    s20.intoArray(c, c2);
    s30.intoArray(c, c3);
    s40.intoArray(c, c4);
    s50.intoArray(c, c5);
    s60.intoArray(c, c6);
    s70.intoArray(c, c7);
  }
}
