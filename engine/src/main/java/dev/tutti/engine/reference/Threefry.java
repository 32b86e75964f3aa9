package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Random;
import java.util.Arrays;

/// Threefry-2×32 with 20 rounds (Salmon, Moraes, Dror, Shaw 2011) and the draws made from it.
final class Threefry {
  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};
  private static final int PARITY = 0x1BD11BDA;

  /// Counters of splits have this upper half, those of draws count from 0: the two never coincide.
  private static final int SPLIT = 0x53504C54;

  /// The fewest pairs of draws of a task.
  private static final int GRAIN = 1 << 11;

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
      int at = l * n;
      if (p.kind() == Random.Draw.Kind.PERMUTATION) {
        permutation(k0, k1, out.ints(), at, n);
        continue;
      }
      Parallel.ranges(
          (n + 1) / 2,
          GRAIN,
          (from, to) -> {
            for (int pair = from; pair < to; pair++) {
              long w = words(k0, k1, 0, pair);
              boolean both = 2 * pair + 1 < n;
              switch (p.kind()) {
                case NORMAL -> normal(w, out.floats(), at + 2 * pair, both);
                case UNIFORM -> uniform(w, out.floats(), at + 2 * pair, both);
                default -> bits(w, out.ints(), at + 2 * pair, both);
              }
            }
          });
    }
    return out;
  }

  private static void bits(long w, int[] out, int at, boolean both) {
    out[at] = (int) (w >>> 32);
    if (both) {
      out[at + 1] = (int) w;
    }
  }

  private static void uniform(long w, float[] out, int at, boolean both) {
    out[at] = (w >>> 40) * 0x1p-24f;
    if (both) {
      out[at + 1] = (w >>> 8 & 0xFFFFFF) * 0x1p-24f;
    }
  }

  /// Box–Muller, in double, so that the draw is the same on every JVM.
  private static void normal(long w, float[] out, int at, boolean both) {
    double u = ((w >>> 40) + 1) * 0x1p-24;
    double v = (w >>> 8 & 0xFFFFFF) * 0x1p-24;
    double radius = Math.sqrt(-2 * StrictMath.log(u));
    out[at] = (float) (radius * StrictMath.cos(2 * Math.PI * v));
    if (both) {
      out[at + 1] = (float) (radius * StrictMath.sin(2 * Math.PI * v));
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
