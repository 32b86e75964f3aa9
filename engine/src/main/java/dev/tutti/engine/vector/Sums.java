package dev.tutti.engine.vector;

import java.util.Arrays;

/// Sums, and sums of squares, in the normative order: chains of 16 rows, added pairwise; along a
/// contiguous run, rows of 16 elements, whose sum is folded 8, 4, 2, 1.
///
/// Loop nest of runs: for every four runs (or four chains of one run), for every 16 elements of a
/// chain, four independent additions; where vectors are shorter than 16 lanes, once more for each
/// part of the 16. Loop nest of rows: for every block of four chains, for every vector of columns
/// (or every four vectors, chain by chain), for every row of a chain, four independent additions.
/// Then the pairs of blocks. The innermost loops are in [SumLoops].
final class Sums {
  private static final int L = Lanes.COUNT;

  /// The elements of a row of a contiguous run, whatever the registers.
  private static final int SIXTEEN = 16;

  private static final int CHAIN = 16;

  /// The rows of the four chains that are summed together.
  static final int BLOCK = 4 * CHAIN;

  /// The elements of a chain and of a block of a contiguous run.
  private static final int RUN_CHAIN = CHAIN * SIXTEEN;

  private static final int RUN_BLOCK = BLOCK * SIXTEEN;

  private Sums() {}

  /// to[start + r] = the sum of `a[at + r · n … at + r · n + n − 1]`, or of its squares, for `0 <=
  /// r < count`.
  static void runs(boolean squares, float[] a, int at, int n, int count, float[] to, int start) {
    if (n > RUN_BLOCK) {
      for (int r = 0; r < count; r++) {
        to[start + r] = run(squares, a, at + r * n, n);
      }
      return;
    }
    float[] lanes = Scratch.floats(Slots.PAD, 16 * SIXTEEN);
    int last = at + (count - 1) * n;
    int r = 0;
    if (n < SIXTEEN) {
      Arrays.fill(lanes, 0, SIXTEEN, 0);
      for (; r < count; r++) {
        for (int i = 0; i < n; i++) {
          float x = a[at + r * n + i];
          lanes[i] = squares ? x * x : x;
        }
        to[start + r] = fold(lanes, 0); // lane 15 is +0, so that no sum is −0
      }
    }
    for (; r < count; r += 4) {
      int p = at + r * n;
      int q = Math.min(p + n, last);
      int chains = 0;
      for (int i = 0; i < n; i += RUN_CHAIN) {
        int s = Math.min(q + n, last) + i;
        int t = Math.min(q + 2 * n, last) + i;
        int length = Math.min(RUN_CHAIN, n - i);
        four(squares, a, p + i, q + i, s, t, length, lanes, chains++ * 4 * SIXTEEN);
      }
      pairs(lanes, chains, 4 * SIXTEEN);
      for (int i = 0; i < Math.min(4, count - r); i++) {
        to[start + r + i] = fold(lanes, i * SIXTEEN);
      }
    }
  }

  /// {@return the sum of one contiguous run}
  static float run(float[] a, int at, int n) {
    return run(false, a, at, n);
  }

  private static float run(boolean squares, float[] a, int at, int n) {
    int blocks = Math.ceilDiv(n, RUN_BLOCK);
    float[] sums = Scratch.floats(Slots.THIRD, blocks * SIXTEEN);
    int whole = n / RUN_BLOCK;
    for (int b = 0; b < whole; b++) {
      int p = at + b * RUN_BLOCK;
      for (int t = 0; t < SIXTEEN; t += L) {
        SumLoops.chains(squares, a, p + t, RUN_CHAIN, SIXTEEN, sums, b * SIXTEEN + t);
      }
    }
    if (whole < blocks) {
      float[] lanes = Scratch.floats(Slots.PAD, 16 * SIXTEEN);
      int chains = 0;
      for (int i = whole * RUN_BLOCK; i < n; i += RUN_CHAIN) {
        one(squares, a, at + i, Math.min(RUN_CHAIN, n - i), lanes, chains++ * SIXTEEN);
      }
      pairs(lanes, chains, SIXTEEN);
      System.arraycopy(lanes, 0, sums, whole * SIXTEEN, SIXTEEN);
    }
    pairs(sums, blocks, SIXTEEN);
    return n == 0 ? 0 : fold(sums, 0);
  }

  /// One chain of each of four runs, n <= 256 elements: lanes[to + 16 j …].
  private static void four(
      boolean squares, float[] a, int p, int q, int r, int s, int n, float[] lanes, int to) {
    int rows = n / SIXTEEN;
    if (rows == 0) {
      Arrays.fill(lanes, to, to + 4 * SIXTEEN, 0);
    }
    for (int t = 0; t < SIXTEEN && rows > 0; t += L) {
      SumLoops.four(squares, a, p + t, q + t, r + t, s + t, rows, SIXTEEN, lanes, to + t, SIXTEEN);
    }
    int whole = rows * SIXTEEN;
    rest(squares, a, p, whole, n, lanes, to);
    rest(squares, a, q, whole, n, lanes, to + SIXTEEN);
    rest(squares, a, r, whole, n, lanes, to + 2 * SIXTEEN);
    rest(squares, a, s, whole, n, lanes, to + 3 * SIXTEEN);
  }

  private static void one(boolean squares, float[] a, int at, int n, float[] lanes, int to) {
    int rows = n / SIXTEEN;
    if (rows == 0) {
      Arrays.fill(lanes, to, to + SIXTEEN, 0);
    }
    for (int t = 0; t < SIXTEEN && rows > 0; t += L) {
      SumLoops.one(squares, a, at + t, rows, SIXTEEN, lanes, to + t);
    }
    rest(squares, a, at, rows * SIXTEEN, n, lanes, to);
  }

  /// The elements after the last 16 whole ones.
  private static void rest(
      boolean squares, float[] a, int at, int whole, int n, float[] lanes, int to) {
    for (int i = whole; i < n; i++) {
      float x = a[at + i];
      lanes[to + i - whole] += squares ? x * x : x;
    }
  }

  /// The fixed tree over 16 accumulators.
  private static float fold(float[] l, int at) {
    float a = l[at] + l[at + 8];
    float b = l[at + 1] + l[at + 9];
    float c = l[at + 2] + l[at + 10];
    float d = l[at + 3] + l[at + 11];
    a += l[at + 4] + l[at + 12];
    b += l[at + 5] + l[at + 13];
    c += l[at + 6] + l[at + 14];
    d += l[at + 7] + l[at + 15];
    return (a + c) + (b + d);
  }

  /// to[start + c] = the sum of column c of the `rows × inner` matrix at `a[at]`, or of its
  /// squares, for inner > 1.
  static void down(boolean squares, float[] a, int at, int rows, int inner, float[] to, int start) {
    int blocks = Math.ceilDiv(rows, BLOCK);
    float[] sums = Scratch.floats(Slots.FIRST, blocks * inner + L);
    if (inner < L) {
      narrow(squares, a, at, rows, inner, sums);
    } else {
      for (int b = 0; b < blocks; b++) {
        int r = b * BLOCK;
        block(squares, a, at + r * inner, Math.min(BLOCK, rows - r), inner, sums, b * inner);
      }
    }
    pairs(sums, blocks, inner);
    System.arraycopy(sums, 0, to, start, inner);
  }

  /// One block of rows that are not shorter than a vector.
  private static void block(
      boolean squares, float[] a, int at, int rows, int inner, float[] to, int o) {
    int c = 0;
    for (; c + 4 * L <= inner; c += 4 * L) {
      wide(squares, a, at + c, rows, inner, to, o + c);
    }
    for (; c < inner; c += L) {
      int column = Math.min(c, inner - L); // an overlap is summed once more
      column(squares, a, at + column, rows, inner, to, o + column);
    }
  }

  /// Four vectors of columns, one chain after another.
  private static void wide(
      boolean squares, float[] a, int at, int rows, int inner, float[] to, int o) {
    float[] lanes = Scratch.floats(Slots.PAD, 16 * SIXTEEN);
    int chains = 0;
    for (int r = 0; r < rows; r += CHAIN) {
      int p = at + r * inner;
      int n = Math.min(CHAIN, rows - r);
      SumLoops.four(
          squares, a, p, p + L, p + 2 * L, p + 3 * L, n, inner, lanes, chains++ * 4 * L, L);
    }
    pairs(lanes, chains, 4 * L);
    System.arraycopy(lanes, 0, to, o, 4 * L);
  }

  /// One vector of columns, four chains at a time.
  private static void column(
      boolean squares, float[] a, int at, int rows, int inner, float[] to, int o) {
    if (rows == BLOCK) {
      SumLoops.chains(squares, a, at, CHAIN * inner, inner, to, o);
      return;
    }
    float[] lanes = Scratch.floats(Slots.PAD, 16 * SIXTEEN);
    int chains = 0;
    for (int r = 0; r < rows; r += CHAIN) {
      int n = Math.min(CHAIN, rows - r);
      SumLoops.one(squares, a, at + r * inner, n, inner, lanes, chains++ * L);
    }
    pairs(lanes, chains, L);
    System.arraycopy(lanes, 0, to, o, L);
  }

  /// Rows shorter than a vector: every load takes the beginning of the next row along, in lanes
  /// that nobody reads, and every sum is stored over those of the one before. The last block or
  /// two, after which memory may end, are copied first.
  private static void narrow(
      boolean squares, float[] a, int at, int rows, int inner, float[] sums) {
    int last = (rows - 1) / BLOCK * BLOCK;
    if (last > 0 && (rows - last + 1) * inner < L) {
      last -= BLOCK;
    }
    int o = 0;
    for (int r = 0; r < last; r += BLOCK, o += inner) {
      column(squares, a, at + r * inner, BLOCK, inner, sums, o);
    }
    int rest = rows - last;
    float[] copy = Scratch.floats(Slots.THIRD, 2 * BLOCK * L + L);
    System.arraycopy(a, at + last * inner, copy, 0, rest * inner);
    for (int r = 0; r < rest; r += BLOCK, o += inner) {
      column(squares, copy, r * inner, Math.min(BLOCK, rest - r), inner, sums, o);
    }
  }

  /// Adds `count` rows of `width` pairwise: neighbours, then neighbours of their sums, until the
  /// first is the sum of all. A last one without a neighbour waits.
  static void pairs(float[] rows, int count, int width) {
    for (int step = 1; step < count; step *= 2) {
      for (int r = 0; r + step < count; r += 2 * step) {
        SumLoops.add(rows, r * width, (r + step) * width, width);
      }
    }
  }
}
