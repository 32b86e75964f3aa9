package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products of a strip of 3 vectors, written by `src/generate/java/Strips.java`.
///
/// For tiles of R rows: R × V sums start at what c holds; for k: load V vectors of b, for each row
/// broadcast a factor of a, one fma each. So every element takes k in ascending order.
///
/// Element k of a's row r is `a[ao + r · step + k]`; row k of b starts at `bo + k · bk`, row r of c
/// at `co + r · ci`.
final class Strip3Rows {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private Strip3Rows() {}

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
    for (; rows - r >= 8 && Lanes.REGISTERS >= 32; r += 8) {
      tile8(a, ao + r * step, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 4 && Lanes.REGISTERS >= 32; r += 4) {
      tile4(a, ao + r * step, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 2; r += 2) {
      tile2(a, ao + r * step, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 1; r += 1) {
      tile1(a, ao + r * step, b, bo, bk, c, co + r * ci, depth);
    }
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
    FloatVector s01 = FloatVector.fromArray(S, c, co + L);
    FloatVector s02 = FloatVector.fromArray(S, c, co + 2 * L);
    FloatVector s10 = FloatVector.fromArray(S, c, co + ci);
    FloatVector s11 = FloatVector.fromArray(S, c, co + ci + L);
    FloatVector s12 = FloatVector.fromArray(S, c, co + ci + 2 * L);
    FloatVector s20 = FloatVector.fromArray(S, c, co + 2 * ci);
    FloatVector s21 = FloatVector.fromArray(S, c, co + 2 * ci + L);
    FloatVector s22 = FloatVector.fromArray(S, c, co + 2 * ci + 2 * L);
    FloatVector s30 = FloatVector.fromArray(S, c, co + 3 * ci);
    FloatVector s31 = FloatVector.fromArray(S, c, co + 3 * ci + L);
    FloatVector s32 = FloatVector.fromArray(S, c, co + 3 * ci + 2 * L);
    FloatVector s40 = FloatVector.fromArray(S, c, co + 4 * ci);
    FloatVector s41 = FloatVector.fromArray(S, c, co + 4 * ci + L);
    FloatVector s42 = FloatVector.fromArray(S, c, co + 4 * ci + 2 * L);
    FloatVector s50 = FloatVector.fromArray(S, c, co + 5 * ci);
    FloatVector s51 = FloatVector.fromArray(S, c, co + 5 * ci + L);
    FloatVector s52 = FloatVector.fromArray(S, c, co + 5 * ci + 2 * L);
    FloatVector s60 = FloatVector.fromArray(S, c, co + 6 * ci);
    FloatVector s61 = FloatVector.fromArray(S, c, co + 6 * ci + L);
    FloatVector s62 = FloatVector.fromArray(S, c, co + 6 * ci + 2 * L);
    FloatVector s70 = FloatVector.fromArray(S, c, co + 7 * ci);
    FloatVector s71 = FloatVector.fromArray(S, c, co + 7 * ci + L);
    FloatVector s72 = FloatVector.fromArray(S, c, co + 7 * ci + 2 * L);
    int a1 = ao + step;
    int a2 = ao + 2 * step;
    int a3 = ao + 3 * step;
    int a4 = ao + 4 * step;
    int a5 = ao + 5 * step;
    int a6 = ao + 6 * step;
    int a7 = ao + 7 * step;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      x = FloatVector.broadcast(S, a[a1 + k]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      x = FloatVector.broadcast(S, a[a2 + k]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      s22 = x.fma(b2, s22);
      x = FloatVector.broadcast(S, a[a3 + k]);
      s30 = x.fma(b0, s30);
      s31 = x.fma(b1, s31);
      s32 = x.fma(b2, s32);
      x = FloatVector.broadcast(S, a[a4 + k]);
      s40 = x.fma(b0, s40);
      s41 = x.fma(b1, s41);
      s42 = x.fma(b2, s42);
      x = FloatVector.broadcast(S, a[a5 + k]);
      s50 = x.fma(b0, s50);
      s51 = x.fma(b1, s51);
      s52 = x.fma(b2, s52);
      x = FloatVector.broadcast(S, a[a6 + k]);
      s60 = x.fma(b0, s60);
      s61 = x.fma(b1, s61);
      s62 = x.fma(b2, s62);
      x = FloatVector.broadcast(S, a[a7 + k]);
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
      int step,
      float[] b,
      int bo,
      int bk,
      float[] c,
      int co,
      int ci,
      int depth) {
    FloatVector s00 = FloatVector.fromArray(S, c, co);
    FloatVector s01 = FloatVector.fromArray(S, c, co + L);
    FloatVector s02 = FloatVector.fromArray(S, c, co + 2 * L);
    FloatVector s10 = FloatVector.fromArray(S, c, co + ci);
    FloatVector s11 = FloatVector.fromArray(S, c, co + ci + L);
    FloatVector s12 = FloatVector.fromArray(S, c, co + ci + 2 * L);
    FloatVector s20 = FloatVector.fromArray(S, c, co + 2 * ci);
    FloatVector s21 = FloatVector.fromArray(S, c, co + 2 * ci + L);
    FloatVector s22 = FloatVector.fromArray(S, c, co + 2 * ci + 2 * L);
    FloatVector s30 = FloatVector.fromArray(S, c, co + 3 * ci);
    FloatVector s31 = FloatVector.fromArray(S, c, co + 3 * ci + L);
    FloatVector s32 = FloatVector.fromArray(S, c, co + 3 * ci + 2 * L);
    int a1 = ao + step;
    int a2 = ao + 2 * step;
    int a3 = ao + 3 * step;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      x = FloatVector.broadcast(S, a[a1 + k]);
      s10 = x.fma(b0, s10);
      s11 = x.fma(b1, s11);
      s12 = x.fma(b2, s12);
      x = FloatVector.broadcast(S, a[a2 + k]);
      s20 = x.fma(b0, s20);
      s21 = x.fma(b1, s21);
      s22 = x.fma(b2, s22);
      x = FloatVector.broadcast(S, a[a3 + k]);
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
      int step,
      float[] b,
      int bo,
      int bk,
      float[] c,
      int co,
      int ci,
      int depth) {
    FloatVector s00 = FloatVector.fromArray(S, c, co);
    FloatVector s01 = FloatVector.fromArray(S, c, co + L);
    FloatVector s02 = FloatVector.fromArray(S, c, co + 2 * L);
    FloatVector s10 = FloatVector.fromArray(S, c, co + ci);
    FloatVector s11 = FloatVector.fromArray(S, c, co + ci + L);
    FloatVector s12 = FloatVector.fromArray(S, c, co + ci + 2 * L);
    int a1 = ao + step;
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
      x = FloatVector.broadcast(S, a[a1 + k]);
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
      float[] a, int ao, float[] b, int bo, int bk, float[] c, int co, int depth) {
    FloatVector s00 = FloatVector.fromArray(S, c, co);
    FloatVector s01 = FloatVector.fromArray(S, c, co + L);
    FloatVector s02 = FloatVector.fromArray(S, c, co + 2 * L);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + k * bk + L);
      FloatVector b2 = FloatVector.fromArray(S, b, bo + k * bk + 2 * L);
      FloatVector x = FloatVector.broadcast(S, a[ao + k]);
      s00 = x.fma(b0, s00);
      s01 = x.fma(b1, s01);
      s02 = x.fma(b2, s02);
    }
    s00.intoArray(c, co);
    s01.intoArray(c, co + L);
    s02.intoArray(c, co + 2 * L);
  }
}
