package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.Columns;
import dev.tutti.engine.DType;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.engine.reference.Leads;
import java.util.Arrays;

/// [Columns] with the operations and the order of their decompositions.
///
/// Loop nest of maps: for every run of a few rows, one of [ColumnLoops], the vectors `[C]` being
/// repeated for as many rows as make whole registers, however few columns there are. Loop nest of
/// sums: for every block of 64 rows, such maps into an array that stays in cache, and its sum by
/// [Sums]; in the end the pairs of blocks. A matrix is read once for a map, a sum or two sums.
final class ColumnKernels {
  /// The elements of a run, if that is several rows.
  private static final int RUN = 512;

  /// The longest run whose operands stay in the first cache.
  private static final int LONGEST = 4096;

  /// The fewest elements of a task.
  private static final int GRAIN = 1 << 16;

  private final int rows;
  private final int columns;
  private final float[] out;

  /// How many elements of whole rows one inner loop takes.
  private final int run;

  private ColumnKernels(Shape x, float[] out) {
    rows = x.dim(-2);
    columns = x.dim(-1);
    this.out = out;
    int whole = Lanes.COUNT / Math.min(Lanes.COUNT, Integer.lowestOneBit(columns));
    int together = Math.max(1, RUN / columns / whole) * whole;
    run = columns * (together * columns <= LONGEST ? together : 1);
  }

  /// {@return whether [#run] computes this: float32, more than one row and column (one column is
  /// contiguous, and summed in another order)}
  static boolean takes(Array[] in) {
    Shape s = in[0].shape();
    return in[0].dtype() == DType.FLOAT32 && s.dim(-1) > 1 && s.dim(-2) > 1;
  }

  static Array run(Columns p, Array[] in, Array out) {
    ColumnKernels kernels = new ColumnKernels(in[0].shape(), out.floats());
    Leads leads = Leads.of(p, in);
    long each = (long) kernels.rows * kernels.columns;
    boolean small = leads.count * each < 2 * GRAIN || leads.count < Parallel.threads();
    if (small) {
      kernels.leads(p, in, leads, 0, leads.count); // a large matrix is cut inside
    } else {
      Parallel.ranges(
          leads.count,
          (int) Math.max(1, GRAIN / each),
          (from, to) -> kernels.leads(p, in, leads, from, to));
    }
    return out;
  }

  private void leads(Columns p, Array[] in, Leads leads, int first, int end) {
    float[][] a = new float[in.length][];
    Arrays.setAll(a, i -> in[i].floats());
    int[] at = new int[in.length];
    for (int lead = first; lead < end; lead++) {
      for (int i = 0; i < at.length; i++) {
        at[i] = leads.start(i, lead);
      }
      switch (p) {
        case MOMENTS -> moments(a[0], at[0], lead * 2 * columns);
        case RESCALE -> rescale(a, at, lead * rows * columns);
        case COLUMN_SUMS -> sums(a, at, lead * 2 * columns);
      }
    }
  }

  private void moments(float[] x, int xo, int mean) {
    int var = mean + columns;
    float share = (float) (1.0 / rows);
    float[] sums =
        blocks(1, (at, n, to, o) -> Sums.down(null, x, xo + at, n / columns, columns, to, o));
    float[] centre = new float[Math.max(columns, Lanes.COUNT)];
    for (int i = 0; i < columns; i++) {
      centre[i] = Centre.of(x[xo + i], sums[i] * share);
    }
    float[] both =
        blocks(2, (at, n, to, o) -> Sums.down(centre, x, xo + at, n / columns, columns, to, o));
    for (int i = 0; i < columns; i++) {
      float shift = both[i] * share;
      out[mean + i] = centre[i] + shift;
      out[var + i] = Centre.variance(shift, both[columns + i] * share);
    }
  }

  private void sums(float[][] a, int[] at, int first) {
    float[] g = a[0];
    float[] x = a[1];
    float[] means = repeated(a[2], at[2]);
    float[] both =
        blocks(
            2,
            (b, n, to, o) -> {
              float[] weighed = Scratch.floats(Slots.SECOND, Sums.BLOCK * columns);
              for (int i = 0; i < n; i += run) {
                int length = Math.min(run, n - i);
                ColumnLoops.weigh(g, at[0] + b + i, x, at[1] + b + i, means, weighed, i, length);
              }
              Sums.down(null, g, at[0] + b, n / columns, columns, to, o);
              Sums.down(null, weighed, 0, n / columns, columns, to, o + columns);
            });
    System.arraycopy(both, 0, out, first, 2 * columns);
  }

  private void rescale(float[][] a, int[] at, int to) {
    float[] mean = repeated(a[1], at[1]);
    float[] factor = repeated(a[2], at[2]);
    float[] shift = repeated(a[3], at[3]);
    int size = rows * columns;
    Parallel.ranges(
        Math.ceilDiv(size, run),
        Math.max(1, GRAIN / run),
        (first, end) -> {
          for (int r = first; r < end; r++) {
            int i = r * run;
            int n = Math.min(run, size - i);
            ColumnLoops.rescale(a[0], at[0] + i, mean, factor, shift, out, to + i, n);
          }
        });
  }

  /// The vector at `v[at]`, again and again for the length of a run.
  private float[] repeated(float[] v, int at) {
    float[] copies = new float[run];
    for (int i = 0; i < run; i += columns) {
      System.arraycopy(v, at, copies, i, columns);
    }
    return copies;
  }

  /// The sum over some rows of what is summed, written to `to[o …]`.
  @FunctionalInterface
  private interface Block {
    void sum(int at, int n, float[] to, int o);
  }

  /// {@return the sums over all blocks, elements `at … at + n − 1` of the matrix each, `kinds` for
  /// each column, from the first element on}
  private float[] blocks(int kinds, Block block) {
    int count = Math.ceilDiv(rows, Sums.BLOCK);
    int length = Sums.BLOCK * columns;
    int width = kinds * columns;
    float[] sums = new float[count * width];
    Parallel.ranges(
        count,
        Math.max(1, GRAIN / length),
        (first, end) -> {
          for (int b = first; b < end; b++) {
            int n = Math.min(length, rows * columns - b * length);
            block.sum(b * length, n, sums, b * width);
          }
        });
    Sums.pairs(sums, 0, count, width);
    return sums;
  }
}
