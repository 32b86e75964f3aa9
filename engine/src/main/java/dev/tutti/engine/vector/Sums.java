package dev.tutti.engine.vector;

import java.util.Arrays;

/// Sums in the normative order: chains of 16 rows, added pairwise; along a contiguous run, rows of
/// 16 elements, whose sum is folded 8, 4, 2, 1. About centres they are two sums, of the differences
/// from the centre and of their squares.
///
/// Loop nest of runs: for every four runs (or four chains of one run), for every 16 elements of a
/// chain, four independent additions; if vectors are shorter than 16 lanes, once more for each part
/// of the 16. Loop nest of rows: for every block of four chains, for every vector of columns (or
/// every four vectors, chain by chain), for every row of a chain, four independent additions. Then
/// the pairs of blocks. The innermost loops are in [SumLoops].
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

  /// In the working array, accumulators of four chains of four vectors, or rows of 16, are followed
  /// by as many of squares and by four centres, 16 times each.
  private static final int SQUARES = SumLoops.SQUARES;

  private static final int CENTRES = 2 * SQUARES;
  private static final int LENGTH = CENTRES + 4 * SIXTEEN;

  private Sums() {}

  /// {@return the sum of one contiguous run}
  static float run(float[] a, int at, int n) {
    float[] lanes = Scratch.floats(Slots.PAD, LENGTH);
    float[] sums =
        n <= RUN_BLOCK ? lanes : Scratch.floats(Slots.THIRD, Math.ceilDiv(n, RUN_BLOCK) * SIXTEEN);
    run(false, a, at, n, lanes, sums);
    return fold(sums, 0);
  }

  /// `to[start + r]` = the sum of `a[at + r · n … at + r · n + n − 1]` for `0 <= r < count`; about
  /// `centre[co + r]`, unless that is null, with the sum of squares at `to[start + count + r]`.
  static void runs(
      float[] centre, int co, float[] a, int at, int n, int count, float[] to, int start) {
    boolean about = centre != null;
    int kinds = about ? 2 : 1;
    float[] lanes = Scratch.floats(Slots.PAD, LENGTH);
    if (n >= RUN_BLOCK) {
      float[] sums = Scratch.floats(Slots.THIRD, Math.ceilDiv(n, RUN_BLOCK) * kinds * SIXTEEN);
      for (int r = 0; r < count; r++) {
        if (about) {
          Arrays.fill(lanes, CENTRES, CENTRES + SIXTEEN, centre[co + r]);
        }
        run(about, a, at + r * n, n, lanes, sums);
        for (int k = 0; k < kinds; k++) {
          to[start + k * count + r] = fold(sums, k * SIXTEEN);
        }
      }
      return;
    }
    int last = at + (count - 1) * n;
    for (int r = 0; r < count; r += 4) {
      for (int i = 0; i < 4 && about; i++) {
        int from = CENTRES + i * SIXTEEN;
        Arrays.fill(lanes, from, from + SIXTEEN, centre[co + Math.min(r + i, count - 1)]);
      }
      int p = at + r * n;
      int q = Math.min(p + n, last);
      four(about, a, p, q, Math.min(q + n, last), Math.min(q + 2 * n, last), n, lanes);
      for (int k = 0; k < kinds; k++) {
        for (int i = 0; i < Math.min(4, count - r); i++) {
          to[start + k * count + r + i] = fold(lanes, k * SQUARES + i * SIXTEEN);
        }
      }
    }
  }

  /// The rows of 16 that remain of four runs of n < 1024 elements: `lanes[16 j …]`.
  private static void four(
      boolean about, float[] a, int p, int q, int r, int s, int n, float[] lanes) {
    int chains = 0;
    for (int i = 0; i < n; i += RUN_CHAIN) {
      int count = Math.min(RUN_CHAIN, n - i);
      int to = chains++ * 4 * SIXTEEN;
      four(about, a, p + i, q + i, r + i, s + i, count / SIXTEEN, lanes, to);
      int whole = count / SIXTEEN * SIXTEEN;
      rest(about, a, p + i, whole, count, lanes, to, 0);
      rest(about, a, q + i, whole, count, lanes, to, 1);
      rest(about, a, r + i, whole, count, lanes, to, 2);
      rest(about, a, s + i, whole, count, lanes, to, 3);
    }
    pairs(lanes, 0, chains, 4 * SIXTEEN);
    if (about) {
      pairs(lanes, SQUARES, chains, 4 * SIXTEEN);
    }
  }

  private static void four(
      boolean about, float[] a, int p, int q, int r, int s, int rows, float[] lanes, int to) {
    for (int t = 0; t < SIXTEEN; t += L) {
      if (about) {
        SumLoops.four(
            lanes,
            CENTRES + t,
            SIXTEEN,
            a,
            p + t,
            q + t,
            r + t,
            s + t,
            rows,
            SIXTEEN,
            lanes,
            to + t);
      } else {
        SumLoops.four(a, p + t, q + t, r + t, s + t, rows, SIXTEEN, lanes, to + t, SIXTEEN);
      }
    }
  }

  /// The elements after the last 16 whole ones of a chain of run j.
  private static void rest(
      boolean about, float[] a, int at, int whole, int n, float[] lanes, int chain, int j) {
    int to = chain + j * SIXTEEN - whole;
    if (about) {
      float c = lanes[CENTRES + j * SIXTEEN];
      for (int i = whole; i < n; i++) {
        float x = a[at + i] - c;
        lanes[to + i] += x;
        lanes[SQUARES + to + i] += x * x;
      }
    } else {
      for (int i = whole; i < n; i++) {
        lanes[to + i] += a[at + i];
      }
    }
  }

  /// The row of 16 that remains of one run of n > 0 elements: `sums[0 …]`; about the first centre,
  /// that of the squares after it.
  private static void run(boolean about, float[] a, int at, int n, float[] lanes, float[] sums) {
    int blocks = Math.ceilDiv(n, RUN_BLOCK);
    int width = about ? 2 * SIXTEEN : SIXTEEN;
    int whole = n / RUN_BLOCK;
    for (int b = 0; b < whole; b++) {
      for (int t = 0; t < SIXTEEN; t += L) {
        int p = at + b * RUN_BLOCK + t;
        int o = b * width + t;
        if (about) {
          SumLoops.chains(lanes, CENTRES + t, a, p, RUN_CHAIN, SIXTEEN, sums, o, o + SIXTEEN);
        } else {
          SumLoops.chains(a, p, RUN_CHAIN, SIXTEEN, sums, o);
        }
      }
    }
    if (whole < blocks) {
      int chains = 0;
      for (int i = whole * RUN_BLOCK; i < n; i += RUN_CHAIN) {
        int count = Math.min(RUN_CHAIN, n - i);
        int to = chains++ * SIXTEEN;
        for (int t = 0; t < SIXTEEN; t += L) {
          one(about, lanes, CENTRES + t, a, at + i + t, count / SIXTEEN, SIXTEEN, lanes, to + t);
        }
        rest(about, a, at + i, count / SIXTEEN * SIXTEEN, count, lanes, to, 0);
      }
      join(about, lanes, chains, SIXTEEN, sums, whole * width, SIXTEEN);
    }
    pairs(sums, 0, blocks, width);
  }

  private static void one(
      boolean about,
      float[] centre,
      int co,
      float[] a,
      int at,
      int rows,
      int step,
      float[] lanes,
      int to) {
    if (about) {
      SumLoops.one(centre, co, a, at, rows, step, lanes, to);
    } else {
      SumLoops.one(a, at, rows, step, lanes, to);
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

  /// `to[start + c]` = the sum of column c of the `rows × inner` matrix at `a[at]`, for inner > 1;
  /// about `centre[c]`, unless that is null, with the sum of squares at `to[start + inner + c]`.
  /// There are at least as many centres as lanes, of which only those of columns count.
  static void down(float[] centre, float[] a, int at, int rows, int inner, float[] to, int start) {
    int blocks = Math.ceilDiv(rows, BLOCK);
    int width = centre != null ? 2 * inner : inner;
    float[] sums = Scratch.floats(Slots.FIRST, blocks * width + L);
    if (inner < L) {
      narrow(centre, a, at, rows, inner, sums);
    } else {
      for (int b = 0; b < blocks; b++) {
        int r = b * BLOCK;
        block(centre, a, at + r * inner, Math.min(BLOCK, rows - r), inner, sums, b * width);
      }
    }
    pairs(sums, 0, blocks, width);
    System.arraycopy(sums, 0, to, start, width);
  }

  /// One block of rows that are not shorter than a vector.
  private static void block(
      float[] centre, float[] a, int at, int rows, int inner, float[] to, int o) {
    int c = 0;
    for (; c + 4 * L <= inner; c += 4 * L) {
      wide(centre, c, a, at + c, rows, inner, to, o + c);
    }
    for (; c < inner; c += L) {
      int column = Math.min(c, inner - L); // an overlap is summed once more
      column(centre, column, a, at + column, rows, inner, to, o + column);
    }
  }

  /// Four vectors of columns, one chain after another.
  private static void wide(
      float[] centre, int co, float[] a, int at, int rows, int inner, float[] to, int o) {
    float[] lanes = Scratch.floats(Slots.PAD, LENGTH);
    int chains = 0;
    for (int r = 0; r < rows; r += CHAIN) {
      int p = at + r * inner;
      int q = p + L;
      int n = Math.min(CHAIN, rows - r);
      int t = chains++ * 4 * L;
      if (centre != null) {
        SumLoops.four(centre, co, L, a, p, q, q + L, q + 2 * L, n, inner, lanes, t);
      } else {
        SumLoops.four(a, p, q, q + L, q + 2 * L, n, inner, lanes, t, L);
      }
    }
    join(centre != null, lanes, chains, 4 * L, to, o, inner);
  }

  /// One vector of columns, four chains at a time.
  private static void column(
      float[] centre, int co, float[] a, int at, int rows, int inner, float[] to, int o) {
    boolean about = centre != null;
    if (rows == BLOCK && about) {
      SumLoops.chains(centre, co, a, at, CHAIN * inner, inner, to, o, o + inner);
    } else if (rows == BLOCK) {
      SumLoops.chains(a, at, CHAIN * inner, inner, to, o);
    } else {
      float[] lanes = Scratch.floats(Slots.PAD, LENGTH);
      int chains = 0;
      for (int r = 0; r < rows; r += CHAIN) {
        int n = Math.min(CHAIN, rows - r);
        one(about, centre, co, a, at + r * inner, n, inner, lanes, chains++ * L);
      }
      join(about, lanes, chains, L, to, o, inner);
    }
  }

  /// Rows shorter than a vector: every load also reads the beginning of the next row, into lanes
  /// that are not used, and every sum overwrites the unused lanes of the sum before. The last block
  /// or two are copied first, since the array may end after them.
  private static void narrow(float[] centre, float[] a, int at, int rows, int inner, float[] sums) {
    int last = (rows - 1) / BLOCK * BLOCK;
    if (last > 0 && (rows - last + 1) * inner < L) {
      last -= BLOCK;
    }
    int width = centre != null ? 2 * inner : inner;
    int o = 0;
    for (int r = 0; r < last; r += BLOCK, o += width) {
      column(centre, 0, a, at + r * inner, BLOCK, inner, sums, o);
    }
    int rest = rows - last;
    float[] copy = Scratch.floats(Slots.THIRD, 2 * BLOCK * L + L);
    System.arraycopy(a, at + last * inner, copy, 0, rest * inner);
    for (int r = 0; r < rest; r += BLOCK, o += width) {
      column(centre, 0, copy, r * inner, Math.min(BLOCK, rest - r), inner, sums, o);
    }
  }

  /// `to[o …]` = the pairwise sum of the chains in `lanes`; that of squares `behind` elements
  /// further on.
  private static void join(
      boolean about, float[] lanes, int chains, int width, float[] to, int o, int behind) {
    pairs(lanes, 0, chains, width);
    System.arraycopy(lanes, 0, to, o, width);
    if (about) {
      pairs(lanes, SQUARES, chains, width);
      System.arraycopy(lanes, SQUARES, to, o + behind, width);
    }
  }

  /// Adds `count` rows of `width` pairwise: neighbours, then neighbours of their sums, until the
  /// first is the sum of all. A last row without a neighbour is kept for the next round.
  static void pairs(float[] rows, int at, int count, int width) {
    for (int step = 1; step < count; step *= 2) {
      for (int r = 0; r + step < count; r += 2 * step) {
        SumLoops.add(rows, at + r * width, at + (r + step) * width, width);
      }
    }
  }
}
