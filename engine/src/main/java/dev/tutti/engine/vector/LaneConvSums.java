package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums over pixels: for n pixels p, accumulator (i, j) adds vector i of the kernel elements under
/// pixel p times channel j of the cotangent at p.
///
/// `s` holds vector i of pixel p at `xi + p · L` and the accumulators at `a + (i · channels + j) ·
/// L`; `y` holds the channels of p at `g + p · channels`. These steps are constants for C2, so that
/// no range check stays in the loop.
final class LaneConvSums {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// The most pixels of a call, so that C2 can prove the loop to be short; [Lanes] says why.
  static final int PIXELS = 512;

  private LaneConvSums() {}

  /// 2 vectors of kernel elements × 12 channels.
  static void sums2x12(float[] s, int x0, int x1, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s0d = FloatVector.fromArray(F, s, a + 3 * L);
    FloatVector s0e = FloatVector.fromArray(F, s, a + 4 * L);
    FloatVector s0f = FloatVector.fromArray(F, s, a + 5 * L);
    FloatVector s0g = FloatVector.fromArray(F, s, a + 6 * L);
    FloatVector s0h = FloatVector.fromArray(F, s, a + 7 * L);
    FloatVector s0i = FloatVector.fromArray(F, s, a + 8 * L);
    FloatVector s0j = FloatVector.fromArray(F, s, a + 9 * L);
    FloatVector s0k = FloatVector.fromArray(F, s, a + 10 * L);
    FloatVector s0l = FloatVector.fromArray(F, s, a + 11 * L);
    FloatVector s1a = FloatVector.fromArray(F, s, a + 12 * L);
    FloatVector s1b = FloatVector.fromArray(F, s, a + 13 * L);
    FloatVector s1c = FloatVector.fromArray(F, s, a + 14 * L);
    FloatVector s1d = FloatVector.fromArray(F, s, a + 15 * L);
    FloatVector s1e = FloatVector.fromArray(F, s, a + 16 * L);
    FloatVector s1f = FloatVector.fromArray(F, s, a + 17 * L);
    FloatVector s1g = FloatVector.fromArray(F, s, a + 18 * L);
    FloatVector s1h = FloatVector.fromArray(F, s, a + 19 * L);
    FloatVector s1i = FloatVector.fromArray(F, s, a + 20 * L);
    FloatVector s1j = FloatVector.fromArray(F, s, a + 21 * L);
    FloatVector s1k = FloatVector.fromArray(F, s, a + 22 * L);
    FloatVector s1l = FloatVector.fromArray(F, s, a + 23 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 12 * p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector v1 = FloatVector.fromArray(F, s, x1 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
      s1a = v1.fma(ga, s1a);
      FloatVector gb = FloatVector.broadcast(F, y[q + 1]);
      s0b = v0.fma(gb, s0b);
      s1b = v1.fma(gb, s1b);
      FloatVector gc = FloatVector.broadcast(F, y[q + 2]);
      s0c = v0.fma(gc, s0c);
      s1c = v1.fma(gc, s1c);
      FloatVector gd = FloatVector.broadcast(F, y[q + 3]);
      s0d = v0.fma(gd, s0d);
      s1d = v1.fma(gd, s1d);
      FloatVector ge = FloatVector.broadcast(F, y[q + 4]);
      s0e = v0.fma(ge, s0e);
      s1e = v1.fma(ge, s1e);
      FloatVector gf = FloatVector.broadcast(F, y[q + 5]);
      s0f = v0.fma(gf, s0f);
      s1f = v1.fma(gf, s1f);
      FloatVector gg = FloatVector.broadcast(F, y[q + 6]);
      s0g = v0.fma(gg, s0g);
      s1g = v1.fma(gg, s1g);
      FloatVector gh = FloatVector.broadcast(F, y[q + 7]);
      s0h = v0.fma(gh, s0h);
      s1h = v1.fma(gh, s1h);
      FloatVector gi = FloatVector.broadcast(F, y[q + 8]);
      s0i = v0.fma(gi, s0i);
      s1i = v1.fma(gi, s1i);
      FloatVector gj = FloatVector.broadcast(F, y[q + 9]);
      s0j = v0.fma(gj, s0j);
      s1j = v1.fma(gj, s1j);
      FloatVector gk = FloatVector.broadcast(F, y[q + 10]);
      s0k = v0.fma(gk, s0k);
      s1k = v1.fma(gk, s1k);
      FloatVector gl = FloatVector.broadcast(F, y[q + 11]);
      s0l = v0.fma(gl, s0l);
      s1l = v1.fma(gl, s1l);
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
    s0d.intoArray(s, a + 3 * L);
    s0e.intoArray(s, a + 4 * L);
    s0f.intoArray(s, a + 5 * L);
    s0g.intoArray(s, a + 6 * L);
    s0h.intoArray(s, a + 7 * L);
    s0i.intoArray(s, a + 8 * L);
    s0j.intoArray(s, a + 9 * L);
    s0k.intoArray(s, a + 10 * L);
    s0l.intoArray(s, a + 11 * L);
    s1a.intoArray(s, a + 12 * L);
    s1b.intoArray(s, a + 13 * L);
    s1c.intoArray(s, a + 14 * L);
    s1d.intoArray(s, a + 15 * L);
    s1e.intoArray(s, a + 16 * L);
    s1f.intoArray(s, a + 17 * L);
    s1g.intoArray(s, a + 18 * L);
    s1h.intoArray(s, a + 19 * L);
    s1i.intoArray(s, a + 20 * L);
    s1j.intoArray(s, a + 21 * L);
    s1k.intoArray(s, a + 22 * L);
    s1l.intoArray(s, a + 23 * L);
  }

  /// 3 vectors of kernel elements × 8 channels.
  static void sums3x8(float[] s, int x0, int x1, int x2, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s0d = FloatVector.fromArray(F, s, a + 3 * L);
    FloatVector s0e = FloatVector.fromArray(F, s, a + 4 * L);
    FloatVector s0f = FloatVector.fromArray(F, s, a + 5 * L);
    FloatVector s0g = FloatVector.fromArray(F, s, a + 6 * L);
    FloatVector s0h = FloatVector.fromArray(F, s, a + 7 * L);
    FloatVector s1a = FloatVector.fromArray(F, s, a + 8 * L);
    FloatVector s1b = FloatVector.fromArray(F, s, a + 9 * L);
    FloatVector s1c = FloatVector.fromArray(F, s, a + 10 * L);
    FloatVector s1d = FloatVector.fromArray(F, s, a + 11 * L);
    FloatVector s1e = FloatVector.fromArray(F, s, a + 12 * L);
    FloatVector s1f = FloatVector.fromArray(F, s, a + 13 * L);
    FloatVector s1g = FloatVector.fromArray(F, s, a + 14 * L);
    FloatVector s1h = FloatVector.fromArray(F, s, a + 15 * L);
    FloatVector s2a = FloatVector.fromArray(F, s, a + 16 * L);
    FloatVector s2b = FloatVector.fromArray(F, s, a + 17 * L);
    FloatVector s2c = FloatVector.fromArray(F, s, a + 18 * L);
    FloatVector s2d = FloatVector.fromArray(F, s, a + 19 * L);
    FloatVector s2e = FloatVector.fromArray(F, s, a + 20 * L);
    FloatVector s2f = FloatVector.fromArray(F, s, a + 21 * L);
    FloatVector s2g = FloatVector.fromArray(F, s, a + 22 * L);
    FloatVector s2h = FloatVector.fromArray(F, s, a + 23 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 8 * p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector v1 = FloatVector.fromArray(F, s, x1 + L * p);
      FloatVector v2 = FloatVector.fromArray(F, s, x2 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
      s1a = v1.fma(ga, s1a);
      s2a = v2.fma(ga, s2a);
      FloatVector gb = FloatVector.broadcast(F, y[q + 1]);
      s0b = v0.fma(gb, s0b);
      s1b = v1.fma(gb, s1b);
      s2b = v2.fma(gb, s2b);
      FloatVector gc = FloatVector.broadcast(F, y[q + 2]);
      s0c = v0.fma(gc, s0c);
      s1c = v1.fma(gc, s1c);
      s2c = v2.fma(gc, s2c);
      FloatVector gd = FloatVector.broadcast(F, y[q + 3]);
      s0d = v0.fma(gd, s0d);
      s1d = v1.fma(gd, s1d);
      s2d = v2.fma(gd, s2d);
      FloatVector ge = FloatVector.broadcast(F, y[q + 4]);
      s0e = v0.fma(ge, s0e);
      s1e = v1.fma(ge, s1e);
      s2e = v2.fma(ge, s2e);
      FloatVector gf = FloatVector.broadcast(F, y[q + 5]);
      s0f = v0.fma(gf, s0f);
      s1f = v1.fma(gf, s1f);
      s2f = v2.fma(gf, s2f);
      FloatVector gg = FloatVector.broadcast(F, y[q + 6]);
      s0g = v0.fma(gg, s0g);
      s1g = v1.fma(gg, s1g);
      s2g = v2.fma(gg, s2g);
      FloatVector gh = FloatVector.broadcast(F, y[q + 7]);
      s0h = v0.fma(gh, s0h);
      s1h = v1.fma(gh, s1h);
      s2h = v2.fma(gh, s2h);
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
    s0d.intoArray(s, a + 3 * L);
    s0e.intoArray(s, a + 4 * L);
    s0f.intoArray(s, a + 5 * L);
    s0g.intoArray(s, a + 6 * L);
    s0h.intoArray(s, a + 7 * L);
    s1a.intoArray(s, a + 8 * L);
    s1b.intoArray(s, a + 9 * L);
    s1c.intoArray(s, a + 10 * L);
    s1d.intoArray(s, a + 11 * L);
    s1e.intoArray(s, a + 12 * L);
    s1f.intoArray(s, a + 13 * L);
    s1g.intoArray(s, a + 14 * L);
    s1h.intoArray(s, a + 15 * L);
    s2a.intoArray(s, a + 16 * L);
    s2b.intoArray(s, a + 17 * L);
    s2c.intoArray(s, a + 18 * L);
    s2d.intoArray(s, a + 19 * L);
    s2e.intoArray(s, a + 20 * L);
    s2f.intoArray(s, a + 21 * L);
    s2g.intoArray(s, a + 22 * L);
    s2h.intoArray(s, a + 23 * L);
  }

  /// 2 vectors of kernel elements × 8 channels.
  static void sums2x8(float[] s, int x0, int x1, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s0d = FloatVector.fromArray(F, s, a + 3 * L);
    FloatVector s0e = FloatVector.fromArray(F, s, a + 4 * L);
    FloatVector s0f = FloatVector.fromArray(F, s, a + 5 * L);
    FloatVector s0g = FloatVector.fromArray(F, s, a + 6 * L);
    FloatVector s0h = FloatVector.fromArray(F, s, a + 7 * L);
    FloatVector s1a = FloatVector.fromArray(F, s, a + 8 * L);
    FloatVector s1b = FloatVector.fromArray(F, s, a + 9 * L);
    FloatVector s1c = FloatVector.fromArray(F, s, a + 10 * L);
    FloatVector s1d = FloatVector.fromArray(F, s, a + 11 * L);
    FloatVector s1e = FloatVector.fromArray(F, s, a + 12 * L);
    FloatVector s1f = FloatVector.fromArray(F, s, a + 13 * L);
    FloatVector s1g = FloatVector.fromArray(F, s, a + 14 * L);
    FloatVector s1h = FloatVector.fromArray(F, s, a + 15 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 8 * p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector v1 = FloatVector.fromArray(F, s, x1 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
      s1a = v1.fma(ga, s1a);
      FloatVector gb = FloatVector.broadcast(F, y[q + 1]);
      s0b = v0.fma(gb, s0b);
      s1b = v1.fma(gb, s1b);
      FloatVector gc = FloatVector.broadcast(F, y[q + 2]);
      s0c = v0.fma(gc, s0c);
      s1c = v1.fma(gc, s1c);
      FloatVector gd = FloatVector.broadcast(F, y[q + 3]);
      s0d = v0.fma(gd, s0d);
      s1d = v1.fma(gd, s1d);
      FloatVector ge = FloatVector.broadcast(F, y[q + 4]);
      s0e = v0.fma(ge, s0e);
      s1e = v1.fma(ge, s1e);
      FloatVector gf = FloatVector.broadcast(F, y[q + 5]);
      s0f = v0.fma(gf, s0f);
      s1f = v1.fma(gf, s1f);
      FloatVector gg = FloatVector.broadcast(F, y[q + 6]);
      s0g = v0.fma(gg, s0g);
      s1g = v1.fma(gg, s1g);
      FloatVector gh = FloatVector.broadcast(F, y[q + 7]);
      s0h = v0.fma(gh, s0h);
      s1h = v1.fma(gh, s1h);
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
    s0d.intoArray(s, a + 3 * L);
    s0e.intoArray(s, a + 4 * L);
    s0f.intoArray(s, a + 5 * L);
    s0g.intoArray(s, a + 6 * L);
    s0h.intoArray(s, a + 7 * L);
    s1a.intoArray(s, a + 8 * L);
    s1b.intoArray(s, a + 9 * L);
    s1c.intoArray(s, a + 10 * L);
    s1d.intoArray(s, a + 11 * L);
    s1e.intoArray(s, a + 12 * L);
    s1f.intoArray(s, a + 13 * L);
    s1g.intoArray(s, a + 14 * L);
    s1h.intoArray(s, a + 15 * L);
  }

  /// 4 vectors of kernel elements × 6 channels.
  static void sums4x6(float[] s, int x0, int x1, int x2, int x3, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s0d = FloatVector.fromArray(F, s, a + 3 * L);
    FloatVector s0e = FloatVector.fromArray(F, s, a + 4 * L);
    FloatVector s0f = FloatVector.fromArray(F, s, a + 5 * L);
    FloatVector s1a = FloatVector.fromArray(F, s, a + 6 * L);
    FloatVector s1b = FloatVector.fromArray(F, s, a + 7 * L);
    FloatVector s1c = FloatVector.fromArray(F, s, a + 8 * L);
    FloatVector s1d = FloatVector.fromArray(F, s, a + 9 * L);
    FloatVector s1e = FloatVector.fromArray(F, s, a + 10 * L);
    FloatVector s1f = FloatVector.fromArray(F, s, a + 11 * L);
    FloatVector s2a = FloatVector.fromArray(F, s, a + 12 * L);
    FloatVector s2b = FloatVector.fromArray(F, s, a + 13 * L);
    FloatVector s2c = FloatVector.fromArray(F, s, a + 14 * L);
    FloatVector s2d = FloatVector.fromArray(F, s, a + 15 * L);
    FloatVector s2e = FloatVector.fromArray(F, s, a + 16 * L);
    FloatVector s2f = FloatVector.fromArray(F, s, a + 17 * L);
    FloatVector s3a = FloatVector.fromArray(F, s, a + 18 * L);
    FloatVector s3b = FloatVector.fromArray(F, s, a + 19 * L);
    FloatVector s3c = FloatVector.fromArray(F, s, a + 20 * L);
    FloatVector s3d = FloatVector.fromArray(F, s, a + 21 * L);
    FloatVector s3e = FloatVector.fromArray(F, s, a + 22 * L);
    FloatVector s3f = FloatVector.fromArray(F, s, a + 23 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 6 * p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector v1 = FloatVector.fromArray(F, s, x1 + L * p);
      FloatVector v2 = FloatVector.fromArray(F, s, x2 + L * p);
      FloatVector v3 = FloatVector.fromArray(F, s, x3 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
      s1a = v1.fma(ga, s1a);
      s2a = v2.fma(ga, s2a);
      s3a = v3.fma(ga, s3a);
      FloatVector gb = FloatVector.broadcast(F, y[q + 1]);
      s0b = v0.fma(gb, s0b);
      s1b = v1.fma(gb, s1b);
      s2b = v2.fma(gb, s2b);
      s3b = v3.fma(gb, s3b);
      FloatVector gc = FloatVector.broadcast(F, y[q + 2]);
      s0c = v0.fma(gc, s0c);
      s1c = v1.fma(gc, s1c);
      s2c = v2.fma(gc, s2c);
      s3c = v3.fma(gc, s3c);
      FloatVector gd = FloatVector.broadcast(F, y[q + 3]);
      s0d = v0.fma(gd, s0d);
      s1d = v1.fma(gd, s1d);
      s2d = v2.fma(gd, s2d);
      s3d = v3.fma(gd, s3d);
      FloatVector ge = FloatVector.broadcast(F, y[q + 4]);
      s0e = v0.fma(ge, s0e);
      s1e = v1.fma(ge, s1e);
      s2e = v2.fma(ge, s2e);
      s3e = v3.fma(ge, s3e);
      FloatVector gf = FloatVector.broadcast(F, y[q + 5]);
      s0f = v0.fma(gf, s0f);
      s1f = v1.fma(gf, s1f);
      s2f = v2.fma(gf, s2f);
      s3f = v3.fma(gf, s3f);
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
    s0d.intoArray(s, a + 3 * L);
    s0e.intoArray(s, a + 4 * L);
    s0f.intoArray(s, a + 5 * L);
    s1a.intoArray(s, a + 6 * L);
    s1b.intoArray(s, a + 7 * L);
    s1c.intoArray(s, a + 8 * L);
    s1d.intoArray(s, a + 9 * L);
    s1e.intoArray(s, a + 10 * L);
    s1f.intoArray(s, a + 11 * L);
    s2a.intoArray(s, a + 12 * L);
    s2b.intoArray(s, a + 13 * L);
    s2c.intoArray(s, a + 14 * L);
    s2d.intoArray(s, a + 15 * L);
    s2e.intoArray(s, a + 16 * L);
    s2f.intoArray(s, a + 17 * L);
    s3a.intoArray(s, a + 18 * L);
    s3b.intoArray(s, a + 19 * L);
    s3c.intoArray(s, a + 20 * L);
    s3d.intoArray(s, a + 21 * L);
    s3e.intoArray(s, a + 22 * L);
    s3f.intoArray(s, a + 23 * L);
  }

  /// 2 vectors of kernel elements × 6 channels.
  static void sums2x6(float[] s, int x0, int x1, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s0d = FloatVector.fromArray(F, s, a + 3 * L);
    FloatVector s0e = FloatVector.fromArray(F, s, a + 4 * L);
    FloatVector s0f = FloatVector.fromArray(F, s, a + 5 * L);
    FloatVector s1a = FloatVector.fromArray(F, s, a + 6 * L);
    FloatVector s1b = FloatVector.fromArray(F, s, a + 7 * L);
    FloatVector s1c = FloatVector.fromArray(F, s, a + 8 * L);
    FloatVector s1d = FloatVector.fromArray(F, s, a + 9 * L);
    FloatVector s1e = FloatVector.fromArray(F, s, a + 10 * L);
    FloatVector s1f = FloatVector.fromArray(F, s, a + 11 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 6 * p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector v1 = FloatVector.fromArray(F, s, x1 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
      s1a = v1.fma(ga, s1a);
      FloatVector gb = FloatVector.broadcast(F, y[q + 1]);
      s0b = v0.fma(gb, s0b);
      s1b = v1.fma(gb, s1b);
      FloatVector gc = FloatVector.broadcast(F, y[q + 2]);
      s0c = v0.fma(gc, s0c);
      s1c = v1.fma(gc, s1c);
      FloatVector gd = FloatVector.broadcast(F, y[q + 3]);
      s0d = v0.fma(gd, s0d);
      s1d = v1.fma(gd, s1d);
      FloatVector ge = FloatVector.broadcast(F, y[q + 4]);
      s0e = v0.fma(ge, s0e);
      s1e = v1.fma(ge, s1e);
      FloatVector gf = FloatVector.broadcast(F, y[q + 5]);
      s0f = v0.fma(gf, s0f);
      s1f = v1.fma(gf, s1f);
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
    s0d.intoArray(s, a + 3 * L);
    s0e.intoArray(s, a + 4 * L);
    s0f.intoArray(s, a + 5 * L);
    s1a.intoArray(s, a + 6 * L);
    s1b.intoArray(s, a + 7 * L);
    s1c.intoArray(s, a + 8 * L);
    s1d.intoArray(s, a + 9 * L);
    s1e.intoArray(s, a + 10 * L);
    s1f.intoArray(s, a + 11 * L);
  }
}
