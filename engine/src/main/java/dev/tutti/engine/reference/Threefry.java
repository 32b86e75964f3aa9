package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.Random;
import java.util.Arrays;

/// Threefry-2×32 with 20 rounds (Salmon, Moraes, Dror, Shaw 2011) and the draws made from it.
final class Threefry {
  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};
  private static final int PARITY = 0x1BD11BDA;

  /// Counters of splits have this upper half, those of draws count from 0: the two never meet.
  private static final int SPLIT = 0x53504C54;

  private Threefry() {}

  /// {@return the two output words for key (k0, k1) and counter (c0, c1), the first in the upper
  /// half}
  static long words(int k0, int k1, int c0, int c1) {
    int k2 = k0 ^ k1 ^ PARITY;
    int x = c0 + k0;
    int y = c1 + k1;
    for (int round = 0; round < 20; round++) {
      x += y;
      y = Integer.rotateLeft(y, ROTATIONS[round % 8]) ^ x;
      if (round % 4 == 3) {
        int group = round / 4 + 1;
        x += group % 3 == 0 ? k0 : group % 3 == 1 ? k1 : k2;
        y += (group % 3 == 0 ? k1 : group % 3 == 1 ? k2 : k0) + group;
      }
    }
    return (long) x << 32 | y & 0xFFFFFFFFL;
  }

  static Array split(Random.Split p, Array keys, Array out) {
    for (int l = 0; l < keys.shape().size() / 2; l++) {
      int k0 = keys.ints()[keys.offset() + 2 * l];
      int k1 = keys.ints()[keys.offset() + 2 * l + 1];
      for (int i = 0; i < p.n(); i++) {
        long w = words(k0, k1, SPLIT, p.first() + i);
        out.ints()[2 * (l * p.n() + i)] = (int) (w >>> 32);
        out.ints()[2 * (l * p.n() + i) + 1] = (int) w;
      }
    }
    return out;
  }

  static Array draw(Random.Draw p, Array keys, Array out) {
    int n = p.dims().size();
    for (int l = 0; l < keys.shape().size() / 2; l++) {
      int k0 = keys.ints()[keys.offset() + 2 * l];
      int k1 = keys.ints()[keys.offset() + 2 * l + 1];
      switch (p.kind()) {
        case PERMUTATION -> permutation(k0, k1, out.ints(), l * n, n);
        case NORMAL -> normal(k0, k1, out.floats(), l * n, n);
        case BITS, UNIFORM -> {
          for (int i = 0; i < n; i++) {
            int bits = bits(k0, k1, i);
            if (p.kind() == Random.Draw.Kind.BITS) {
              out.ints()[l * n + i] = bits;
            } else {
              out.floats()[l * n + i] = (bits >>> 8) * 0x1p-24f;
            }
          }
        }
      }
    }
    return out;
  }

  /// Draw `i`: the first word of its counter for even `i`, the second for odd.
  private static int bits(int k0, int k1, int i) {
    long w = words(k0, k1, 0, i >>> 1);
    return (i & 1) == 0 ? (int) (w >>> 32) : (int) w;
  }

  /// Box–Muller on pairs, in double, so that the draw is the same on every JVM.
  private static void normal(int k0, int k1, float[] out, int at, int n) {
    for (int i = 0; i < n; i += 2) {
      long w = words(k0, k1, 0, i >>> 1);
      double u = ((w >>> 40) + 1) * 0x1p-24;
      double v = (w >>> 8 & 0xFFFFFF) * 0x1p-24;
      double radius = Math.sqrt(-2 * StrictMath.log(u));
      out[at + i] = (float) (radius * StrictMath.cos(2 * Math.PI * v));
      if (i + 1 < n) {
        out[at + i + 1] = (float) (radius * StrictMath.sin(2 * Math.PI * v));
      }
    }
  }

  /// The order of random 64-bit numbers, ties by index (the low bits carry the index).
  private static void permutation(int k0, int k1, int[] out, int at, int n) {
    long[] order = new long[n];
    long mask = Long.highestOneBit(Math.max(1, n)) * 2 - 1;
    for (int i = 0; i < n; i++) {
      order[i] = words(k0, k1, 0, i) & ~mask | i;
    }
    Arrays.sort(order);
    for (int i = 0; i < n; i++) {
      out[at + i] = (int) (order[i] & mask);
    }
  }
}
