package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums over pixels: for n pixels p, accumulator (i, j) adds vector i of the kernel elements under
/// pixel p times channel j of the cotangent at p.
///
/// `s` holds vector i of pixel p at `xi + p · L` and the accumulators at `a + (i · channels + j) ·
/// L`; `y` holds the channels of p at `g + p · channels`. These steps are constants for C2, so that
/// no range check stays in the loop. These are the tiles for the shapes that [LaneConvSums] does
/// not have.
final class LaneConvSmallSums {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// The most pixels of a call, so that C2 can prove the loop to be short; [Lanes] says why.
  static final int PIXELS = 512;

  private LaneConvSmallSums() {}

  /// 1 vector of kernel elements × 8 channels.
  static void sums1x8(float[] s, int x0, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s0d = FloatVector.fromArray(F, s, a + 3 * L);
    FloatVector s0e = FloatVector.fromArray(F, s, a + 4 * L);
    FloatVector s0f = FloatVector.fromArray(F, s, a + 5 * L);
    FloatVector s0g = FloatVector.fromArray(F, s, a + 6 * L);
    FloatVector s0h = FloatVector.fromArray(F, s, a + 7 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 8 * p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
      FloatVector gb = FloatVector.broadcast(F, y[q + 1]);
      s0b = v0.fma(gb, s0b);
      FloatVector gc = FloatVector.broadcast(F, y[q + 2]);
      s0c = v0.fma(gc, s0c);
      FloatVector gd = FloatVector.broadcast(F, y[q + 3]);
      s0d = v0.fma(gd, s0d);
      FloatVector ge = FloatVector.broadcast(F, y[q + 4]);
      s0e = v0.fma(ge, s0e);
      FloatVector gf = FloatVector.broadcast(F, y[q + 5]);
      s0f = v0.fma(gf, s0f);
      FloatVector gg = FloatVector.broadcast(F, y[q + 6]);
      s0g = v0.fma(gg, s0g);
      FloatVector gh = FloatVector.broadcast(F, y[q + 7]);
      s0h = v0.fma(gh, s0h);
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
    s0d.intoArray(s, a + 3 * L);
    s0e.intoArray(s, a + 4 * L);
    s0f.intoArray(s, a + 5 * L);
    s0g.intoArray(s, a + 6 * L);
    s0h.intoArray(s, a + 7 * L);
  }

  /// 1 vector of kernel elements × 6 channels.
  static void sums1x6(float[] s, int x0, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s0d = FloatVector.fromArray(F, s, a + 3 * L);
    FloatVector s0e = FloatVector.fromArray(F, s, a + 4 * L);
    FloatVector s0f = FloatVector.fromArray(F, s, a + 5 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 6 * p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
      FloatVector gb = FloatVector.broadcast(F, y[q + 1]);
      s0b = v0.fma(gb, s0b);
      FloatVector gc = FloatVector.broadcast(F, y[q + 2]);
      s0c = v0.fma(gc, s0c);
      FloatVector gd = FloatVector.broadcast(F, y[q + 3]);
      s0d = v0.fma(gd, s0d);
      FloatVector ge = FloatVector.broadcast(F, y[q + 4]);
      s0e = v0.fma(ge, s0e);
      FloatVector gf = FloatVector.broadcast(F, y[q + 5]);
      s0f = v0.fma(gf, s0f);
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
    s0d.intoArray(s, a + 3 * L);
    s0e.intoArray(s, a + 4 * L);
    s0f.intoArray(s, a + 5 * L);
  }

  /// 4 vectors of kernel elements × 4 channels.
  static void sums4x4(float[] s, int x0, int x1, int x2, int x3, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s0d = FloatVector.fromArray(F, s, a + 3 * L);
    FloatVector s1a = FloatVector.fromArray(F, s, a + 4 * L);
    FloatVector s1b = FloatVector.fromArray(F, s, a + 5 * L);
    FloatVector s1c = FloatVector.fromArray(F, s, a + 6 * L);
    FloatVector s1d = FloatVector.fromArray(F, s, a + 7 * L);
    FloatVector s2a = FloatVector.fromArray(F, s, a + 8 * L);
    FloatVector s2b = FloatVector.fromArray(F, s, a + 9 * L);
    FloatVector s2c = FloatVector.fromArray(F, s, a + 10 * L);
    FloatVector s2d = FloatVector.fromArray(F, s, a + 11 * L);
    FloatVector s3a = FloatVector.fromArray(F, s, a + 12 * L);
    FloatVector s3b = FloatVector.fromArray(F, s, a + 13 * L);
    FloatVector s3c = FloatVector.fromArray(F, s, a + 14 * L);
    FloatVector s3d = FloatVector.fromArray(F, s, a + 15 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 4 * p;
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
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
    s0d.intoArray(s, a + 3 * L);
    s1a.intoArray(s, a + 4 * L);
    s1b.intoArray(s, a + 5 * L);
    s1c.intoArray(s, a + 6 * L);
    s1d.intoArray(s, a + 7 * L);
    s2a.intoArray(s, a + 8 * L);
    s2b.intoArray(s, a + 9 * L);
    s2c.intoArray(s, a + 10 * L);
    s2d.intoArray(s, a + 11 * L);
    s3a.intoArray(s, a + 12 * L);
    s3b.intoArray(s, a + 13 * L);
    s3c.intoArray(s, a + 14 * L);
    s3d.intoArray(s, a + 15 * L);
  }

  /// 1 vector of kernel elements × 4 channels.
  static void sums1x4(float[] s, int x0, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s0d = FloatVector.fromArray(F, s, a + 3 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 4 * p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
      FloatVector gb = FloatVector.broadcast(F, y[q + 1]);
      s0b = v0.fma(gb, s0b);
      FloatVector gc = FloatVector.broadcast(F, y[q + 2]);
      s0c = v0.fma(gc, s0c);
      FloatVector gd = FloatVector.broadcast(F, y[q + 3]);
      s0d = v0.fma(gd, s0d);
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
    s0d.intoArray(s, a + 3 * L);
  }

  /// 4 vectors of kernel elements × 3 channels.
  static void sums4x3(float[] s, int x0, int x1, int x2, int x3, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s1a = FloatVector.fromArray(F, s, a + 3 * L);
    FloatVector s1b = FloatVector.fromArray(F, s, a + 4 * L);
    FloatVector s1c = FloatVector.fromArray(F, s, a + 5 * L);
    FloatVector s2a = FloatVector.fromArray(F, s, a + 6 * L);
    FloatVector s2b = FloatVector.fromArray(F, s, a + 7 * L);
    FloatVector s2c = FloatVector.fromArray(F, s, a + 8 * L);
    FloatVector s3a = FloatVector.fromArray(F, s, a + 9 * L);
    FloatVector s3b = FloatVector.fromArray(F, s, a + 10 * L);
    FloatVector s3c = FloatVector.fromArray(F, s, a + 11 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 3 * p;
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
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
    s1a.intoArray(s, a + 3 * L);
    s1b.intoArray(s, a + 4 * L);
    s1c.intoArray(s, a + 5 * L);
    s2a.intoArray(s, a + 6 * L);
    s2b.intoArray(s, a + 7 * L);
    s2c.intoArray(s, a + 8 * L);
    s3a.intoArray(s, a + 9 * L);
    s3b.intoArray(s, a + 10 * L);
    s3c.intoArray(s, a + 11 * L);
  }

  /// 1 vector of kernel elements × 3 channels.
  static void sums1x3(float[] s, int x0, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s0b = FloatVector.fromArray(F, s, a + L);
    FloatVector s0c = FloatVector.fromArray(F, s, a + 2 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + 3 * p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
      FloatVector gb = FloatVector.broadcast(F, y[q + 1]);
      s0b = v0.fma(gb, s0b);
      FloatVector gc = FloatVector.broadcast(F, y[q + 2]);
      s0c = v0.fma(gc, s0c);
    }
    s0a.intoArray(s, a);
    s0b.intoArray(s, a + L);
    s0c.intoArray(s, a + 2 * L);
  }

  /// 4 vectors of kernel elements × 1 channel.
  static void sums4x1(float[] s, int x0, int x1, int x2, int x3, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    FloatVector s1a = FloatVector.fromArray(F, s, a + L);
    FloatVector s2a = FloatVector.fromArray(F, s, a + 2 * L);
    FloatVector s3a = FloatVector.fromArray(F, s, a + 3 * L);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector v1 = FloatVector.fromArray(F, s, x1 + L * p);
      FloatVector v2 = FloatVector.fromArray(F, s, x2 + L * p);
      FloatVector v3 = FloatVector.fromArray(F, s, x3 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
      s1a = v1.fma(ga, s1a);
      s2a = v2.fma(ga, s2a);
      s3a = v3.fma(ga, s3a);
    }
    s0a.intoArray(s, a);
    s1a.intoArray(s, a + L);
    s2a.intoArray(s, a + 2 * L);
    s3a.intoArray(s, a + 3 * L);
  }

  /// 1 vector of kernel elements × 1 channel.
  static void sums1x1(float[] s, int x0, int n, float[] y, int g, int a) {
    FloatVector s0a = FloatVector.fromArray(F, s, a);
    int end = Math.min(n, PIXELS);
    for (int p = 0; p < end; p++) {
      int q = g + p;
      FloatVector v0 = FloatVector.fromArray(F, s, x0 + L * p);
      FloatVector ga = FloatVector.broadcast(F, y[q]);
      s0a = v0.fma(ga, s0a);
    }
    s0a.intoArray(s, a);
  }
}
