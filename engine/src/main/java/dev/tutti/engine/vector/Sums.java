package dev.tutti.engine.vector;

import java.util.Arrays;

/// Sums, and sums of squares, in the normative order: along a contiguous run in blocks of 1024 with
/// 16 accumulators, folded 8, 4, 2, 1; down rows in blocks of 64 rows.
///
/// Loop nest of runs: for every four runs (or four blocks of one run), for every 16 elements of a
/// block, four independent additions; where vectors are shorter than 16 lanes, once more for each
/// part of the 16 accumulators. Loop nest of rows: for every vector of columns, for every four
/// blocks (or of every block, for every four vectors of columns), for every row of a block, four
/// independent additions. The innermost loops are in [SumLoops].
final class Sums {
  private static final int L = Lanes.COUNT;
  private static final int BLOCK = 1024;
  private static final int ROWS = 64;

  /// The accumulators of a run, whatever the registers.
  private static final int SIXTEEN = 16;

  private Sums() {}

  /// to[start + r] = the sum of `a[at + r · n … at + r · n + n − 1]`, or of its squares, for `0 <=
  /// r < count`.
  static void runs(boolean squares, float[] a, int at, int n, int count, float[] to, int start) {
    float[] lanes = Scratch.floats(Slots.PAD, 4 * SIXTEEN);
    if (n > BLOCK) {
      for (int r = 0; r < count; r++) {
        to[start + r] = blocks(squares, a, at + r * n, n, lanes);
      }
      return;
    }
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
      four(squares, a, p, q, Math.min(q + n, last), Math.min(q + 2 * n, last), n, lanes);
      for (int i = 0; i < Math.min(4, count - r); i++) {
        to[start + r + i] = fold(lanes, i * SIXTEEN);
      }
    }
  }

  /// {@return the sum of one contiguous run}
  static float run(float[] a, int at, int n) {
    return blocks(false, a, at, n, Scratch.floats(Slots.PAD, 4 * SIXTEEN));
  }

  private static float blocks(boolean squares, float[] a, int at, int n, float[] lanes) {
    float total = 0;
    int from = 0;
    for (; n - from >= 4 * BLOCK; from += 4 * BLOCK) {
      int p = at + from;
      four(squares, a, p, p + BLOCK, p + 2 * BLOCK, p + 3 * BLOCK, BLOCK, lanes);
      for (int i = 0; i < 4; i++) {
        total += fold(lanes, i * SIXTEEN);
      }
    }
    for (; from < n; from += BLOCK) {
      one(squares, a, at + from, Math.min(BLOCK, n - from), lanes);
      total += fold(lanes, 0);
    }
    return total;
  }

  /// The 16 accumulators of four runs of n <= 1024 elements: lanes[16 j …].
  private static void four(
      boolean squares, float[] a, int p, int q, int r, int s, int n, float[] lanes) {
    int vectors = n / SIXTEEN;
    if (vectors == 0) {
      Arrays.fill(lanes, 0, 4 * SIXTEEN, 0);
    }
    for (int t = 0; t < SIXTEEN && vectors > 0; t += L) {
      SumLoops.four(squares, a, p + t, q + t, r + t, s + t, vectors, SIXTEEN, lanes, t, SIXTEEN);
    }
    int whole = vectors * SIXTEEN;
    rest(squares, a, p, whole, n, lanes, 0);
    rest(squares, a, q, whole, n, lanes, SIXTEEN);
    rest(squares, a, r, whole, n, lanes, 2 * SIXTEEN);
    rest(squares, a, s, whole, n, lanes, 3 * SIXTEEN);
  }

  private static void one(boolean squares, float[] a, int at, int n, float[] lanes) {
    int vectors = n / SIXTEEN;
    if (vectors == 0) {
      Arrays.fill(lanes, 0, SIXTEEN, 0);
    }
    for (int t = 0; t < SIXTEEN && vectors > 0; t += L) {
      SumLoops.one(squares, a, at + t, vectors, SIXTEEN, lanes, t);
    }
    rest(squares, a, at, vectors * SIXTEEN, n, lanes, 0);
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
    int width = Math.max(inner, L);
    float[] total = Scratch.floats(Slots.FIRST, width);
    float[] lanes = Scratch.floats(Slots.PAD, 4 * SIXTEEN);
    Arrays.fill(total, 0, width, 0);
    if (inner < L) {
      narrow(squares, a, at, rows, inner, total, lanes);
    } else if (inner >= 4 * L) {
      for (int r = 0; r < rows; r += ROWS) {
        wide(squares, a, at + r * inner, Math.min(ROWS, rows - r), inner, total, lanes);
      }
    } else {
      for (int c = 0; c < inner; c += L) {
        int column = Math.min(c, inner - L);
        Arrays.fill(total, column, column + L, 0); // an overlap is summed once more
        column(squares, a, at + column, rows, inner, total, column, lanes);
      }
    }
    System.arraycopy(total, 0, to, start, inner);
  }

  /// One block of rows, four vectors of columns at a time.
  private static void wide(
      boolean squares, float[] a, int at, int rows, int inner, float[] total, float[] lanes) {
    int c = 0;
    for (; c + 4 * L <= inner; c += 4 * L) {
      int p = at + c;
      SumLoops.four(squares, a, p, p + L, p + 2 * L, p + 3 * L, rows, inner, lanes, 0, L);
      add(total, c, lanes, 0, 4 * L);
    }
    for (; c < inner; c += L) {
      int done = c - Math.min(c, inner - L);
      SumLoops.one(squares, a, at + c - done, rows, inner, lanes, 0);
      add(total, c, lanes, done, L - done);
    }
  }

  /// One vector of columns, four blocks of rows at a time.
  private static void column(
      boolean squares,
      float[] a,
      int at,
      int rows,
      int inner,
      float[] total,
      int column,
      float[] lanes) {
    int block = ROWS * inner;
    int r = 0;
    for (; r + 4 * ROWS <= rows; r += 4 * ROWS) {
      int p = at + r * inner;
      SumLoops.four(
          squares, a, p, p + block, p + 2 * block, p + 3 * block, ROWS, inner, lanes, 0, L);
      for (int i = 0; i < 4; i++) {
        add(total, column, lanes, i * L, L);
      }
    }
    for (; r < rows; r += ROWS) {
      SumLoops.one(squares, a, at + r * inner, Math.min(ROWS, rows - r), inner, lanes, 0);
      add(total, column, lanes, 0, L);
    }
  }

  /// Rows shorter than a vector: every load takes the beginning of the next row along, in lanes
  /// that nobody reads. The last block or two, after which memory may end, are copied first.
  private static void narrow(
      boolean squares, float[] a, int at, int rows, int inner, float[] total, float[] lanes) {
    int last = (rows - 1) / ROWS * ROWS;
    if (last > 0 && (rows - last + 1) * inner < L) {
      last -= ROWS;
    }
    column(squares, a, at, last, inner, total, 0, lanes);
    int rest = rows - last;
    float[] copy = Scratch.floats(Slots.THIRD, 2 * ROWS * L + L);
    System.arraycopy(a, at + last * inner, copy, 0, rest * inner);
    column(squares, copy, 0, rest, inner, total, 0, lanes);
  }

  private static void add(float[] total, int at, float[] lanes, int from, int n) {
    for (int i = 0; i < n; i++) {
      total[at + i] += lanes[from + i];
    }
  }
}
