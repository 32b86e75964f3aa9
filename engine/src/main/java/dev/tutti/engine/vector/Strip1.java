package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products of a strip of 1 vector, written by `src/generate/java/Strips.java`.
///
/// For tiles of R rows: R × V sums start at e; for k: load V vectors of b, for each row
/// broadcast a factor of a, one fma each. So every element takes k in ascending order.
///
/// Row r of a starts at `ao + r · ai` and advances by `ak`; row k of b starts at `bo + k · bk`;
/// row r of c at `co + r · ci`, and of what it starts from at `eo + r · ei`.
final class Strip1 {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private Strip1() {}

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
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s20 = FloatVector.fromArray(S, e, eo + 2 * ei);
    FloatVector s30 = FloatVector.fromArray(S, e, eo + 3 * ei);
    FloatVector s40 = FloatVector.fromArray(S, e, eo + 4 * ei);
    FloatVector s50 = FloatVector.fromArray(S, e, eo + 5 * ei);
    FloatVector s60 = FloatVector.fromArray(S, e, eo + 6 * ei);
    FloatVector s70 = FloatVector.fromArray(S, e, eo + 7 * ei);
    FloatVector s80 = FloatVector.fromArray(S, e, eo + 8 * ei);
    FloatVector s90 = FloatVector.fromArray(S, e, eo + 9 * ei);
    FloatVector s100 = FloatVector.fromArray(S, e, eo + 10 * ei);
    FloatVector s110 = FloatVector.fromArray(S, e, eo + 11 * ei);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      x = FloatVector.broadcast(S, a[ao + 2 * ai + k * ak]);
      s20 = x.fma(b0, s20);
      x = FloatVector.broadcast(S, a[ao + 3 * ai + k * ak]);
      s30 = x.fma(b0, s30);
      x = FloatVector.broadcast(S, a[ao + 4 * ai + k * ak]);
      s40 = x.fma(b0, s40);
      x = FloatVector.broadcast(S, a[ao + 5 * ai + k * ak]);
      s50 = x.fma(b0, s50);
      x = FloatVector.broadcast(S, a[ao + 6 * ai + k * ak]);
      s60 = x.fma(b0, s60);
      x = FloatVector.broadcast(S, a[ao + 7 * ai + k * ak]);
      s70 = x.fma(b0, s70);
      x = FloatVector.broadcast(S, a[ao + 8 * ai + k * ak]);
      s80 = x.fma(b0, s80);
      x = FloatVector.broadcast(S, a[ao + 9 * ai + k * ak]);
      s90 = x.fma(b0, s90);
      x = FloatVector.broadcast(S, a[ao + 10 * ai + k * ak]);
      s100 = x.fma(b0, s100);
      x = FloatVector.broadcast(S, a[ao + 11 * ai + k * ak]);
      s110 = x.fma(b0, s110);
    }
    s00.intoArray(c, co);
    s10.intoArray(c, co + ci);
    s20.intoArray(c, co + 2 * ci);
    s30.intoArray(c, co + 3 * ci);
    s40.intoArray(c, co + 4 * ci);
    s50.intoArray(c, co + 5 * ci);
    s60.intoArray(c, co + 6 * ci);
    s70.intoArray(c, co + 7 * ci);
    s80.intoArray(c, co + 8 * ci);
    s90.intoArray(c, co + 9 * ci);
    s100.intoArray(c, co + 10 * ci);
    s110.intoArray(c, co + 11 * ci);
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
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    FloatVector s20 = FloatVector.fromArray(S, e, eo + 2 * ei);
    FloatVector s30 = FloatVector.fromArray(S, e, eo + 3 * ei);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
      x = FloatVector.broadcast(S, a[ao + 2 * ai + k * ak]);
      s20 = x.fma(b0, s20);
      x = FloatVector.broadcast(S, a[ao + 3 * ai + k * ak]);
      s30 = x.fma(b0, s30);
    }
    s00.intoArray(c, co);
    s10.intoArray(c, co + ci);
    s20.intoArray(c, co + 2 * ci);
    s30.intoArray(c, co + 3 * ci);
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
    FloatVector s10 = FloatVector.fromArray(S, e, eo + ei);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[ao + ai + k * ak]);
      s10 = x.fma(b0, s10);
    }
    s00.intoArray(c, co);
    s10.intoArray(c, co + ci);
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
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * ak]);
      s00 = x.fma(b0, s00);
    }
    s00.intoArray(c, co);
  }
}
