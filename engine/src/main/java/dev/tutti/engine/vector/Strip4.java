package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products of a strip of 4 vectors, written by `src/generate/java/Strips.java`.
///
/// For tiles of R rows: R × V sums start at e; for k: load V vectors of b, for each row
/// broadcast a factor of a, one fma each. So every element takes k in ascending order.
///
/// Row r of a starts at `ao + r · ai` and advances by `ak`; row k of b starts at `bo + k · bk`;
/// row r of c at `co + r · ci`, and of what it starts from at `eo + r · ei`.
final class Strip4 {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private Strip4() {}

  static void run(
      int rows,
      float[] a,
      int ao,
      int ai,
      int ak,
      float[] b,
      int bo,
      int bk,
      float[] e,
      int eo,
      int ei,
      float[] c,
      int co,
      int ci,
      int depth) {
    int r = 0;
    if (Lanes.REGISTERS >= 32) {
      for (; r + 6 <= rows; r += 6) {
        int ar = ao + r * ai;
        int er = eo + r * ei;
        tile6(a, ar, ai, ak, b, bo, bk, e, er, ei, c, co + r * ci, ci, depth);
      }
    }
    if (Lanes.REGISTERS >= 32) {
      for (; r + 4 <= rows; r += 4) {
        int ar = ao + r * ai;
        int er = eo + r * ei;
        tile4(a, ar, ai, ak, b, bo, bk, e, er, ei, c, co + r * ci, ci, depth);
      }
    }
    for (; r + 2 <= rows; r += 2) {
      int ar = ao + r * ai;
      int er = eo + r * ei;
      tile2(a, ar, ai, ak, b, bo, bk, e, er, ei, c, co + r * ci, ci, depth);
    }
    for (; r + 1 <= rows; r += 1) {
      int ar = ao + r * ai;
      int er = eo + r * ei;
      tile1(a, ar, ai, ak, b, bo, bk, e, er, ei, c, co + r * ci, ci, depth);
    }
  }

  private static void tile6(
      float[] a,
      int ao,
      int ai,
      int ak,
      float[] b,
      int bo,
      int bk,
      float[] e,
      int eo,
      int ei,
      float[] c,
      int co,
      int ci,
      int depth) {
    FloatVector s00 = FloatVector.fromArray(S, e, eo);
    FloatVector s01 = FloatVector.fromArray(S, e, eo + L);
    FloatVector s02 = FloatVector.fromArray(S, e, eo + 2 * L);
    FloatVector s03 = FloatVector.fromArray(S, e, eo + 3 * L);
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s11 = FloatVector.fromArray(S, e, eo + ei + L);
    FloatVector s12 = FloatVector.fromArray(S, e, eo + ei + 2 * L);
    FloatVector s13 = FloatVector.fromArray(S, e, eo + ei + 3 * L);
    FloatVector s20 = FloatVector.fromArray(S, e, eo + 2 * ei);
    FloatVector s21 = FloatVector.fromArray(S, e, eo + 2 * ei + L);
    FloatVector s22 = FloatVector.fromArray(S, e, eo + 2 * ei + 2 * L);
    FloatVector s23 = FloatVector.fromArray(S, e, eo + 2 * ei + 3 * L);
    FloatVector s30 = FloatVector.fromArray(S, e, eo + 3 * ei);
    FloatVector s31 = FloatVector.fromArray(S, e, eo + 3 * ei + L);
    FloatVector s32 = FloatVector.fromArray(S, e, eo + 3 * ei + 2 * L);
    FloatVector s33 = FloatVector.fromArray(S, e, eo + 3 * ei + 3 * L);
    FloatVector s40 = FloatVector.fromArray(S, e, eo + 4 * ei);
    FloatVector s41 = FloatVector.fromArray(S, e, eo + 4 * ei + L);
    FloatVector s42 = FloatVector.fromArray(S, e, eo + 4 * ei + 2 * L);
    FloatVector s43 = FloatVector.fromArray(S, e, eo + 4 * ei + 3 * L);
    FloatVector s50 = FloatVector.fromArray(S, e, eo + 5 * ei);
    FloatVector s51 = FloatVector.fromArray(S, e, eo + 5 * ei + L);
    FloatVector s52 = FloatVector.fromArray(S, e, eo + 5 * ei + 2 * L);
    FloatVector s53 = FloatVector.fromArray(S, e, eo + 5 * ei + 3 * L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector b3 = FloatVector.fromArray(S, b, bo + k * bk + 3 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      s03 = x.fma(b3, s03);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      s13 = x.fma(b3, s13);
      x = FloatVector.broadcast(S, a[ao + 2 * ai + k * ak]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      s22 = x.fma(b2, s22);
      s23 = x.fma(b3, s23);
      x = FloatVector.broadcast(S, a[ao + 3 * ai + k * ak]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      s32 = x.fma(b2, s32);
      s33 = x.fma(b3, s33);
      x = FloatVector.broadcast(S, a[ao + 4 * ai + k * ak]);
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      s42 = x.fma(b2, s42);
      s43 = x.fma(b3, s43);
      x = FloatVector.broadcast(S, a[ao + 5 * ai + k * ak]);
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
      s52 = x.fma(b2, s52);
      s53 = x.fma(b3, s53);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s02.intoArray(c, co + 2 * L);
    s03.intoArray(c, co + 3 * L);
    s10.intoArray(c, co + ci);
    s11.intoArray(c, co + ci + L);
    s12.intoArray(c, co + ci + 2 * L);
    s13.intoArray(c, co + ci + 3 * L);
    s20.intoArray(c, co + 2 * ci);
    s21.intoArray(c, co + 2 * ci + L);
    s22.intoArray(c, co + 2 * ci + 2 * L);
    s23.intoArray(c, co + 2 * ci + 3 * L);
    s30.intoArray(c, co + 3 * ci);
    s31.intoArray(c, co + 3 * ci + L);
    s32.intoArray(c, co + 3 * ci + 2 * L);
    s33.intoArray(c, co + 3 * ci + 3 * L);
    s40.intoArray(c, co + 4 * ci);
    s41.intoArray(c, co + 4 * ci + L);
    s42.intoArray(c, co + 4 * ci + 2 * L);
    s43.intoArray(c, co + 4 * ci + 3 * L);
    s50.intoArray(c, co + 5 * ci);
    s51.intoArray(c, co + 5 * ci + L);
    s52.intoArray(c, co + 5 * ci + 2 * L);
    s53.intoArray(c, co + 5 * ci + 3 * L);
  }

  private static void tile4(
      float[] a,
      int ao,
      int ai,
      int ak,
      float[] b,
      int bo,
      int bk,
      float[] e,
      int eo,
      int ei,
      float[] c,
      int co,
      int ci,
      int depth) {
    FloatVector s00 = FloatVector.fromArray(S, e, eo);
    FloatVector s01 = FloatVector.fromArray(S, e, eo + L);
    FloatVector s02 = FloatVector.fromArray(S, e, eo + 2 * L);
    FloatVector s03 = FloatVector.fromArray(S, e, eo + 3 * L);
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s11 = FloatVector.fromArray(S, e, eo + ei + L);
    FloatVector s12 = FloatVector.fromArray(S, e, eo + ei + 2 * L);
    FloatVector s13 = FloatVector.fromArray(S, e, eo + ei + 3 * L);
    FloatVector s20 = FloatVector.fromArray(S, e, eo + 2 * ei);
    FloatVector s21 = FloatVector.fromArray(S, e, eo + 2 * ei + L);
    FloatVector s22 = FloatVector.fromArray(S, e, eo + 2 * ei + 2 * L);
    FloatVector s23 = FloatVector.fromArray(S, e, eo + 2 * ei + 3 * L);
    FloatVector s30 = FloatVector.fromArray(S, e, eo + 3 * ei);
    FloatVector s31 = FloatVector.fromArray(S, e, eo + 3 * ei + L);
    FloatVector s32 = FloatVector.fromArray(S, e, eo + 3 * ei + 2 * L);
    FloatVector s33 = FloatVector.fromArray(S, e, eo + 3 * ei + 3 * L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector b3 = FloatVector.fromArray(S, b, bo + k * bk + 3 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      s03 = x.fma(b3, s03);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      s13 = x.fma(b3, s13);
      x = FloatVector.broadcast(S, a[ao + 2 * ai + k * ak]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      s22 = x.fma(b2, s22);
      s23 = x.fma(b3, s23);
      x = FloatVector.broadcast(S, a[ao + 3 * ai + k * ak]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      s32 = x.fma(b2, s32);
      s33 = x.fma(b3, s33);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s02.intoArray(c, co + 2 * L);
    s03.intoArray(c, co + 3 * L);
    s10.intoArray(c, co + ci);
    s11.intoArray(c, co + ci + L);
    s12.intoArray(c, co + ci + 2 * L);
    s13.intoArray(c, co + ci + 3 * L);
    s20.intoArray(c, co + 2 * ci);
    s21.intoArray(c, co + 2 * ci + L);
    s22.intoArray(c, co + 2 * ci + 2 * L);
    s23.intoArray(c, co + 2 * ci + 3 * L);
    s30.intoArray(c, co + 3 * ci);
    s31.intoArray(c, co + 3 * ci + L);
    s32.intoArray(c, co + 3 * ci + 2 * L);
    s33.intoArray(c, co + 3 * ci + 3 * L);
  }

  private static void tile2(
      float[] a,
      int ao,
      int ai,
      int ak,
      float[] b,
      int bo,
      int bk,
      float[] e,
      int eo,
      int ei,
      float[] c,
      int co,
      int ci,
      int depth) {
    FloatVector s00 = FloatVector.fromArray(S, e, eo);
    FloatVector s01 = FloatVector.fromArray(S, e, eo + L);
    FloatVector s02 = FloatVector.fromArray(S, e, eo + 2 * L);
    FloatVector s03 = FloatVector.fromArray(S, e, eo + 3 * L);
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s11 = FloatVector.fromArray(S, e, eo + ei + L);
    FloatVector s12 = FloatVector.fromArray(S, e, eo + ei + 2 * L);
    FloatVector s13 = FloatVector.fromArray(S, e, eo + ei + 3 * L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector b3 = FloatVector.fromArray(S, b, bo + k * bk + 3 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      s03 = x.fma(b3, s03);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      s13 = x.fma(b3, s13);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s02.intoArray(c, co + 2 * L);
    s03.intoArray(c, co + 3 * L);
    s10.intoArray(c, co + ci);
    s11.intoArray(c, co + ci + L);
    s12.intoArray(c, co + ci + 2 * L);
    s13.intoArray(c, co + ci + 3 * L);
  }

  private static void tile1(
      float[] a,
      int ao,
      int ai,
      int ak,
      float[] b,
      int bo,
      int bk,
      float[] e,
      int eo,
      int ei,
      float[] c,
      int co,
      int ci,
      int depth) {
    FloatVector s00 = FloatVector.fromArray(S, e, eo);
    FloatVector s01 = FloatVector.fromArray(S, e, eo + L);
    FloatVector s02 = FloatVector.fromArray(S, e, eo + 2 * L);
    FloatVector s03 = FloatVector.fromArray(S, e, eo + 3 * L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector b3 = FloatVector.fromArray(S, b, bo + k * bk + 3 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      s03 = x.fma(b3, s03);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s02.intoArray(c, co + 2 * L);
    s03.intoArray(c, co + 3 * L);
  }
}
