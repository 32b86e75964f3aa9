package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products of a strip of 1 vector, written by `src/generate/java/Strips.java`.
///
/// For tiles of R rows: R × V sums start at what c holds; for k: load V vectors of b, for each row
/// broadcast a factor of a, one fma each. So every element takes k in ascending order.
///
/// Element k of a's row r is `a[ao + k · step + r]`; row k of b starts at `bo + k · bk`, row r of c
/// at `co + r · ci`.
final class Strip1Columns {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;

  private Strip1Columns() {}

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
      tile16(a, ao + r, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 8; r += 8) {
      tile8(a, ao + r, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 4; r += 4) {
      tile4(a, ao + r, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 2; r += 2) {
      tile2(a, ao + r, step, b, bo, bk, c, co + r * ci, ci, depth);
    }
    for (; rows - r >= 1; r += 1) {
      tile1(a, ao + r, step, b, bo, bk, c, co + r * ci, depth);
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
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * step]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[ao + k * step + 1]);
      s10 = x.fma(b0, s10);
      x = FloatVector.broadcast(S, a[ao + k * step + 2]);
      s20 = x.fma(b0, s20);
      x = FloatVector.broadcast(S, a[ao + k * step + 3]);
      s30 = x.fma(b0, s30);
      x = FloatVector.broadcast(S, a[ao + k * step + 4]);
      s40 = x.fma(b0, s40);
      x = FloatVector.broadcast(S, a[ao + k * step + 5]);
      s50 = x.fma(b0, s50);
      x = FloatVector.broadcast(S, a[ao + k * step + 6]);
      s60 = x.fma(b0, s60);
      x = FloatVector.broadcast(S, a[ao + k * step + 7]);
      s70 = x.fma(b0, s70);
      x = FloatVector.broadcast(S, a[ao + k * step + 8]);
      s80 = x.fma(b0, s80);
      x = FloatVector.broadcast(S, a[ao + k * step + 9]);
      s90 = x.fma(b0, s90);
      x = FloatVector.broadcast(S, a[ao + k * step + 10]);
      s100 = x.fma(b0, s100);
      x = FloatVector.broadcast(S, a[ao + k * step + 11]);
      s110 = x.fma(b0, s110);
      x = FloatVector.broadcast(S, a[ao + k * step + 12]);
      s120 = x.fma(b0, s120);
      x = FloatVector.broadcast(S, a[ao + k * step + 13]);
      s130 = x.fma(b0, s130);
      x = FloatVector.broadcast(S, a[ao + k * step + 14]);
      s140 = x.fma(b0, s140);
      x = FloatVector.broadcast(S, a[ao + k * step + 15]);
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
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * step]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[ao + k * step + 1]);
      s10 = x.fma(b0, s10);
      x = FloatVector.broadcast(S, a[ao + k * step + 2]);
      s20 = x.fma(b0, s20);
      x = FloatVector.broadcast(S, a[ao + k * step + 3]);
      s30 = x.fma(b0, s30);
      x = FloatVector.broadcast(S, a[ao + k * step + 4]);
      s40 = x.fma(b0, s40);
      x = FloatVector.broadcast(S, a[ao + k * step + 5]);
      s50 = x.fma(b0, s50);
      x = FloatVector.broadcast(S, a[ao + k * step + 6]);
      s60 = x.fma(b0, s60);
      x = FloatVector.broadcast(S, a[ao + k * step + 7]);
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
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * step]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[ao + k * step + 1]);
      s10 = x.fma(b0, s10);
      x = FloatVector.broadcast(S, a[ao + k * step + 2]);
      s20 = x.fma(b0, s20);
      x = FloatVector.broadcast(S, a[ao + k * step + 3]);
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
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * step]);
      s00 = x.fma(b0, s00);
      x = FloatVector.broadcast(S, a[ao + k * step + 1]);
      s10 = x.fma(b0, s10);
    }
    s00.intoArray(c, co);
    s10.intoArray(c, co + ci);
  }

  private static void tile1(
      float[] a, int ao, int step, float[] b, int bo, int bk, float[] c, int co, int depth) {
    FloatVector s00 = FloatVector.fromArray(S, c, co);
    for (int k = 0; k < depth; k++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + k * bk);
      FloatVector x = FloatVector.broadcast(S, a[ao + k * step]);
      s00 = x.fma(b0, s00);
    }
    s00.intoArray(c, co);
  }
}
