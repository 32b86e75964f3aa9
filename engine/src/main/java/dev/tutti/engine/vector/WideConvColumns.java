package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Tiles of a product whose R factors are neighbours in `a`, written by
/// `src/generate/java/WideConvTiles.java`.
///
/// For every q from `from` to `to`: load V vectors of b, for each of R rows broadcast `a[base +
/// tab[q] + i]`, one fma each. Sums start at e if `keep` is −1, at `e[0 …]` if it is 0. Row i of c
/// starts at `co + i · ci`, its second vector `last` further on. C2 checks the range of neighbours
/// once.
final class WideConvColumns {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private WideConvColumns() {}

  static void tile9x2(
      float[] a,
      int base,
      int[] tab,
      int from,
      int to,
      float[] b,
      int bo,
      float[] e,
      int keep,
      float[] c,
      int co,
      int ci,
      int last) {
    int c0 = co;
    int c1 = co + ci;
    int c2 = co + 2 * ci;
    int c3 = co + 3 * ci;
    int c4 = co + 4 * ci;
    int c5 = co + 5 * ci;
    int c6 = co + 6 * ci;
    int c7 = co + 7 * ci;
    int c8 = co + 8 * ci;
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
    FloatVector s80 = FloatVector.fromArray(S, e, c8 & keep);
    FloatVector s81 = FloatVector.fromArray(S, e, c8 + last & keep);
    for (int q = from; q < to; q++) {
      int at = bo + (q - from) * 2 * L;
      int t = base + tab[q];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector a0 = FloatVector.broadcast(S, a[t]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(S, a[t + 1]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(S, a[t + 2]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(S, a[t + 3]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      FloatVector a4 = FloatVector.broadcast(S, a[t + 4]);
      s40 = a4.fma(b0, s40);
      s41 = a4.fma(b1, s41);
      FloatVector a5 = FloatVector.broadcast(S, a[t + 5]);
      s50 = a5.fma(b0, s50);
      s51 = a5.fma(b1, s51);
      FloatVector a6 = FloatVector.broadcast(S, a[t + 6]);
      s60 = a6.fma(b0, s60);
      s61 = a6.fma(b1, s61);
      FloatVector a7 = FloatVector.broadcast(S, a[t + 7]);
      s70 = a7.fma(b0, s70);
      s71 = a7.fma(b1, s71);
      FloatVector a8 = FloatVector.broadcast(S, a[t + 8]);
      s80 = a8.fma(b0, s80);
      s81 = a8.fma(b1, s81);
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
    s80.intoArray(c, c8);
    s81.intoArray(c, c8 + last);
  }

  static void tile8x2(
      float[] a,
      int base,
      int[] tab,
      int from,
      int to,
      float[] b,
      int bo,
      float[] e,
      int keep,
      float[] c,
      int co,
      int ci,
      int last) {
    int c0 = co;
    int c1 = co + ci;
    int c2 = co + 2 * ci;
    int c3 = co + 3 * ci;
    int c4 = co + 4 * ci;
    int c5 = co + 5 * ci;
    int c6 = co + 6 * ci;
    int c7 = co + 7 * ci;
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
      int t = base + tab[q];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector a0 = FloatVector.broadcast(S, a[t]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(S, a[t + 1]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(S, a[t + 2]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(S, a[t + 3]);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      FloatVector a4 = FloatVector.broadcast(S, a[t + 4]);
      s40 = a4.fma(b0, s40);
      s41 = a4.fma(b1, s41);
      FloatVector a5 = FloatVector.broadcast(S, a[t + 5]);
      s50 = a5.fma(b0, s50);
      s51 = a5.fma(b1, s51);
      FloatVector a6 = FloatVector.broadcast(S, a[t + 6]);
      s60 = a6.fma(b0, s60);
      s61 = a6.fma(b1, s61);
      FloatVector a7 = FloatVector.broadcast(S, a[t + 7]);
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
      float[] b,
      int bo,
      float[] e,
      int keep,
      float[] c,
      int co,
      int ci,
      int last) {
    int c0 = co;
    int c1 = co + ci;
    int c2 = co + 2 * ci;
    int c3 = co + 3 * ci;
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
      int t = base + tab[q];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector b1 = FloatVector.fromArray(S, b, at + L);
      FloatVector a0 = FloatVector.broadcast(S, a[t]);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      FloatVector a1 = FloatVector.broadcast(S, a[t + 1]);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      FloatVector a2 = FloatVector.broadcast(S, a[t + 2]);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      FloatVector a3 = FloatVector.broadcast(S, a[t + 3]);
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
      float[] b,
      int bo,
      float[] e,
      int keep,
      float[] c,
      int co,
      int ci,
      int last) {
    int c0 = co;
    int c1 = co + ci;
    int c2 = co + 2 * ci;
    int c3 = co + 3 * ci;
    int c4 = co + 4 * ci;
    int c5 = co + 5 * ci;
    int c6 = co + 6 * ci;
    int c7 = co + 7 * ci;
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
      int t = base + tab[q];
      FloatVector b0 = FloatVector.fromArray(S, b, at);
      FloatVector a0 = FloatVector.broadcast(S, a[t]);
      s00 = a0.fma(b0, s00);
      FloatVector a1 = FloatVector.broadcast(S, a[t + 1]);
      s10 = a1.fma(b0, s10);
      FloatVector a2 = FloatVector.broadcast(S, a[t + 2]);
      s20 = a2.fma(b0, s20);
      FloatVector a3 = FloatVector.broadcast(S, a[t + 3]);
      s30 = a3.fma(b0, s30);
      FloatVector a4 = FloatVector.broadcast(S, a[t + 4]);
      s40 = a4.fma(b0, s40);
      FloatVector a5 = FloatVector.broadcast(S, a[t + 5]);
      s50 = a5.fma(b0, s50);
      FloatVector a6 = FloatVector.broadcast(S, a[t + 6]);
      s60 = a6.fma(b0, s60);
      FloatVector a7 = FloatVector.broadcast(S, a[t + 7]);
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
