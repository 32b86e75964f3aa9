package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products of a strip of 3 vectors, written by `src/generate/java/Strips.java`.
///
/// For tiles of R rows: R × V sums start at e; for k: load V vectors of b, for each row
/// broadcast a factor of a, one fma each. So every element takes k in ascending order.
///
/// Row r of a starts at `ao + r · ai` and advances by `ak`; row k of b starts at `bo + k · bk`;
/// row r of c at `co + r · ci`, and of what it starts from at `eo + r · ei`.
final class Strip3 {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private Strip3() {}

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
      for (; r + 8 <= rows; r += 8) {
        int ar = ao + r * ai;
        int er = eo + r * ei;
        tile8(a, ar, ai, ak, b, bo, bk, e, er, ei, c, co + r * ci, ci, depth);
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

  private static void tile8(
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
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s11 = FloatVector.fromArray(S, e, eo + ei + L);
    FloatVector s12 = FloatVector.fromArray(S, e, eo + ei + 2 * L);
    FloatVector s20 = FloatVector.fromArray(S, e, eo + 2 * ei);
    FloatVector s21 = FloatVector.fromArray(S, e, eo + 2 * ei + L);
    FloatVector s22 = FloatVector.fromArray(S, e, eo + 2 * ei + 2 * L);
    FloatVector s30 = FloatVector.fromArray(S, e, eo + 3 * ei);
    FloatVector s31 = FloatVector.fromArray(S, e, eo + 3 * ei + L);
    FloatVector s32 = FloatVector.fromArray(S, e, eo + 3 * ei + 2 * L);
    FloatVector s40 = FloatVector.fromArray(S, e, eo + 4 * ei);
    FloatVector s41 = FloatVector.fromArray(S, e, eo + 4 * ei + L);
    FloatVector s42 = FloatVector.fromArray(S, e, eo + 4 * ei + 2 * L);
    FloatVector s50 = FloatVector.fromArray(S, e, eo + 5 * ei);
    FloatVector s51 = FloatVector.fromArray(S, e, eo + 5 * ei + L);
    FloatVector s52 = FloatVector.fromArray(S, e, eo + 5 * ei + 2 * L);
    FloatVector s60 = FloatVector.fromArray(S, e, eo + 6 * ei);
    FloatVector s61 = FloatVector.fromArray(S, e, eo + 6 * ei + L);
    FloatVector s62 = FloatVector.fromArray(S, e, eo + 6 * ei + 2 * L);
    FloatVector s70 = FloatVector.fromArray(S, e, eo + 7 * ei);
    FloatVector s71 = FloatVector.fromArray(S, e, eo + 7 * ei + L);
    FloatVector s72 = FloatVector.fromArray(S, e, eo + 7 * ei + 2 * L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      x = FloatVector.broadcast(S, a[ao + 2 * ai + k * ak]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      s22 = x.fma(b2, s22);
      x = FloatVector.broadcast(S, a[ao + 3 * ai + k * ak]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      s32 = x.fma(b2, s32);
      x = FloatVector.broadcast(S, a[ao + 4 * ai + k * ak]);
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      s42 = x.fma(b2, s42);
      x = FloatVector.broadcast(S, a[ao + 5 * ai + k * ak]);
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
      s52 = x.fma(b2, s52);
      x = FloatVector.broadcast(S, a[ao + 6 * ai + k * ak]);
      s60 = x.fma(b0, s60);
      s61 = x.fma(b1, s61);
      s62 = x.fma(b2, s62);
      x = FloatVector.broadcast(S, a[ao + 7 * ai + k * ak]);
      s70 = x.fma(b0, s70);
      s71 = x.fma(b1, s71);
      s72 = x.fma(b2, s72);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s02.intoArray(c, co + 2 * L);
    s10.intoArray(c, co + ci);
    s11.intoArray(c, co + ci + L);
    s12.intoArray(c, co + ci + 2 * L);
    s20.intoArray(c, co + 2 * ci);
    s21.intoArray(c, co + 2 * ci + L);
    s22.intoArray(c, co + 2 * ci + 2 * L);
    s30.intoArray(c, co + 3 * ci);
    s31.intoArray(c, co + 3 * ci + L);
    s32.intoArray(c, co + 3 * ci + 2 * L);
    s40.intoArray(c, co + 4 * ci);
    s41.intoArray(c, co + 4 * ci + L);
    s42.intoArray(c, co + 4 * ci + 2 * L);
    s50.intoArray(c, co + 5 * ci);
    s51.intoArray(c, co + 5 * ci + L);
    s52.intoArray(c, co + 5 * ci + 2 * L);
    s60.intoArray(c, co + 6 * ci);
    s61.intoArray(c, co + 6 * ci + L);
    s62.intoArray(c, co + 6 * ci + 2 * L);
    s70.intoArray(c, co + 7 * ci);
    s71.intoArray(c, co + 7 * ci + L);
    s72.intoArray(c, co + 7 * ci + 2 * L);
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
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s11 = FloatVector.fromArray(S, e, eo + ei + L);
    FloatVector s12 = FloatVector.fromArray(S, e, eo + ei + 2 * L);
    FloatVector s20 = FloatVector.fromArray(S, e, eo + 2 * ei);
    FloatVector s21 = FloatVector.fromArray(S, e, eo + 2 * ei + L);
    FloatVector s22 = FloatVector.fromArray(S, e, eo + 2 * ei + 2 * L);
    FloatVector s30 = FloatVector.fromArray(S, e, eo + 3 * ei);
    FloatVector s31 = FloatVector.fromArray(S, e, eo + 3 * ei + L);
    FloatVector s32 = FloatVector.fromArray(S, e, eo + 3 * ei + 2 * L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      x = FloatVector.broadcast(S, a[ao + 2 * ai + k * ak]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      s22 = x.fma(b2, s22);
      x = FloatVector.broadcast(S, a[ao + 3 * ai + k * ak]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      s32 = x.fma(b2, s32);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s02.intoArray(c, co + 2 * L);
    s10.intoArray(c, co + ci);
    s11.intoArray(c, co + ci + L);
    s12.intoArray(c, co + ci + 2 * L);
    s20.intoArray(c, co + 2 * ci);
    s21.intoArray(c, co + 2 * ci + L);
    s22.intoArray(c, co + 2 * ci + 2 * L);
    s30.intoArray(c, co + 3 * ci);
    s31.intoArray(c, co + 3 * ci + L);
    s32.intoArray(c, co + 3 * ci + 2 * L);
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
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s11 = FloatVector.fromArray(S, e, eo + ei + L);
    FloatVector s12 = FloatVector.fromArray(S, e, eo + ei + 2 * L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s02.intoArray(c, co + 2 * L);
    s10.intoArray(c, co + ci);
    s11.intoArray(c, co + ci + L);
    s12.intoArray(c, co + ci + 2 * L);
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
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s02.intoArray(c, co + 2 * L);
  }
}
