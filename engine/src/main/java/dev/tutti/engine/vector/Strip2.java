package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products of a strip of 2 vectors, written by `src/generate/java/Strips.java`.
///
/// For tiles of R rows: R × V sums start at e; for k: load V vectors of b, for each row
/// broadcast a factor of a, one fma each. So every element takes k in ascending order.
///
/// Row r of a starts at `ao + r · ai` and advances by `ak`; row k of b starts at `bo + k · bk`;
/// row r of c at `co + r · ci`, and of what it starts from at `eo + r · ei`.
final class Strip2 {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private Strip2() {}

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
      for (; r + 12 <= rows; r += 12) {
        int ar = ao + r * ai;
        int er = eo + r * ei;
        tile12(a, ar, ai, ak, b, bo, bk, e, er, ei, c, co + r * ci, ci, depth);
      }
    }
    for (; r + 4 <= rows; r += 4) {
      int ar = ao + r * ai;
      int er = eo + r * ei;
      tile4(a, ar, ai, ak, b, bo, bk, e, er, ei, c, co + r * ci, ci, depth);
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

  private static void tile12(
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
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s11 = FloatVector.fromArray(S, e, eo + ei + L);
    FloatVector s20 = FloatVector.fromArray(S, e, eo + 2 * ei);
    FloatVector s21 = FloatVector.fromArray(S, e, eo + 2 * ei + L);
    FloatVector s30 = FloatVector.fromArray(S, e, eo + 3 * ei);
    FloatVector s31 = FloatVector.fromArray(S, e, eo + 3 * ei + L);
    FloatVector s40 = FloatVector.fromArray(S, e, eo + 4 * ei);
    FloatVector s41 = FloatVector.fromArray(S, e, eo + 4 * ei + L);
    FloatVector s50 = FloatVector.fromArray(S, e, eo + 5 * ei);
    FloatVector s51 = FloatVector.fromArray(S, e, eo + 5 * ei + L);
    FloatVector s60 = FloatVector.fromArray(S, e, eo + 6 * ei);
    FloatVector s61 = FloatVector.fromArray(S, e, eo + 6 * ei + L);
    FloatVector s70 = FloatVector.fromArray(S, e, eo + 7 * ei);
    FloatVector s71 = FloatVector.fromArray(S, e, eo + 7 * ei + L);
    FloatVector s80 = FloatVector.fromArray(S, e, eo + 8 * ei);
    FloatVector s81 = FloatVector.fromArray(S, e, eo + 8 * ei + L);
    FloatVector s90 = FloatVector.fromArray(S, e, eo + 9 * ei);
    FloatVector s91 = FloatVector.fromArray(S, e, eo + 9 * ei + L);
    FloatVector s100 = FloatVector.fromArray(S, e, eo + 10 * ei);
    FloatVector s101 = FloatVector.fromArray(S, e, eo + 10 * ei + L);
    FloatVector s110 = FloatVector.fromArray(S, e, eo + 11 * ei);
    FloatVector s111 = FloatVector.fromArray(S, e, eo + 11 * ei + L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(S, a[ao + 2 * ai + k * ak]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(S, a[ao + 3 * ai + k * ak]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      x = FloatVector.broadcast(S, a[ao + 4 * ai + k * ak]);
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      x = FloatVector.broadcast(S, a[ao + 5 * ai + k * ak]);
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
      x = FloatVector.broadcast(S, a[ao + 6 * ai + k * ak]);
      s60 = x.fma(b0, s60);
      s61 = x.fma(b1, s61);
      x = FloatVector.broadcast(S, a[ao + 7 * ai + k * ak]);
      s70 = x.fma(b0, s70);
      s71 = x.fma(b1, s71);
      x = FloatVector.broadcast(S, a[ao + 8 * ai + k * ak]);
      s80 = x.fma(b0, s80);
      s81 = x.fma(b1, s81);
      x = FloatVector.broadcast(S, a[ao + 9 * ai + k * ak]);
      s90 = x.fma(b0, s90);
      s91 = x.fma(b1, s91);
      x = FloatVector.broadcast(S, a[ao + 10 * ai + k * ak]);
      s100 = x.fma(b0, s100);
      s101 = x.fma(b1, s101);
      x = FloatVector.broadcast(S, a[ao + 11 * ai + k * ak]);
      s110 = x.fma(b0, s110);
      s111 = x.fma(b1, s111);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s10.intoArray(c, co + ci);
    s11.intoArray(c, co + ci + L);
    s20.intoArray(c, co + 2 * ci);
    s21.intoArray(c, co + 2 * ci + L);
    s30.intoArray(c, co + 3 * ci);
    s31.intoArray(c, co + 3 * ci + L);
    s40.intoArray(c, co + 4 * ci);
    s41.intoArray(c, co + 4 * ci + L);
    s50.intoArray(c, co + 5 * ci);
    s51.intoArray(c, co + 5 * ci + L);
    s60.intoArray(c, co + 6 * ci);
    s61.intoArray(c, co + 6 * ci + L);
    s70.intoArray(c, co + 7 * ci);
    s71.intoArray(c, co + 7 * ci + L);
    s80.intoArray(c, co + 8 * ci);
    s81.intoArray(c, co + 8 * ci + L);
    s90.intoArray(c, co + 9 * ci);
    s91.intoArray(c, co + 9 * ci + L);
    s100.intoArray(c, co + 10 * ci);
    s101.intoArray(c, co + 10 * ci + L);
    s110.intoArray(c, co + 11 * ci);
    s111.intoArray(c, co + 11 * ci + L);
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
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s11 = FloatVector.fromArray(S, e, eo + ei + L);
    FloatVector s20 = FloatVector.fromArray(S, e, eo + 2 * ei);
    FloatVector s21 = FloatVector.fromArray(S, e, eo + 2 * ei + L);
    FloatVector s30 = FloatVector.fromArray(S, e, eo + 3 * ei);
    FloatVector s31 = FloatVector.fromArray(S, e, eo + 3 * ei + L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      x = FloatVector.broadcast(S, a[ao + 2 * ai + k * ak]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      x = FloatVector.broadcast(S, a[ao + 3 * ai + k * ak]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s10.intoArray(c, co + ci);
    s11.intoArray(c, co + ci + L);
    s20.intoArray(c, co + 2 * ci);
    s21.intoArray(c, co + 2 * ci + L);
    s30.intoArray(c, co + 3 * ci);
    s31.intoArray(c, co + 3 * ci + L);
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
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s11 = FloatVector.fromArray(S, e, eo + ei + L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s10.intoArray(c, co + ci);
    s11.intoArray(c, co + ci + L);
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
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
  }
}
