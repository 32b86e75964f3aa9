package dev.tutti.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums over taps: P neighbouring pixels × J channels, images along the lanes.
///
/// For every tap k: load P neighbouring vectors from `x + taps[k]` on, for each of J channels
/// broadcast its weight `s[w + k · J + j]`, P fmas. Then add the channel's bias `s[b + j]` and
/// store pixel i, channel j at `y + i · step + j · L`. All operands share one array, so that C2
/// keeps one base register and one range check per loop.
final class LaneConvTiles {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private LaneConvTiles() {}

  /// 4 pixels × 6 channels.
  static void tile4x6(float[] s, int x, int[] taps, int w, int b, int y, int step) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s04 = FloatVector.zero(F);
    FloatVector s05 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s14 = FloatVector.zero(F);
    FloatVector s15 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s23 = FloatVector.zero(F);
    FloatVector s24 = FloatVector.zero(F);
    FloatVector s25 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s33 = FloatVector.zero(F);
    FloatVector s34 = FloatVector.zero(F);
    FloatVector s35 = FloatVector.zero(F);
    for (int k = 0; k < taps.length; k++) {
      int a = x + taps[k];
      int e = w + 6 * k;
      FloatVector x0 = FloatVector.fromArray(F, s, a);
      FloatVector x1 = FloatVector.fromArray(F, s, a + L);
      FloatVector x2 = FloatVector.fromArray(F, s, a + 2 * L);
      FloatVector x3 = FloatVector.fromArray(F, s, a + 3 * L);
      FloatVector w0 = FloatVector.broadcast(F, s[e]);
      s00 = x0.fma(w0, s00);
      s10 = x1.fma(w0, s10);
      s20 = x2.fma(w0, s20);
      s30 = x3.fma(w0, s30);
      FloatVector w1 = FloatVector.broadcast(F, s[e + 1]);
      s01 = x0.fma(w1, s01);
      s11 = x1.fma(w1, s11);
      s21 = x2.fma(w1, s21);
      s31 = x3.fma(w1, s31);
      FloatVector w2 = FloatVector.broadcast(F, s[e + 2]);
      s02 = x0.fma(w2, s02);
      s12 = x1.fma(w2, s12);
      s22 = x2.fma(w2, s22);
      s32 = x3.fma(w2, s32);
      FloatVector w3 = FloatVector.broadcast(F, s[e + 3]);
      s03 = x0.fma(w3, s03);
      s13 = x1.fma(w3, s13);
      s23 = x2.fma(w3, s23);
      s33 = x3.fma(w3, s33);
      FloatVector w4 = FloatVector.broadcast(F, s[e + 4]);
      s04 = x0.fma(w4, s04);
      s14 = x1.fma(w4, s14);
      s24 = x2.fma(w4, s24);
      s34 = x3.fma(w4, s34);
      FloatVector w5 = FloatVector.broadcast(F, s[e + 5]);
      s05 = x0.fma(w5, s05);
      s15 = x1.fma(w5, s15);
      s25 = x2.fma(w5, s25);
      s35 = x3.fma(w5, s35);
    }
    FloatVector b0 = FloatVector.broadcast(F, s[b]);
    FloatVector b1 = FloatVector.broadcast(F, s[b + 1]);
    FloatVector b2 = FloatVector.broadcast(F, s[b + 2]);
    FloatVector b3 = FloatVector.broadcast(F, s[b + 3]);
    FloatVector b4 = FloatVector.broadcast(F, s[b + 4]);
    FloatVector b5 = FloatVector.broadcast(F, s[b + 5]);
    s00.add(b0).intoArray(s, y);
    s01.add(b1).intoArray(s, y + L);
    s02.add(b2).intoArray(s, y + 2 * L);
    s03.add(b3).intoArray(s, y + 3 * L);
    s04.add(b4).intoArray(s, y + 4 * L);
    s05.add(b5).intoArray(s, y + 5 * L);
    y += step;
    s10.add(b0).intoArray(s, y);
    s11.add(b1).intoArray(s, y + L);
    s12.add(b2).intoArray(s, y + 2 * L);
    s13.add(b3).intoArray(s, y + 3 * L);
    s14.add(b4).intoArray(s, y + 4 * L);
    s15.add(b5).intoArray(s, y + 5 * L);
    y += step;
    s20.add(b0).intoArray(s, y);
    s21.add(b1).intoArray(s, y + L);
    s22.add(b2).intoArray(s, y + 2 * L);
    s23.add(b3).intoArray(s, y + 3 * L);
    s24.add(b4).intoArray(s, y + 4 * L);
    s25.add(b5).intoArray(s, y + 5 * L);
    y += step;
    s30.add(b0).intoArray(s, y);
    s31.add(b1).intoArray(s, y + L);
    s32.add(b2).intoArray(s, y + 2 * L);
    s33.add(b3).intoArray(s, y + 3 * L);
    s34.add(b4).intoArray(s, y + 4 * L);
    s35.add(b5).intoArray(s, y + 5 * L);
  }

  /// 4 pixels × 4 channels.
  static void tile4x4(float[] s, int x, int[] taps, int w, int b, int y, int step) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s23 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s33 = FloatVector.zero(F);
    for (int k = 0; k < taps.length; k++) {
      int a = x + taps[k];
      int e = w + 4 * k;
      FloatVector x0 = FloatVector.fromArray(F, s, a);
      FloatVector x1 = FloatVector.fromArray(F, s, a + L);
      FloatVector x2 = FloatVector.fromArray(F, s, a + 2 * L);
      FloatVector x3 = FloatVector.fromArray(F, s, a + 3 * L);
      FloatVector w0 = FloatVector.broadcast(F, s[e]);
      s00 = x0.fma(w0, s00);
      s10 = x1.fma(w0, s10);
      s20 = x2.fma(w0, s20);
      s30 = x3.fma(w0, s30);
      FloatVector w1 = FloatVector.broadcast(F, s[e + 1]);
      s01 = x0.fma(w1, s01);
      s11 = x1.fma(w1, s11);
      s21 = x2.fma(w1, s21);
      s31 = x3.fma(w1, s31);
      FloatVector w2 = FloatVector.broadcast(F, s[e + 2]);
      s02 = x0.fma(w2, s02);
      s12 = x1.fma(w2, s12);
      s22 = x2.fma(w2, s22);
      s32 = x3.fma(w2, s32);
      FloatVector w3 = FloatVector.broadcast(F, s[e + 3]);
      s03 = x0.fma(w3, s03);
      s13 = x1.fma(w3, s13);
      s23 = x2.fma(w3, s23);
      s33 = x3.fma(w3, s33);
    }
    FloatVector b0 = FloatVector.broadcast(F, s[b]);
    FloatVector b1 = FloatVector.broadcast(F, s[b + 1]);
    FloatVector b2 = FloatVector.broadcast(F, s[b + 2]);
    FloatVector b3 = FloatVector.broadcast(F, s[b + 3]);
    s00.add(b0).intoArray(s, y);
    s01.add(b1).intoArray(s, y + L);
    s02.add(b2).intoArray(s, y + 2 * L);
    s03.add(b3).intoArray(s, y + 3 * L);
    y += step;
    s10.add(b0).intoArray(s, y);
    s11.add(b1).intoArray(s, y + L);
    s12.add(b2).intoArray(s, y + 2 * L);
    s13.add(b3).intoArray(s, y + 3 * L);
    y += step;
    s20.add(b0).intoArray(s, y);
    s21.add(b1).intoArray(s, y + L);
    s22.add(b2).intoArray(s, y + 2 * L);
    s23.add(b3).intoArray(s, y + 3 * L);
    y += step;
    s30.add(b0).intoArray(s, y);
    s31.add(b1).intoArray(s, y + L);
    s32.add(b2).intoArray(s, y + 2 * L);
    s33.add(b3).intoArray(s, y + 3 * L);
  }

  /// 8 pixels × 3 channels.
  static void tile8x3(float[] s, int x, int[] taps, int w, int b, int y, int step) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s40 = FloatVector.zero(F);
    FloatVector s41 = FloatVector.zero(F);
    FloatVector s42 = FloatVector.zero(F);
    FloatVector s50 = FloatVector.zero(F);
    FloatVector s51 = FloatVector.zero(F);
    FloatVector s52 = FloatVector.zero(F);
    FloatVector s60 = FloatVector.zero(F);
    FloatVector s61 = FloatVector.zero(F);
    FloatVector s62 = FloatVector.zero(F);
    FloatVector s70 = FloatVector.zero(F);
    FloatVector s71 = FloatVector.zero(F);
    FloatVector s72 = FloatVector.zero(F);
    for (int k = 0; k < taps.length; k++) {
      int a = x + taps[k];
      int e = w + 3 * k;
      FloatVector w0 = FloatVector.broadcast(F, s[e]);
      FloatVector w1 = FloatVector.broadcast(F, s[e + 1]);
      FloatVector w2 = FloatVector.broadcast(F, s[e + 2]);
      FloatVector x0 = FloatVector.fromArray(F, s, a);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      s02 = x0.fma(w2, s02);
      FloatVector x1 = FloatVector.fromArray(F, s, a + L);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      s12 = x1.fma(w2, s12);
      FloatVector x2 = FloatVector.fromArray(F, s, a + 2 * L);
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      s22 = x2.fma(w2, s22);
      FloatVector x3 = FloatVector.fromArray(F, s, a + 3 * L);
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      s32 = x3.fma(w2, s32);
      FloatVector x4 = FloatVector.fromArray(F, s, a + 4 * L);
      s40 = x4.fma(w0, s40);
      s41 = x4.fma(w1, s41);
      s42 = x4.fma(w2, s42);
      FloatVector x5 = FloatVector.fromArray(F, s, a + 5 * L);
      s50 = x5.fma(w0, s50);
      s51 = x5.fma(w1, s51);
      s52 = x5.fma(w2, s52);
      FloatVector x6 = FloatVector.fromArray(F, s, a + 6 * L);
      s60 = x6.fma(w0, s60);
      s61 = x6.fma(w1, s61);
      s62 = x6.fma(w2, s62);
      FloatVector x7 = FloatVector.fromArray(F, s, a + 7 * L);
      s70 = x7.fma(w0, s70);
      s71 = x7.fma(w1, s71);
      s72 = x7.fma(w2, s72);
    }
    FloatVector b0 = FloatVector.broadcast(F, s[b]);
    FloatVector b1 = FloatVector.broadcast(F, s[b + 1]);
    FloatVector b2 = FloatVector.broadcast(F, s[b + 2]);
    s00.add(b0).intoArray(s, y);
    s01.add(b1).intoArray(s, y + L);
    s02.add(b2).intoArray(s, y + 2 * L);
    y += step;
    s10.add(b0).intoArray(s, y);
    s11.add(b1).intoArray(s, y + L);
    s12.add(b2).intoArray(s, y + 2 * L);
    y += step;
    s20.add(b0).intoArray(s, y);
    s21.add(b1).intoArray(s, y + L);
    s22.add(b2).intoArray(s, y + 2 * L);
    y += step;
    s30.add(b0).intoArray(s, y);
    s31.add(b1).intoArray(s, y + L);
    s32.add(b2).intoArray(s, y + 2 * L);
    y += step;
    s40.add(b0).intoArray(s, y);
    s41.add(b1).intoArray(s, y + L);
    s42.add(b2).intoArray(s, y + 2 * L);
    y += step;
    s50.add(b0).intoArray(s, y);
    s51.add(b1).intoArray(s, y + L);
    s52.add(b2).intoArray(s, y + 2 * L);
    y += step;
    s60.add(b0).intoArray(s, y);
    s61.add(b1).intoArray(s, y + L);
    s62.add(b2).intoArray(s, y + 2 * L);
    y += step;
    s70.add(b0).intoArray(s, y);
    s71.add(b1).intoArray(s, y + L);
    s72.add(b2).intoArray(s, y + 2 * L);
  }

  /// 4 pixels × 3 channels.
  static void tile4x3(float[] s, int x, int[] taps, int w, int b, int y, int step) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    for (int k = 0; k < taps.length; k++) {
      int a = x + taps[k];
      int e = w + 3 * k;
      FloatVector w0 = FloatVector.broadcast(F, s[e]);
      FloatVector w1 = FloatVector.broadcast(F, s[e + 1]);
      FloatVector w2 = FloatVector.broadcast(F, s[e + 2]);
      FloatVector x0 = FloatVector.fromArray(F, s, a);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      s02 = x0.fma(w2, s02);
      FloatVector x1 = FloatVector.fromArray(F, s, a + L);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      s12 = x1.fma(w2, s12);
      FloatVector x2 = FloatVector.fromArray(F, s, a + 2 * L);
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      s22 = x2.fma(w2, s22);
      FloatVector x3 = FloatVector.fromArray(F, s, a + 3 * L);
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      s32 = x3.fma(w2, s32);
    }
    FloatVector b0 = FloatVector.broadcast(F, s[b]);
    FloatVector b1 = FloatVector.broadcast(F, s[b + 1]);
    FloatVector b2 = FloatVector.broadcast(F, s[b + 2]);
    s00.add(b0).intoArray(s, y);
    s01.add(b1).intoArray(s, y + L);
    s02.add(b2).intoArray(s, y + 2 * L);
    y += step;
    s10.add(b0).intoArray(s, y);
    s11.add(b1).intoArray(s, y + L);
    s12.add(b2).intoArray(s, y + 2 * L);
    y += step;
    s20.add(b0).intoArray(s, y);
    s21.add(b1).intoArray(s, y + L);
    s22.add(b2).intoArray(s, y + 2 * L);
    y += step;
    s30.add(b0).intoArray(s, y);
    s31.add(b1).intoArray(s, y + L);
    s32.add(b2).intoArray(s, y + 2 * L);
  }

  /// 4 pixels × 2 channels.
  static void tile4x2(float[] s, int x, int[] taps, int w, int b, int y, int step) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    for (int k = 0; k < taps.length; k++) {
      int a = x + taps[k];
      int e = w + 2 * k;
      FloatVector w0 = FloatVector.broadcast(F, s[e]);
      FloatVector w1 = FloatVector.broadcast(F, s[e + 1]);
      FloatVector x0 = FloatVector.fromArray(F, s, a);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      FloatVector x1 = FloatVector.fromArray(F, s, a + L);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      FloatVector x2 = FloatVector.fromArray(F, s, a + 2 * L);
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      FloatVector x3 = FloatVector.fromArray(F, s, a + 3 * L);
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
    }
    FloatVector b0 = FloatVector.broadcast(F, s[b]);
    FloatVector b1 = FloatVector.broadcast(F, s[b + 1]);
    s00.add(b0).intoArray(s, y);
    s01.add(b1).intoArray(s, y + L);
    y += step;
    s10.add(b0).intoArray(s, y);
    s11.add(b1).intoArray(s, y + L);
    y += step;
    s20.add(b0).intoArray(s, y);
    s21.add(b1).intoArray(s, y + L);
    y += step;
    s30.add(b0).intoArray(s, y);
    s31.add(b1).intoArray(s, y + L);
  }

  /// 8 pixels × 1 channel.
  static void tile8x1(float[] s, int x, int[] taps, int w, int b, int y, int step) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s40 = FloatVector.zero(F);
    FloatVector s50 = FloatVector.zero(F);
    FloatVector s60 = FloatVector.zero(F);
    FloatVector s70 = FloatVector.zero(F);
    for (int k = 0; k < taps.length; k++) {
      int a = x + taps[k];
      int e = w + k;
      FloatVector w0 = FloatVector.broadcast(F, s[e]);
      FloatVector x0 = FloatVector.fromArray(F, s, a);
      s00 = x0.fma(w0, s00);
      FloatVector x1 = FloatVector.fromArray(F, s, a + L);
      s10 = x1.fma(w0, s10);
      FloatVector x2 = FloatVector.fromArray(F, s, a + 2 * L);
      s20 = x2.fma(w0, s20);
      FloatVector x3 = FloatVector.fromArray(F, s, a + 3 * L);
      s30 = x3.fma(w0, s30);
      FloatVector x4 = FloatVector.fromArray(F, s, a + 4 * L);
      s40 = x4.fma(w0, s40);
      FloatVector x5 = FloatVector.fromArray(F, s, a + 5 * L);
      s50 = x5.fma(w0, s50);
      FloatVector x6 = FloatVector.fromArray(F, s, a + 6 * L);
      s60 = x6.fma(w0, s60);
      FloatVector x7 = FloatVector.fromArray(F, s, a + 7 * L);
      s70 = x7.fma(w0, s70);
    }
    FloatVector b0 = FloatVector.broadcast(F, s[b]);
    s00.add(b0).intoArray(s, y);
    y += step;
    s10.add(b0).intoArray(s, y);
    y += step;
    s20.add(b0).intoArray(s, y);
    y += step;
    s30.add(b0).intoArray(s, y);
    y += step;
    s40.add(b0).intoArray(s, y);
    y += step;
    s50.add(b0).intoArray(s, y);
    y += step;
    s60.add(b0).intoArray(s, y);
    y += step;
    s70.add(b0).intoArray(s, y);
  }

  /// 4 pixels × 1 channel.
  static void tile4x1(float[] s, int x, int[] taps, int w, int b, int y, int step) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    for (int k = 0; k < taps.length; k++) {
      int a = x + taps[k];
      int e = w + k;
      FloatVector w0 = FloatVector.broadcast(F, s[e]);
      FloatVector x0 = FloatVector.fromArray(F, s, a);
      s00 = x0.fma(w0, s00);
      FloatVector x1 = FloatVector.fromArray(F, s, a + L);
      s10 = x1.fma(w0, s10);
      FloatVector x2 = FloatVector.fromArray(F, s, a + 2 * L);
      s20 = x2.fma(w0, s20);
      FloatVector x3 = FloatVector.fromArray(F, s, a + 3 * L);
      s30 = x3.fma(w0, s30);
    }
    FloatVector b0 = FloatVector.broadcast(F, s[b]);
    s00.add(b0).intoArray(s, y);
    y += step;
    s10.add(b0).intoArray(s, y);
    y += step;
    s20.add(b0).intoArray(s, y);
    y += step;
    s30.add(b0).intoArray(s, y);
  }

  /// One pixel × 4 channels of a tile of `wide` channels.
  static void tile1x4(float[] s, int x, int[] taps, int w, int wide, int b, int y) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    for (int k = 0; k < taps.length; k++) {
      int e = w + k * wide;
      FloatVector v = FloatVector.fromArray(F, s, x + taps[k]);
      s0 = v.fma(FloatVector.broadcast(F, s[e]), s0);
      s1 = v.fma(FloatVector.broadcast(F, s[e + 1]), s1);
      s2 = v.fma(FloatVector.broadcast(F, s[e + 2]), s2);
      s3 = v.fma(FloatVector.broadcast(F, s[e + 3]), s3);
    }
    s0.add(FloatVector.broadcast(F, s[b])).intoArray(s, y);
    s1.add(FloatVector.broadcast(F, s[b + 1])).intoArray(s, y + L);
    s2.add(FloatVector.broadcast(F, s[b + 2])).intoArray(s, y + 2 * L);
    s3.add(FloatVector.broadcast(F, s[b + 3])).intoArray(s, y + 3 * L);
  }

  /// One pixel × 1 channel of a tile of `wide` channels.
  static void tile1x1(float[] s, int x, int[] taps, int w, int wide, int b, int y) {
    FloatVector s0 = FloatVector.zero(F);
    for (int k = 0; k < taps.length; k++) {
      int e = w + k * wide;
      FloatVector v = FloatVector.fromArray(F, s, x + taps[k]);
      s0 = v.fma(FloatVector.broadcast(F, s[e]), s0);
    }
    s0.add(FloatVector.broadcast(F, s[b])).intoArray(s, y);
  }
}
