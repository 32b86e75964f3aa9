package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products of a strip of 1 vector, written by `src/generate/java/Strips.java`.
///
/// For tiles of R rows: R × V sums start at what c holds; for k: load V vectors of b, for each row
/// broadcast a factor of a, one fma each. So every element takes k in ascending order.
///
/// Element k of a's row r is `a[ao + r · step + k]`; row k of b starts at `bo + k · bk`, row r of c
/// at `co + r · ci`.
final class Strip1Rows {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;

  private Strip1Rows() {}

  static void run(
      int rows,
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      int bk,
      float[] c,
      int co,
      int ci,
      int depth) {
    int r = 0;
    for (; rows - r >= 16 && Lanes.REGISTERS >= 32; r += 16) {
      tile16(a, ao + r * step, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 8; r += 8) {
      tile8(a, ao + r * step, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 4; r += 4) {
      tile4(a, ao + r * step, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 2; r += 2) {
      tile2(a, ao + r * step, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 1; r += 1) {
      tile1(a, ao + r * step, b, bo, bk, c, co + r * ci, depth);
    }
  }

  private static void tile16(
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      int bk,
      float[] c,
      int co,
      int ci,
      int depth) {
    FloatVector s00 = FloatVector.fromArray(S, c, co);
    FloatVector s10 = FloatVector.fromArray(S, c, co + ci);
    FloatVector s20 = FloatVector.fromArray(S, c, co + 2 * ci);
    FloatVector s30 = FloatVector.fromArray(S, c, co + 3 * ci);
    FloatVector s40 = FloatVector.fromArray(S, c, co + 4 * ci);
    FloatVector s50 = FloatVector.fromArray(S, c, co + 5 * ci);
    FloatVector s60 = FloatVector.fromArray(S, c, co + 6 * ci);
    FloatVector s70 = FloatVector.fromArray(S, c, co + 7 * ci);
    FloatVector s80 = FloatVector.fromArray(S, c, co + 8 * ci);
    FloatVector s90 = FloatVector.fromArray(S, c, co + 9 * ci);
    FloatVector s100 = FloatVector.fromArray(S, c, co + 10 * ci);
    FloatVector s110 = FloatVector.fromArray(S, c, co + 11 * ci);
    FloatVector s120 = FloatVector.fromArray(S, c, co + 12 * ci);
    FloatVector s130 = FloatVector.fromArray(S, c, co + 13 * ci);
    FloatVector s140 = FloatVector.fromArray(S, c, co + 14 * ci);
    FloatVector s150 = FloatVector.fromArray(S, c, co + 15 * ci);
    int a1 = ao + step;
    int a2 = ao + 2 * step;
    int a3 = ao + 3 * step;
    int a4 = ao + 4 * step;
    int a5 = ao + 5 * step;
    int a6 = ao + 6 * step;
    int a7 = ao + 7 * step;
    int a8 = ao + 8 * step;
    int a9 = ao + 9 * step;
    int a10 = ao + 10 * step;
    int a11 = ao + 11 * step;
    int a12 = ao + 12 * step;
    int a13 = ao + 13 * step;
    int a14 = ao + 14 * step;
    int a15 = ao + 15 * step;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[a1 + k]);
      s10 = x.fma(b0, s10);
      x = FloatVector.broadcast(S, a[a2 + k]);
      s20 = x.fma(b0, s20);
      x = FloatVector.broadcast(S, a[a3 + k]);
      s30 = x.fma(b0, s30);
      x = FloatVector.broadcast(S, a[a4 + k]);
      s40 = x.fma(b0, s40);
      x = FloatVector.broadcast(S, a[a5 + k]);
      s50 = x.fma(b0, s50);
      x = FloatVector.broadcast(S, a[a6 + k]);
      s60 = x.fma(b0, s60);
      x = FloatVector.broadcast(S, a[a7 + k]);
      s70 = x.fma(b0, s70);
      x = FloatVector.broadcast(S, a[a8 + k]);
      s80 = x.fma(b0, s80);
      x = FloatVector.broadcast(S, a[a9 + k]);
      s90 = x.fma(b0, s90);
      x = FloatVector.broadcast(S, a[a10 + k]);
      s100 = x.fma(b0, s100);
      x = FloatVector.broadcast(S, a[a11 + k]);
      s110 = x.fma(b0, s110);
      x = FloatVector.broadcast(S, a[a12 + k]);
      s120 = x.fma(b0, s120);
      x = FloatVector.broadcast(S, a[a13 + k]);
      s130 = x.fma(b0, s130);
      x = FloatVector.broadcast(S, a[a14 + k]);
      s140 = x.fma(b0, s140);
      x = FloatVector.broadcast(S, a[a15 + k]);
      s150 = x.fma(b0, s150);
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
    s120.intoArray(c, co + 12 * ci);
    s130.intoArray(c, co + 13 * ci);
    s140.intoArray(c, co + 14 * ci);
    s150.intoArray(c, co + 15 * ci);
  }

  private static void tile8(
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      int bk,
      float[] c,
      int co,
      int ci,
      int depth) {
    FloatVector s00 = FloatVector.fromArray(S, c, co);
    FloatVector s10 = FloatVector.fromArray(S, c, co + ci);
    FloatVector s20 = FloatVector.fromArray(S, c, co + 2 * ci);
    FloatVector s30 = FloatVector.fromArray(S, c, co + 3 * ci);
    FloatVector s40 = FloatVector.fromArray(S, c, co + 4 * ci);
    FloatVector s50 = FloatVector.fromArray(S, c, co + 5 * ci);
    FloatVector s60 = FloatVector.fromArray(S, c, co + 6 * ci);
    FloatVector s70 = FloatVector.fromArray(S, c, co + 7 * ci);
    int a1 = ao + step;
    int a2 = ao + 2 * step;
    int a3 = ao + 3 * step;
    int a4 = ao + 4 * step;
    int a5 = ao + 5 * step;
    int a6 = ao + 6 * step;
    int a7 = ao + 7 * step;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[a1 + k]);
      s10 = x.fma(b0, s10);
      x = FloatVector.broadcast(S, a[a2 + k]);
      s20 = x.fma(b0, s20);
      x = FloatVector.broadcast(S, a[a3 + k]);
      s30 = x.fma(b0, s30);
      x = FloatVector.broadcast(S, a[a4 + k]);
      s40 = x.fma(b0, s40);
      x = FloatVector.broadcast(S, a[a5 + k]);
      s50 = x.fma(b0, s50);
      x = FloatVector.broadcast(S, a[a6 + k]);
      s60 = x.fma(b0, s60);
      x = FloatVector.broadcast(S, a[a7 + k]);
      s70 = x.fma(b0, s70);
    }
    s00.intoArray(c, co);
    s10.intoArray(c, co + ci);
    s20.intoArray(c, co + 2 * ci);
    s30.intoArray(c, co + 3 * ci);
    s40.intoArray(c, co + 4 * ci);
    s50.intoArray(c, co + 5 * ci);
    s60.intoArray(c, co + 6 * ci);
    s70.intoArray(c, co + 7 * ci);
  }

  private static void tile4(
      float[] a,
      int ao,
      int step,
      float[] b,
      int bo,
      int bk,
      float[] c,
      int co,
      int ci,
      int depth) {
    FloatVector s00 = FloatVector.fromArray(S, c, co);
    FloatVector s10 = FloatVector.fromArray(S, c, co + ci);
    FloatVector s20 = FloatVector.fromArray(S, c, co + 2 * ci);
    FloatVector s30 = FloatVector.fromArray(S, c, co + 3 * ci);
    int a1 = ao + step;
    int a2 = ao + 2 * step;
    int a3 = ao + 3 * step;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[a1 + k]);
      s10 = x.fma(b0, s10);
      x = FloatVector.broadcast(S, a[a2 + k]);
      s20 = x.fma(b0, s20);
      x = FloatVector.broadcast(S, a[a3 + k]);
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
      int step,
      float[] b,
      int bo,
      int bk,
      float[] c,
      int co,
      int ci,
      int depth) {
    FloatVector s00 = FloatVector.fromArray(S, c, co);
    FloatVector s10 = FloatVector.fromArray(S, c, co + ci);
    int a1 = ao + step;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[a1 + k]);
      s10 = x.fma(b0, s10);
    }
    s00.intoArray(c, co);
    s10.intoArray(c, co + ci);
  }

  private static void tile1(
      float[] a, int ao, float[] b, int bo, int bk, float[] c, int co, int depth) {
    FloatVector s00 = FloatVector.fromArray(S, c, co);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      s00 = x.fma(b0, s00);
    }
    s00.intoArray(c, co);
  }
}
