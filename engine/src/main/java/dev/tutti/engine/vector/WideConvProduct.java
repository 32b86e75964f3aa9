package dev.tutti.engine.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The product in every convolution: `c[r][j] = Σ_q a[r, q] · b[q][j]`, q ascending, one fma each,
/// with `a[r, q]` at `base + rows[r] + tab[q]` and row r of c at `co + cs[r]`.
///
/// Columns are cut into panels of two vectors, a last odd one excepted. A last vector that would
/// reach beyond the columns is moved back to end with them, so that some columns are computed
/// twice, to the same bits. If there are fewer columns than a vector has lanes, they are kept in a
/// separate array, in rows of one vector.
///
/// For every panel, for every tile of rows: if the factors are contiguous in runs, sums over all q
/// stay in registers; otherwise, for every block of q, sums are loaded, extended and stored.
final class WideConvProduct {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// The most rows in a tile; tables of rows are followed by this many copies of their last
  /// element.
  static final int TALLEST = 8;

  /// Blocks of q whose panel of b (at most 32 KB) stays in the L1 cache.
  static final int DEPTH = 256;

  /// The most rounds of an innermost loop, so that C2 can prove the loop to be short; [Lanes] says
  /// why.
  static final int SHORT = 96;

  /// From this length on, runs of neighbours in `a` are computed by [WideConvStubs].
  private static final int SHORT_RUN = 8;

  /// From this length on, by [WideConvRuns].
  private static final int LONG_RUN = 32;

  static final float[] ZEROS = new float[16];

  private final int[] tab;
  private final int[] starts;
  private final int[] bs;
  private final int run;
  private final int depth;

  /// A product with all rows of b.
  ///
  /// @param tab the places of the factors of a row
  /// @param run the length of the runs of `tab` that grow by one
  WideConvProduct(int[] tab, int run) {
    this.tab = tab;
    this.run = piece(run);
    depth = tab.length;
    int runs = this.run < SHORT_RUN ? 0 : tab.length / this.run;
    starts = new int[runs];
    bs = new int[runs];
    for (int g = 0; g < runs; g++) {
      bs[g] = g * this.run;
      starts[g] = tab[bs[g]];
    }
  }

  /// A product with some runs of rows of b.
  ///
  /// @param starts the places of the first factor of each run
  /// @param bs the row of b that a run starts with
  /// @param run the length of all runs
  /// @param depth the number of rows of b
  WideConvProduct(int[] starts, int[] bs, int run, int depth) {
    tab = null;
    this.run = piece(run);
    this.depth = depth;
    int pieces = run == 0 ? 0 : run / this.run;
    this.starts = new int[starts.length * pieces];
    this.bs = new int[this.starts.length];
    for (int i = 0; i < this.bs.length; i++) {
      int shift = i % pieces * this.run;
      this.starts[i] = starts[i / pieces] + shift;
      this.bs[i] = bs[i / pieces] + shift;
    }
  }

  /// {@return the longest divisor of `run` that is at most [#SHORT]}
  private static int piece(int run) {
    int piece = Math.min(run, SHORT);
    while (piece > 1 && run % piece != 0) {
      piece--;
    }
    return piece;
  }

  int depth() {
    return depth;
  }

  static void repeatLast(int[] table, int count) {
    if (count > 0) {
      Arrays.fill(table, count, table.length, table[count - 1]);
    }
  }

  static int vectors(int columns) {
    return Math.ceilDiv(columns, L);
  }

  /// {@return the first column of vector `v` of `columns`}
  static int column(int v, int columns) {
    return Math.max(0, Math.min(v * L, columns - L));
  }

  /// {@return whether a matrix in rows of `step` is already one panel}
  static boolean isPanel(int columns, int step) {
    return columns == step && columns % L == 0 && columns <= 2 * L;
  }

  /// Copies a matrix `[depth, columns]` in rows of `step` to panels of `depth` rows each.
  static void pack(float[] b, int at, int step, int depth, int columns, float[] to, int toAt) {
    int vectors = vectors(columns);
    for (int v = 0; v < vectors; v++) {
      int from = at + column(v, columns);
      int width = v == (vectors & ~1) ? L : 2 * L;
      int start = toAt + (v & ~1) * L * depth + (v & 1) * L;
      if (columns < L) {
        for (int k = 0; k < depth; k++) {
          System.arraycopy(b, from + k * step, to, start + k * width, columns);
          Arrays.fill(to, start + k * width + columns, start + k * width + L, 0);
        }
      } else {
        packVector(b, from, step, depth, to, start, width);
      }
    }
  }

  private static void packVector(
      float[] b, int from, int step, int depth, float[] to, int start, int width) {
    for (int k = 0; k < depth; k++) {
      FloatVector.fromArray(S, b, from + k * step).intoArray(to, start + k * width);
    }
  }

  /// All `count` rows, for all columns; b in panels of [#depth] rows from `bo` on.
  void multiply(
      float[] a,
      int base,
      int[] rows,
      int[] cs,
      int count,
      float[] b,
      int bo,
      int columns,
      float[] c,
      int co) {
    if (starts.length == 0 && (tab == null || tab.length == 0)) {
      for (int r = 0; r < count; r++) {
        Arrays.fill(c, co + cs[r], co + cs[r] + columns, 0);
      }
      return;
    }
    if (columns < L) {
      float[] aside = Scratch.floats(Scratch.CONV + 2, count * L);
      int[] ramp = ramp(count);
      panel(a, base, rows, ramp, count, b, bo, 1, aside, 0, 0);
      for (int r = 0; r < count; r++) {
        System.arraycopy(aside, r * L, c, co + cs[r], columns);
      }
      return;
    }
    int vectors = vectors(columns);
    for (int v = 0; v < vectors; v += 2) {
      int first = column(v, columns);
      boolean two = v + 1 < vectors;
      int last = two ? column(v + 1, columns) - first : 0;
      int at = bo + v * L * depth();
      panel(a, base, rows, cs, count, b, at, two ? 2 : 1, c, co + first, last);
    }
  }

  static int[] ramp(int count) {
    int[] ramp = new int[count + TALLEST];
    for (int r = 0; r < count; r++) {
      ramp[r] = r * L;
    }
    repeatLast(ramp, count);
    return ramp;
  }

  private void panel(
      float[] a,
      int base,
      int[] rows,
      int[] cs,
      int count,
      float[] b,
      int bo,
      int vectors,
      float[] c,
      int co,
      int last) {
    if (run >= LONG_RUN) {
      runs(a, base, rows, count, b, bo, vectors, c, cs, co, last);
      return;
    }
    if (starts.length > 0) {
      stubs(a, base, rows, count, b, bo, vectors, c, cs, co, last);
      return;
    }
    for (int from = 0; from < tab.length; from += DEPTH) {
      int to = Math.min(tab.length, from + DEPTH);
      float[] e = from == 0 ? ZEROS : c;
      int keep = from == 0 ? 0 : -1;
      int start = bo + from * vectors * L;
      taps(a, base, tab, from, to, rows, 0, count, b, start, vectors, e, keep, c, cs, co, last);
    }
  }

  private void runs(
      float[] a,
      int base,
      int[] rows,
      int count,
      float[] b,
      int bo,
      int vectors,
      float[] c,
      int[] cs,
      int co,
      int last) {
    int r = 0;
    if (vectors == 1) {
      for (; r < count; r += 8) {
        WideConvRuns.tile8x1(a, base, starts, bs, run, rows, r, b, bo, c, cs, co, last);
      }
      return;
    }
    if (Lanes.REGISTERS >= 32) {
      for (; r + 4 < count; r += 8) {
        WideConvRuns.tile8x2(a, base, starts, bs, run, rows, r, b, bo, c, cs, co, last);
      }
    }
    for (; r < count; r += 4) {
      WideConvRuns.tile4x2(a, base, starts, bs, run, rows, r, b, bo, c, cs, co, last);
    }
  }

  private void stubs(
      float[] a,
      int base,
      int[] rows,
      int count,
      float[] b,
      int bo,
      int vectors,
      float[] c,
      int[] cs,
      int co,
      int last) {
    int r = 0;
    if (vectors == 1) {
      for (; r < count; r += 8) {
        WideConvStubs.tile8x1(a, base, starts, bs, run, rows, r, b, bo, c, cs, co, last);
      }
      return;
    }
    if (Lanes.REGISTERS >= 32) {
      for (; r + 4 < count; r += 8) {
        WideConvStubs.tile8x2(a, base, starts, bs, run, rows, r, b, bo, c, cs, co, last);
      }
    }
    for (; r < count; r += 4) {
      WideConvStubs.tile4x2(a, base, starts, bs, run, rows, r, b, bo, c, cs, co, last);
    }
  }

  /// Rows `first … count − 1`, with factors anywhere.
  static void taps(
      float[] a,
      int base,
      int[] tab,
      int from,
      int to,
      int[] rows,
      int first,
      int count,
      float[] b,
      int bo,
      int vectors,
      float[] e,
      int keep,
      float[] c,
      int[] cs,
      int co,
      int last) {
    int r = first;
    if (vectors == 1) {
      for (; r < count; r += 8) {
        WideConvTaps.tile8x1(a, base, tab, from, to, rows, r, b, bo, e, keep, c, cs, co, last);
      }
      return;
    }
    if (Lanes.REGISTERS >= 32) {
      for (; r + 4 < count; r += 8) {
        WideConvTaps.tile8x2(a, base, tab, from, to, rows, r, b, bo, e, keep, c, cs, co, last);
      }
    }
    for (; r < count; r += 4) {
      WideConvTaps.tile4x2(a, base, tab, from, to, rows, r, b, bo, e, keep, c, cs, co, last);
    }
  }

  /// `c[p][j] += bias[at + j]`.
  static void addBias(float[] c, int co, int count, int columns, float[] bias, int at) {
    for (int p = 0; p < count; p++) {
      int row = co + p * columns;
      for (int j = 0; j < columns; j++) {
        c[row + j] += bias[at + j];
      }
    }
  }

  /// `c[i] += +0`, which turns −0 into +0.
  static void positiveZeros(float[] c, int from, int to) {
    for (int i = from; i < to; i++) {
      c[i] += 0f;
    }
  }
}
