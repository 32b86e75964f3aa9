package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Ints;
import dev.tutti.engine.Normalize;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import java.util.Arrays;

/// `NORMALIZE` over neighbouring axes, with the operations and the order of its decomposition: `m =
/// Σx · (1/n)`, or the first x if that is as near, `c = x − m`, `d = Σc · (1/n)`, `v = Σc² · (1/n)
/// − d²`, `y = (c − d) · (1 / √(v + eps))`.
///
/// Loop nest over the last axes (layer normalisation): for every few rows, their sums, four at a
/// time; the sums about their centres; the values. Loop nest over axes further left (batch
/// normalisation): the three passes over all rows, lanes along the columns.
final class Standardisation {
  /// The elements of the rows that one pass after another visits while they are in cache.
  static final int TILE = 4096;

  static final int GRAIN = 1 << 16;

  private Standardisation() {}

  /// {@return whether [#run] computes this: float32, neighbouring axes of more than one element}
  static boolean takes(Normalize p, Array[] in) {
    return takes(p.axes(), in[0]);
  }

  /// {@return whether these axes of `x`, float32, are neighbours of more than one element}
  static boolean takes(Ints axes, Array x) {
    if (x.dtype() != DType.FLOAT32 || axes.size() == 0 || x.shape().size() == 0) {
      return false;
    }
    return axes.max() - first(axes) + 1 == axes.size() && rows(axes, x.shape()) > 1;
  }

  /// {@return the rightmost axis, counted from the end}
  static int first(Ints axes) {
    return Arrays.stream(axes.toArray()).min().orElse(1);
  }

  static int rows(Ints axes, Shape s) {
    int rows = 1;
    for (int axis : axes.toArray()) {
      rows *= s.dim(-axis);
    }
    return rows;
  }

  static Array run(Normalize p, Array[] in, Array out) {
    Shape s = in[0].shape();
    int rows = rows(p.axes(), s);
    int inner = s.suffix(first(p.axes()) - 1).size();
    int outer = s.size() / rows / inner;
    float mean = (float) (1.0 / rows);
    float eps = (float) p.eps();
    if (inner > 1) {
      down(in[0], outer, rows, inner, mean, eps, out);
    } else if (s.size() < 2 * GRAIN) {
      along(in[0], 0, outer, rows, eps, out);
    } else {
      Parallel.ranges(
          outer, Math.max(1, GRAIN / rows), (from, to) -> along(in[0], from, to, rows, eps, out));
    }
    return out;
  }

  /// Standardises `count` rows of `n` elements at `x[xo]`, to `y[yo]`; `working[i]` is then the
  /// factor of row i, of 3 · count numbers.
  static void rows(
      float[] x, int xo, int n, int count, float eps, float[] y, int yo, float[] working) {
    float mean = (float) (1.0 / n);
    int centres = 2 * count;
    Sums.runs(null, 0, x, xo, n, count, working, centres);
    for (int i = 0; i < count; i++) {
      working[centres + i] = Centre.of(x[xo + i * n], working[centres + i] * mean);
    }
    Sums.runs(working, centres, x, xo, n, count, working, 0);
    for (int i = 0; i < count; i++) {
      float shift = working[i] * mean;
      float scale = scale(Centre.variance(shift, working[count + i] * mean), eps);
      working[i] = scale;
      int at = i * n;
      ScalarLoops.standardise(x, xo + at, working[centres + i], shift, scale, y, yo + at, n);
    }
  }

  private static float scale(float variance, float eps) {
    return 1 / (float) Math.sqrt(variance + eps);
  }

  private static void along(Array x, int first, int end, int n, float eps, Array out) {
    int most = Math.max(1, TILE / n);
    float[] working = Scratch.floats(Slots.FIRST, 3 * most);
    for (int r = first; r < end; r += most) {
      int count = Math.min(most, end - r);
      rows(x.floats(), x.offset() + r * n, n, count, eps, out.floats(), r * n, working);
    }
  }

  private static void down(
      Array x, int outer, int rows, int inner, float mean, float eps, Array out) {
    float[] a = x.floats();
    int most = Math.min(rows, Math.max(1, TILE / inner));
    int tile = most * inner;
    float[] centre = new float[Math.max(tile, Lanes.COUNT)];
    float[] shift = new float[tile];
    float[] scale = new float[tile];
    float[] sums = new float[2 * inner];
    for (int o = 0; o < outer; o++) {
      int from = x.offset() + o * rows * inner;
      Sums.down(null, a, from, rows, inner, sums, 0);
      for (int i = 0; i < inner; i++) {
        centre[i] = Centre.of(a[from + i], sums[i] * mean);
      }
      Sums.down(centre, a, from, rows, inner, sums, 0);
      for (int i = 0; i < inner; i++) {
        shift[i] = sums[i] * mean;
        scale[i] = scale(Centre.variance(shift[i], sums[inner + i] * mean), eps);
      }
      for (int i = inner; i < tile; i++) {
        centre[i] = centre[i - inner];
        shift[i] = shift[i - inner];
        scale[i] = scale[i - inner];
      }
      for (int r = 0; r < rows; r += most) {
        int at = r * inner;
        int n = Math.min(tile, rows * inner - at);
        int to = o * rows * inner + at;
        ColumnLoops.standardise(a, from + at, centre, shift, scale, out.floats(), to, n);
      }
    }
  }
}
